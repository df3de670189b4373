import { type GasTime, gasTimes } from '../../result/gas-time.ts';
import type { ProtocolReport } from '../../result/protocol-report.ts';
import { formatNs, formatNumber } from '../../result/units.ts';
import type { Accent } from './accents.ts';
import { PLOT_WIDTH, px, shortened } from './coordinates.ts';
import { dataTable } from './data-table.ts';
import { horizontalGrid, verticalGrid } from './grid.ts';
import { logAxis } from './log-axis.ts';
import { type Markup, markup } from './markup.ts';
import { facet, facets, plot } from './plot.ts';
import { alongLine, pointLabels } from './point-labels.ts';

const HEIGHT = 250;
const [LEFT, RIGHT, TOP, BOTTOM] = [52, PLOT_WIDTH - 10, 26, HEIGHT - 36];

/** How well gas foretells time: a plot per machine that meters, and the spread in numbers. */
export function gasSection(report: ProtocolReport, accent: Accent): Markup | undefined {
  const found = gasTimes(report);
  if (found.length === 0) return undefined;
  const table = dataTable(
    'Nanoseconds per gas over the workloads',
    [
      { heading: 'machine' },
      { heading: 'workloads' },
      { heading: 'median' },
      { heading: 'max / min' },
      { heading: '95th / 5th percentile' },
      { heading: 'R² of logarithms' },
      { heading: 'fewest', isText: true },
      { heading: 'most', isText: true },
    ],
    found.map(({ machine, points, spread, rSquared }) => [
      markup`<span class="machine ${accent(machine)}">${machine}</span>`,
      points.length,
      `${formatNumber(spread.median)} ns`,
      formatNumber(spread.maxOverMin),
      formatNumber(spread.p95OverP5),
      rSquared.toFixed(3),
      points[0]?.workload,
      points.at(-1)?.workload,
    ]),
  );
  const plots = found.map((gasTime) => {
    const { machine } = gasTime;
    return facet(markup`<b class="machine ${accent(machine)}">${machine}</b>`, scatter(gasTime, accent(machine)));
  });
  return markup`${facets(plots)}${table}`;
}

function scatter({ machine, points, spread }: GasTime, className: string): Markup {
  const gas = points.map((point) => point.gas).sort((a, b) => a - b);
  const times = points.map(({ ns }) => ns).sort((a, b) => a - b);
  const x = logAxis(gas, LEFT + 6, RIGHT);
  const y = logAxis(times, BOTTOM - 6, TOP, formatNs);
  const dots = points.map(
    ({ workload, gas: used, ns }) =>
      markup`<circle cx="${px(x.at(used))}" cy="${px(y.at(ns))}" r="3.5"><title>${`${workload}: ${formatNumber(used)} gas, ${formatNs(ns)}`}</title></circle>`,
  );
  const contracts = new Set(points.map(({ workload }) => workload.split('/', 1)[0]));
  // With one contract only, its name says nothing. The ends come first: the table names them.
  const labelOf = (workload: string) =>
    shortened(contracts.size === 1 ? workload.slice(workload.indexOf('/') + 1) : workload, 24);
  const ends = [points[0], points.at(-1), ...points.slice(1, -1)].filter((point) => point !== undefined);
  const labelled = ends.map(({ workload, gas: used, ns }) => ({
    x: x.at(used),
    y: y.at(ns),
    label: labelOf(workload),
  }));
  // Of the line that the median draws, the part that lies among the dots.
  const from = Math.max(gas[0] as number, (times[0] as number) / spread.median);
  const to = Math.min(gas.at(-1) as number, (times.at(-1) as number) / spread.median);
  const end = (used: number) => [x.at(used), y.at(used * spread.median)] as const;
  const [start, finish] = [end(from), end(to)];
  return plot({
    title: `Time over gas of one operation on ${machine}`,
    description: `A dot per workload, both axes logarithmic; labelled where there is room; the dashed line is the median of ${formatNumber(spread.median)} ns per gas.`,
    height: HEIGHT,
    className,
    content: [
      horizontalGrid(y, LEFT - 4, LEFT),
      verticalGrid(x, BOTTOM, BOTTOM + 4, BOTTOM + 16),
      markup`<path class="axis" d="M${LEFT} ${TOP - 14}V${BOTTOM}H${RIGHT}"/><path class="trend" d="M${start.map(px).join(' ')}L${finish.map(px).join(' ')}"/>`,
      dots,
      pointLabels(labelled, alongLine(start, finish), {
        left: LEFT + 2,
        right: PLOT_WIDTH,
        top: 0,
        bottom: BOTTOM - 2,
      }),
      markup`<text class="tick middle" x="${px((LEFT + RIGHT) / 2)}" y="${HEIGHT - 4}">gas</text>`,
    ],
  });
}
