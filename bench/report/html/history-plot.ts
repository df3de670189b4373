import { PLOT_WIDTH, px } from './coordinates.ts';
import { horizontalGrid } from './grid.ts';
import { logAxis } from './log-axis.ts';
import { type Markup, markup } from './markup.ts';
import { plot } from './plot.ts';

export interface HistoryPoint {
  readonly point: number;
  readonly low: number;
  readonly high: number;
  /** When the pointer rests on it. */
  readonly words: string;
  /** Draws the mark of the point. */
  readonly mark: (x: number, y: number) => Markup;
}

const HEIGHT = 150;
const [LEFT, RIGHT, TOP, BOTTOM] = [46, PLOT_WIDTH - 6, 26, HEIGHT - 34];
/** As many numbers stand side by side. */
const MAX_LABELS = 8;

/** A value over the runs on a logarithmic axis, with intervals. The values stand above the plot, where no line comes. */
export function historyPlot(
  title: string,
  points: readonly (HistoryPoint | null)[],
  format: (value: number) => string,
): Markup {
  const measured = points.filter((point) => point !== null);
  const axis = logAxis(
    measured.flatMap(({ low, high }) => [low, high]),
    BOTTOM,
    TOP,
  );
  const step = (RIGHT - LEFT) / points.length;
  const x = (at: number) => LEFT + (at + 0.5) * step;
  const every = Math.ceil(points.length / MAX_LABELS);
  const isLabelled = (at: number) => (points.length - 1 - at) % every === 0;
  const drawn = points.map((point, at) => {
    const number = isLabelled(at)
      ? markup`<text class="tick middle" x="${px(x(at))}" y="${BOTTOM + 16}">${at + 1}</text>`
      : undefined;
    if (point === null) return number;
    const [low, high] = [px(axis.at(point.low)), px(axis.at(point.high))];
    const value = isLabelled(at)
      ? markup`<text class="label middle" x="${px(x(at))}" y="12">${format(point.point)}</text>`
      : undefined;
    const whisker =
      point.low === point.high
        ? undefined
        : markup`<path class="whisker" d="M${px(x(at))} ${low}V${high}M${px(x(at) - 4)} ${low}h8M${px(x(at) - 4)} ${high}h8"/>`;
    return markup`${number}<g><title>${`run ${at + 1}: ${point.words}`}</title>${value}${whisker}${point.mark(x(at), axis.at(point.point))}</g>`;
  });
  // Where a run lacks the value, the line has a gap.
  const line = points.map((point, at) => {
    if (point === null) return '';
    const before = at === 0 ? null : points[at - 1];
    return `${before === null ? 'M' : 'L'}${px(x(at))} ${px(axis.at(point.point))}`;
  });
  const one = axis.at(1);
  return plot({
    title,
    description: `A point per run, from the oldest to the newest, on a logarithmic axis. The values are in the table.`,
    height: HEIGHT,
    content: [
      horizontalGrid(axis, LEFT, RIGHT),
      one < BOTTOM && one > TOP ? markup`<path class="one" d="M${LEFT} ${px(one)}H${RIGHT}"/>` : undefined,
      markup`<path class="axis" d="M${LEFT} ${BOTTOM}H${RIGHT}"/><path class="trend" d="${line.join('')}"/>`,
      drawn,
      markup`<text class="tick middle" x="${px((LEFT + RIGHT) / 2)}" y="${HEIGHT - 4}">run</text>`,
    ],
  });
}
