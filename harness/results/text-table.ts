import { printable } from './printable.ts';

export interface Column {
  readonly heading: string;
  /** Numbers line up at their right end. */
  readonly isRight?: boolean;
}

const GAP = '  ';

/**
 * Aligned plain text: a heading line, then a line per row, each ending in a line break. Widths are in code points. Cells may
 * come from anywhere: they are made safe for a terminal.
 */
export function textTable(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const lines = [columns.map(({ heading }) => heading), ...rows].map((row) => row.map(printable));
  const widths = columns.map((_, at) => Math.max(...lines.map((row) => widthOf(row[at] ?? ''))));
  const line = (row: readonly string[]): string => {
    const cells = columns.map(({ isRight = false }, at) => {
      const text = row[at] ?? '';
      const padding = ' '.repeat((widths[at] as number) - widthOf(text));
      return isRight ? padding + text : text + padding;
    });
    return `${cells.join(GAP).trimEnd()}\n`;
  };
  return lines.map(line).join('');
}

function widthOf(text: string): number {
  return Array.from(text).length;
}
