/** Neither markdown's escapes nor HTML's alone stop both: a backslash leaves the tag in the text, an entity the markdown. */
const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/**
 * Text that markdown leaves as it is: on one line, without markup, HTML, links or table cells, and without calling anyone
 * (`@name`) or pointing anywhere (`#1`).
 */
export function escapeMarkdown(text: string): string {
  return text
    .replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]+/gu, ' ')
    .replaceAll(/[\\`*_[\]|~]/g, '\\$&')
    .replaceAll(/[&<>]/g, (character) => ENTITIES[character] as string)
    .replaceAll('://', '\\://')
    .replaceAll(/[@#]/g, '$&\u200b');
}
