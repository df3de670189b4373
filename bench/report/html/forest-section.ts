import type { ProtocolReport } from '../../result/protocol-report.ts';
import { soundMeans } from '../../result/sound-means.ts';
import { formatEstimate } from '../../result/units.ts';
import type { Estimate } from '../../stats/signed-rank.ts';
import type { Verdict } from '../../stats/verdict.ts';
import { PLOT_WIDTH, px } from './coordinates.ts';
import { laneGrid, laneLine, laneMiddle, lanesHeight, laneText, rowTop } from './lanes.ts';
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
  const [subject = '', other = ''] = key.split('/');
  return plot({
    title: `Throughput of ${subject} relative to ${other}`,
    description: `A row per workload: the ratio with its 95 % interval on a logarithmic axis, above 1 where ${subject} is faster. The values stand above each interval and in the table of results.`,
    height: lanesHeight(rowCount),
    content: [
      laneGrid(axis, rowCount),
      markup`<path class="one" d="${laneLine(axis.at(1), rowCount)}"/>`,
      rows.map(({ label, ratio, verdict }, at) => {
        const y = laneMiddle(at);
        return markup`<g><title>${`${label}: ${formatEstimate(ratio)}, ${verdictWords(verdict)}`}</title>${laneText(label, formatEstimate(ratio), rowTop(at))}${whisker(axis.at, ratio, y)}${verdictShape(verdict, axis.at(ratio.point), y)}</g>`;
      }),
      mean === undefined ? undefined : meanRow(mean, axis.at, rows.length),
    ],
  });
}

function meanRow(mean: Estimate, at: (value: number) => number, row: number): Markup {
  const [low, point, high] = [at(mean.low), at(mean.point), at(mean.high)];
  const [top, y] = [rowTop(row) + 2, laneMiddle(row)];
  return markup`<g class="mean"><path class="axis" d="M0 ${top}H${PLOT_WIDTH}"/>${laneText('geometric mean', formatEstimate(mean), top)}<path class="diamond" d="M${px(Math.min(low, point - 4))} ${y}L${px(point)} ${y - 5}L${px(Math.max(high, point + 4))} ${y}L${px(point)} ${y + 5}Z"/></g>`;
}

function whisker(at: (value: number) => number, { low, high }: Estimate, y: number): Markup {
  const [from, to] = [px(at(low)), px(at(high))];
  return markup`<path class="whisker" d="M${from} ${y}H${to}M${from} ${y - 4}V${y + 4}M${to} ${y - 4}V${y + 4}"/>`;
}
