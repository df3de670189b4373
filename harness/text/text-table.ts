import { printable } from './printable.ts';
import { widthOf, wordLines } from './wrap-text.ts';

export interface Column {
  readonly heading: string;
  /** Numbers line up at their right end. */
  readonly isRight?: boolean;
}

/** Columns of text, and behind them columns of numbers. */
export function columnsOf(texts: readonly string[], numbers: readonly string[] = []): readonly Column[] {
  return [...texts.map((heading) => ({ heading })), ...numbers.map((heading) => ({ heading, isRight: true }))];
}

const GAP = '  ';
/** Up to that width a word, or a number with its unit and interval, is not broken. */
const WHOLE_COLUMNS = 24;

/**
 * Aligned plain text: a heading line, then a line per row, each ending in a line break. Widths are in code points. Cells may
 * come from anywhere: they are made safe for a terminal.
 *
 * Where that is wider than the screen, headings and texts go on below themselves; a table that is too wide even so becomes several
 * with the same names in front, and on the narrowest screens a list.
 *
 * @param screenColumns Undefined where there is no screen, and 0 where it does not know: as wide as it gets.
 */
export function textTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  screenColumns?: number | undefined,
): string {
  const room = screenColumns || Number.POSITIVE_INFINITY;
  const filled = columns.map((column, at) =>
    fill(
      column,
      rows.map((row) => row[at] ?? ''),
    ),
  );
  const parts = leastWidth(filled) <= room ? [filled] : partsOf(filled, room);
  if (parts.some((part) => leastWidth(part) > room)) return listOf(filled, room);
  return parts.map((part) => grid(part, room)).join('\n');
}

interface Filled {
  readonly isRight: boolean;
  readonly heading: string;
  readonly cells: readonly string[];
  /** With everything broken that may be. */
  readonly least: number;
  /** With no cell broken. */
  readonly wanted: number;
  /** With the heading on one line too. */
  readonly full: number;
}

function fill({ heading: title, isRight = false }: Column, texts: readonly string[]): Filled {
  const [heading, cells] = [printable(title), texts.map(printable)];
  const longestWord = (text: string) => Math.max(...text.split(' ').map(widthOf));
  const unbroken = (text: string) => Math.min(longestWord(text), WHOLE_COLUMNS);
  const leastOf = (cell: string) => (isRight && widthOf(cell) <= WHOLE_COLUMNS ? widthOf(cell) : unbroken(cell));
  const least = Math.max(unbroken(heading), ...cells.map(leastOf));
  const wanted = Math.max(longestWord(heading), ...cells.map(widthOf));
  return { isRight, heading, cells, least, wanted, full: Math.max(widthOf(heading), wanted) };
}

function leastWidth(columns: readonly Filled[]): number {
  return widthOfAll(columns.map(({ least }) => least));
}

function widthOfAll(widths: readonly number[]): number {
  return widths.reduce((sum, width) => sum + width, GAP.length * (widths.length - 1));
}

/** As few tables as hold all columns, each with those in front that name the row: the texts before the first number. */
function partsOf(columns: readonly Filled[], room: number): readonly (readonly Filled[])[] {
  const nameCount = Math.max(
    1,
    columns.findIndex(({ isRight }) => isRight),
  );
  const names = columns.slice(0, nameCount);
  const parts: Filled[][] = [];
  for (const column of columns.slice(nameCount)) {
    const part = parts.at(-1);
    if (part !== undefined && leastWidth([...part, column]) <= room) part.push(column);
    else parts.push([...names, column]);
  }
  return parts;
}

function grid(columns: readonly Filled[], room: number): string {
  const widths = widthsIn(columns, room);
  const line = (texts: readonly string[]): string => {
    const cells = columns.map(({ isRight }, at) => {
      const text = texts[at] ?? '';
      const padding = ' '.repeat((widths[at] as number) - widthOf(text));
      return isRight ? padding + text : text + padding;
    });
    return `${cells.join(GAP).trimEnd()}\n`;
  };
  const headings = columns.map(({ heading }, at) => cellLines(heading, widths[at] as number));
  const headingLines = Math.max(...headings.map(({ length }) => length));
  const rows = (columns[0]?.cells ?? []).map((_, row) =>
    columns.map(({ cells }, at) => cellLines(cells[row] as string, widths[at] as number)),
  );
  return [
    // The last line of a heading stands over its column.
    headings.map((lines) => [...Array<string>(headingLines - lines.length).fill(''), ...lines]),
    ...rows,
  ]
    .flatMap((row) => {
      const height = Math.max(...row.map(({ length }) => length));
      return Array.from({ length: height }, (_, at) => line(row.map((lines) => lines[at] ?? '')));
    })
    .join('');
}

/** First come the cells, then the headings: what lacks most gets more. */
function widthsIn(columns: readonly Filled[], room: number): readonly number[] {
  const full = columns.map(({ full }) => full);
  if (widthOfAll(full) <= room) return full;
  const widths = columns.map(({ least }) => least);
  for (const goal of ['wanted', 'full'] as const) {
    const lackOf = (at: number) => (columns[at] as Filled)[goal] - (widths[at] as number);
    for (;;) {
      const neediest = widths.map((_, at) => at).reduce((most, at) => (lackOf(at) > lackOf(most) ? at : most), 0);
      if (widthOfAll(widths) >= room || !(lackOf(neediest) > 0)) break;
      widths[neediest] = (widths[neediest] as number) + 1;
    }
  }
  return widths;
}

/** Words that are longer are broken as well, after a bracket or the like where there is one. */
function cellLines(text: string, width: number): readonly string[] {
  return wordLines(text, width, (word) => {
    const pieces: string[] = [];
    let rest = Array.from(word);
    while (rest.length > width) {
      const mark = 1 + rest.slice(0, width).findLastIndex((character) => '([{,;:/|=_-'.includes(character));
      const end = mark > width / 2 ? mark : width;
      pieces.push(rest.slice(0, end).join(''));
      rest = rest.slice(end);
    }
    return [...pieces, rest.join('')];
  });
}

function listOf(columns: readonly Filled[], room: number): string {
  const rows = (columns[0]?.cells ?? []).map((_, row) =>
    columns
      .filter(({ cells }) => cells[row] !== '')
      .flatMap(({ heading, cells }) =>
        cellLines(heading === '' ? (cells[row] as string) : `${heading}: ${cells[row]}`, room),
      )
      .map((line) => `${line}\n`)
      .join(''),
  );
  return rows.join('\n');
}
