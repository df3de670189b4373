import { type Column, textTable } from './text-table.ts';

/** A table whose rows are printed as they come: its head first, then one row after the other. */
export interface StreamedTable {
  readonly head: string;
  row(cells: readonly string[]): string;
}

/**
 * A table laid out before its rows are known, by rows that are at least as wide.
 *
 * @param widest Rows that a row to come is no wider than, column by column.
 * @param screenColumns As for `textTable`.
 * @returns Undefined where the screen is so narrow that the table would not be one grid: such a one needs all its rows.
 */
export function streamedTable(
  columns: readonly Column[],
  widest: readonly (readonly string[])[],
  screenColumns?: number,
): StreamedTable | undefined {
  const layout = textTable(columns, widest, screenColumns);
  const headings = textTable(columns, [], screenColumns);
  // Several tables have blank lines between them, and a list has no head.
  if (layout.includes('\n\n') || (headings !== '' && layout.startsWith(`${columns[0]?.heading}:`))) return undefined;
  const last = columns.map(() => '-');
  const withLast = textTable(columns, [...widest, last], screenColumns);
  const headLines = withLast.split('\n').length - 1 - linesOfRows(columns, widest, screenColumns) - 1;
  const lines = (text: string) => text.split('\n').slice(0, -1);
  const before = lines(withLast).length - 1;
  return {
    head: `${lines(withLast).slice(0, headLines).join('\n')}\n`,
    row: (cells) =>
      `${lines(textTable(columns, [...widest, cells], screenColumns))
        .slice(before)
        .join('\n')}\n`,
  };
}

function linesOfRows(columns: readonly Column[], rows: readonly (readonly string[])[], screenColumns?: number): number {
  const once = textTable(columns, rows, screenColumns).split('\n').length;
  return textTable(columns, [...rows, ...rows], screenColumns).split('\n').length - once;
}
