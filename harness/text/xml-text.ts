import { printable } from './printable.ts';

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/**
 * Text as XML 1.0 takes it, in an element or in an attribute, on one line. What no document may hold (control characters,
 * lone surrogates, U+FFFE) is spelled out. https://www.w3.org/TR/xml/#charsets
 */
export function escapeXml(text: string): string {
  return printable(text)
    .replaceAll(/[\ufffe\uffff]/g, (character) => `\\u{${(character.codePointAt(0) as number).toString(16)}}`)
    .replaceAll(/[&<>"']/g, (character) => ENTITIES[character] as string);
}
