const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/**
 * Text as it may stand in HTML and SVG, between tags and in quoted attributes. What would not be seen, or would reorder what is
 * (control characters, bidirectional overrides, lone surrogates), is spelt out.
 */
export function escapeText(text: string): string {
  return text
    .replaceAll(/[&<>"']/g, (character) => ENTITIES[character] as string)
    .replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, (character) => {
      return `\\u{${(character.codePointAt(0) as number).toString(16)}}`;
    });
}
