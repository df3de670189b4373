import { formatNs } from '../../result/units.ts';
import { px } from './coordinates.ts';
import { laneGrid, laneMiddle, lanesHeight, laneText, rowTop } from './lanes.ts';
import type { LogAxis } from './log-axis.ts';
import { type Markup, markup } from './markup.ts';
import { plot } from './plot.ts';

export interface PartsPlotRow {
  readonly label: string;
  /** In the order of `PartsPlot.parts`. */
  readonly partsNs: readonly number[];
  /** A time of its own, which is none of the parts. */
  readonly besideNs?: number;
}

export interface PartsPlot {
  readonly title: string;
  readonly parts: readonly string[];
  /** What `besideNs` is. */
  readonly beside: string | undefined;
  readonly rows: readonly PartsPlotRow[];
  /** The same for plots that are to be compared. */
  readonly axis: LogAxis;
  readonly className: string;
}

/** Around the origin; told apart by shape. */
const SHAPES = ['M-4 0a4 4 0 1 0 8 0a4 4 0 1 0 -8 0Z', 'M-3.5-3.5H3.5V3.5H-3.5Z', 'M0-4.5L4.5 3.5H-4.5Z'];
const BESIDE = 'M0-5L5 0L0 5L-5 0Z';

/** What comes beside the parts is none of them. */
export function togetherNs({ partsNs }: PartsPlotRow): number {
  return partsNs.reduce((sum, ns) => sum + ns, 0);
}

/** A row per contract with a mark per part. What took no time has no place on a logarithmic axis, and is left out. */
export function partsPlot({ title, parts, beside, rows, axis, className }: PartsPlot): Markup {
  const drawn = rows.map((row, at) => {
    const { label, partsNs, besideNs } = row;
    const y = laneMiddle(at);
    const together = formatNs(togetherNs(row));
    const text = besideNs === undefined ? together : `${together}, then ${formatNs(besideNs)}`;
    const mark = (ns: number, name: string, path: string, kind: string) =>
      ns <= 0
        ? undefined
        : markup`<path class="${kind}" transform="translate(${px(axis.at(ns))} ${y})" d="${path}"><title>${`${name}: ${formatNs(ns)}`}</title></path>`;
    const marks = partsNs.map((ns, part) => mark(ns, parts[part] ?? '', SHAPES[part] ?? BESIDE, 'mark'));
    const besideMark = besideNs === undefined ? undefined : mark(besideNs, beside ?? '', BESIDE, 'mark beside');
    return markup`<g>${laneText(label, text, rowTop(at))}${marks}${besideMark}</g>`;
  });
  return plot({
    title,
    description: `A row per contract with a mark for each of ${[...parts, ...(beside === undefined ? [] : [beside])].join(', ')} on a logarithmic axis. The values are in the table that follows.`,
    height: lanesHeight(rows.length),
    className,
    content: [laneGrid(axis, rows.length), drawn],
  });
}

/** Which shape is which part. */
export function partsKey(parts: readonly string[], beside: string | undefined): Markup {
  const icon = (kind: string, path: string) =>
    markup`<svg class="icon" viewBox="-6 -6 12 12" aria-hidden="true"><path class="${kind}" d="${path}"/></svg>`;
  return markup`<ul class="key">${parts.map((part, at) => markup`<li>${icon('mark', SHAPES[at] ?? BESIDE)} ${part}</li>`)}${beside === undefined ? undefined : markup`<li>${icon('mark beside', BESIDE)} ${beside}</li>`}</ul>`;
}
