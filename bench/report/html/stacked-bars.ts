import { formatNs } from '../../result/units.ts';
import { PLOT_WIDTH, px, shortened } from './coordinates.ts';
import { type Markup, markup } from './markup.ts';
import { plot } from './plot.ts';

export interface BarRow {
  readonly label: string;
  /** In the order of `StackedBars.parts`. */
  readonly partsNs: readonly number[];
  /** A time of its own, drawn under the stack to the same scale. */
  readonly besideNs?: number;
}

export interface StackedBars {
  readonly title: string;
  readonly parts: readonly string[];
  /** What `besideNs` is. */
  readonly beside: string | undefined;
  readonly rows: readonly BarRow[];
  /** Nanoseconds at the right end, the same for plots that are to be compared. */
  readonly fullNs: number;
  readonly className: string;
}

const ROW_HEIGHT = 36;

/** What comes beside the parts is none of them. */
export function togetherNs({ partsNs }: BarRow): number {
  return partsNs.reduce((sum, ns) => sum + ns, 0);
}

/** Phases one after the other, to a linear scale from zero. */
export function stackedBars({ title, parts, beside, rows, fullNs, className }: StackedBars): Markup {
  const width = (ns: number) => (ns / fullNs) * PLOT_WIDTH;
  const drawn = rows.map((row, at) => {
    const { label, partsNs, besideNs } = row;
    const top = at * ROW_HEIGHT;
    const together = formatNs(togetherNs(row));
    const text = besideNs === undefined ? together : `${together}, then ${formatNs(besideNs)}`;
    const bars = partsNs.map((ns, part) => {
      const before = partsNs.slice(0, part).reduce((sum, other) => sum + other, 0);
      return markup`<rect class="part-${part}" x="${px(width(before))}" y="${top + 19}" width="${px(width(ns))}" height="9"><title>${`${parts[part]}: ${formatNs(ns)}`}</title></rect>`;
    });
    const warm =
      besideNs === undefined
        ? undefined
        : markup`<rect class="beside" x="0" y="${top + 29}" width="${px(Math.max(1.5, width(besideNs)))}" height="3"><title>${`${beside}: ${formatNs(besideNs)}`}</title></rect>`;
    return markup`<g><text class="label" x="0" y="${top + 14}">${shortened(label, 28)}</text><text class="value end" x="${PLOT_WIDTH}" y="${top + 14}">${text}</text>${bars}${warm}</g>`;
  });
  return plot({
    title,
    description: `A bar per contract of ${parts.join(', ')}, one after the other, from 0 to ${formatNs(fullNs)}${beside === undefined ? '' : `, and under it ${beside} to the same scale`}. The values are in the table that follows.`,
    height: rows.length * ROW_HEIGHT + 2,
    className,
    content: drawn,
  });
}

/** Which shade is which phase. */
export function partsKey(parts: readonly string[], beside: string | undefined): Markup {
  const square = (className: string) =>
    markup`<svg class="icon" viewBox="0 0 12 12" aria-hidden="true"><rect class="${className}" x="1" y="1" width="10" height="10"/></svg>`;
  return markup`<ul class="key">${parts.map((part, at) => markup`<li>${square(`part-${at}`)} ${part}</li>`)}${beside === undefined ? undefined : markup`<li>${square('beside')} ${beside}</li>`}</ul>`;
}
