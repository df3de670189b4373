import type { ProtocolReport } from '../../result/protocol-report.ts';
import { soundMeans } from '../../result/sound-means.ts';
import { formatEstimate } from '../../result/units.ts';
import type { Estimate } from '../../stats/signed-rank.ts';
import type { Verdict } from '../../stats/verdict.ts';
import { PLOT_WIDTH, px, shortened } from './coordinates.ts';
import { logAxis } from './log-axis.ts';
import { type Markup, markup } from './markup.ts';
import { facet, facets, plot } from './plot.ts';
import { verdictShape, verdictWords } from './verdict-shape.ts';

interface ForestRow {
  readonly label: string;
  readonly ratio: Estimate;
  readonly verdict: Verdict | null;
}

interface Forest {
  /** `subject/other` */
  readonly key: string;
  readonly rows: readonly ForestRow[];
  /** Of the whole suite, if it can be taken home. */
  readonly mean: Estimate | undefined;
}

const ROW_HEIGHT = 36;
const [LANE_TOP, LANE_HEIGHT] = [19, 17];
const AXIS_HEIGHT = 22;
const MAX_LABEL = 30;

/** One plot for each two machines that were compared. */
export function forestSection(report: ProtocolReport): Markup | undefined {
  const keys = [...new Set(report.cases.flatMap(({ comparisons }) => Object.keys(comparisons)))];
  if (keys.length === 0) return undefined;
  const means = new Map<string, Estimate>(soundMeans(report));
  const forests = keys.map((key): Forest => {
    const rows = report.cases.flatMap(({ id, workload, comparisons }) => {
      const comparison = comparisons[key];
      return comparison === undefined ? [] : [{ label: `${id}/${workload}`, ...comparison }];
    });
    return { key, rows, mean: means.get(key) };
  });
  return facets(
    forests.map((forest) => {
      const [subject, other] = forest.key.split('/');
      return facet(markup`${subject} relative to <b>${other}</b>`, forestPlot(forest));
    }),
  );
}

/** Ratios of two machines, a row per workload: interval, and a shape for the verdict. On a log axis that holds 1. */
function forestPlot({ key, rows, mean }: Forest): Markup {
  const bounds = [...rows.map(({ ratio }) => ratio), ...(mean === undefined ? [] : [mean])];
  const axis = logAxis([1, ...bounds.flatMap(({ low, high }) => [low, high])], 8, PLOT_WIDTH - 8);
  const rowCount = rows.length + (mean === undefined ? 0 : 1);
  // Lines keep to the lanes of the intervals, so that none goes through a label.
  const lanes = Array.from({ length: rowCount }, (_, at) => AXIS_HEIGHT + at * ROW_HEIGHT + LANE_TOP);
  const vertical = (x: number) => lanes.map((top) => `M${px(x)} ${top}v${LANE_HEIGHT}`).join('');
  const [subject = '', other = ''] = key.split('/');
  return plot({
    title: `Throughput of ${subject} relative to ${other}`,
    description: `A row per workload: the ratio with its 95 % interval on a logarithmic axis, above 1 where ${subject} is faster. The values stand above each interval and in the table of results.`,
    height: AXIS_HEIGHT + ROW_HEIGHT * rowCount + 4,
    content: [
      axis.ticks.map(
        ({ value, label }) =>
          markup`<path class="grid" d="${vertical(axis.at(value))}"/><text class="tick middle" x="${px(axis.at(value))}" y="13">${label}</text>`,
      ),
      markup`<path class="one" d="${vertical(axis.at(1))}"/>`,
      rows.map(({ label, ratio, verdict }, at) => {
        const top = AXIS_HEIGHT + at * ROW_HEIGHT;
        return markup`<g><title>${`${label}: ${formatEstimate(ratio)}, ${verdictWords(verdict)}`}</title>${labelled(label, ratio, top)}${whisker(axis.at, ratio, top + 27)}${verdictShape(verdict, axis.at(ratio.point), top + 27)}</g>`;
      }),
      mean === undefined ? undefined : meanRow(mean, axis.at, AXIS_HEIGHT + rows.length * ROW_HEIGHT),
    ],
  });
}

function meanRow(mean: Estimate, at: (value: number) => number, top: number): Markup {
  const [low, point, high] = [at(mean.low), at(mean.point), at(mean.high)];
  const y = top + 27;
  return markup`<g class="mean"><path class="axis" d="M0 ${px(top + 2)}H${PLOT_WIDTH}"/>${labelled('geometric mean', mean, top + 2)}<path class="diamond" d="M${px(Math.min(low, point - 4))} ${y}L${px(point)} ${y - 5}L${px(Math.max(high, point + 4))} ${y}L${px(point)} ${y + 5}Z"/></g>`;
}

function labelled(label: string, ratio: Estimate, top: number): Markup {
  return markup`<text class="label" x="0" y="${px(top + 14)}">${shortened(label, MAX_LABEL)}</text><text class="value end" x="${PLOT_WIDTH}" y="${px(top + 14)}">${formatEstimate(ratio)}</text>`;
}

function whisker(at: (value: number) => number, { low, high }: Estimate, y: number): Markup {
  const [from, to] = [px(at(low)), px(at(high))];
  return markup`<path class="whisker" d="M${from} ${y}H${to}M${from} ${y - 4}V${y + 4}M${to} ${y - 4}V${y + 4}"/>`;
}
