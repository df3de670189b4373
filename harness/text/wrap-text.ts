import { stripVTControlCharacters } from 'node:util';

/** Longer lines of prose are hard to read, however wide the screen is. */
const PROSE_COLUMNS = 100;

/** Code points that are seen: escape sequences take no room. */
export function widthOf(text: string): number {
  return Array.from(stripVTControlCharacters(text)).length;
}

/** Lines of at most that width, broken at spaces. A word that is longer has a line of its own, unless it comes in pieces. */
export function wordLines(
  text: string,
  width: number,
  piecesOf: (word: string) => readonly string[] = (word) => [word],
): readonly string[] {
  if (widthOf(text) <= width) return [text];
  const lines: string[] = [];
  for (const word of text.split(' ').filter((word) => word !== '')) {
    for (const [at, piece] of piecesOf(word).entries()) {
      const longer = `${lines.at(-1)}${at === 0 ? ' ' : ''}${piece}`;
      if (lines.length > 0 && widthOf(longer) <= width) lines[lines.length - 1] = longer;
      else lines.push(piece);
    }
  }
  return lines;
}

/**
 * Prose for a screen: lines that are too long go on below, as far in as the text begins. A word that is too long (a path, code in
 * hexadecimal) stays whole, because a terminal breaks it so that it can still be copied.
 *
 * @param screenColumns Undefined where there is no screen, and 0 where it does not know: nothing changes then.
 */
export function wrapText(text: string, screenColumns: number | undefined): string {
  if (!screenColumns) return text;
  const room = Math.min(screenColumns, PROSE_COLUMNS);
  return text
    .split('\n')
    .map((line) => wrapLine(line, room))
    .join('\n');
}

function wrapLine(line: string, room: number): string {
  if (widthOf(line) <= room) return line;
  const start = startOf(line, room);
  const rest = wordLines(line.slice(start.length), room - start.length);
  return start + rest.join(`\n${' '.repeat(start.length)}`);
}

/** What stands before the text: its indentation, or a name with a gap after it. */
function startOf(line: string, room: number): string {
  const gap = /^ *(?:\S+(?: \S+)*? {2,})?/.exec(line)?.[0] ?? '';
  if (gap.length <= room / 2) return gap;
  return /^ */.exec(line)?.[0].slice(0, room >> 1) ?? '';
}
