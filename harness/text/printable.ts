/**
 * Text from a guest, a file or an error, safe to show on a terminal: on one line, with nothing in it that moves the
 * cursor, changes colours or reorders what is read. Everything else, emoji and foreign scripts included, stays.
 */
export function printable(text: string): string {
  return text.replaceAll(UNSAFE, (character) => {
    const code = (character.codePointAt(0) as number).toString(16);
    return code.length <= 2 ? `\\x${code.padStart(2, '0')}` : `\\u{${code}}`;
  });
}

/** JSON, safe to show on a terminal: the same value, whose texts spell out what `printable` does. */
export function escapeInJson(json: string): string {
  return json.replaceAll(UNSAFE, (character) => {
    if (character === '\n') return character;
    const units = Array.from({ length: character.length }, (_, at) => character.charCodeAt(at));
    return units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('');
  });
}

/**
 * Cc: control characters, ESC and C1 among them. Cf: invisible formatting such as the bidirectional overrides (Unicode
 * TR 36, "Bidirectional Text Spoofing") and the zero-width and tag characters. Cs: lone surrogates. Zl, Zp: line breaks.
 */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;
