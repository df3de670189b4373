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
  const linesOf = (rows: readonly (readonly string[])[]) =>
    textTable(columns, rows, screenColumns).split('\n').slice(0, -1);
  const once = linesOf(widest);
  // Several tables have blank lines between them, and a list names its columns in every row.
  if (once.includes('') || once[0]?.startsWith(`${columns[0]?.heading}:`)) return undefined;
  const rowLines = linesOf([...widest, ...widest]).length - once.length;
  return {
    head: `${once.slice(0, once.length - rowLines).join('\n')}\n`,
    row: (cells) =>
      `${linesOf([...widest, cells])
        .slice(once.length)
        .join('\n')}\n`,
  };
}
