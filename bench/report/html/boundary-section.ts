import type { BoundaryCurve } from '../../result/boundary.ts';
import type { ProtocolReport } from '../../result/protocol-report.ts';
import { formatNs } from '../../result/units.ts';
import type { Accent } from './accents.ts';
import { PLOT_WIDTH, px, shortened } from './coordinates.ts';
import { dataTable } from './data-table.ts';
import { horizontalGrid } from './grid.ts';
import { logAxis } from './log-axis.ts';
import { type Markup, markup } from './markup.ts';
import { facet, facets, plot } from './plot.ts';

const HEIGHT = 240;
const [LEFT, RIGHT, TOP, BOTTOM] = [52, PLOT_WIDTH - 124, 10, HEIGHT - 36];
const LABEL_HEIGHT = 14;

/** What a call takes by the number of times it crosses to the host, a plot per kind of crossing, and the slopes. */
export function boundarySection(report: ProtocolReport, machines: readonly string[], accent: Accent): Markup {
  const boundary = report.boundary.filter(({ machine }) => machines.includes(machine));
  const operations = [...new Set(boundary.map(({ operation }) => operation))];
  const plots = operations.map((operation) => {
    const curves = boundary.filter((curve) => curve.operation === operation);
    return facet(operation, curvePlot(operation, curves, accent));
  });
  const table = dataTable(
    'One more crossing, from the slope of the curve',
    [{ heading: 'machine' }, { heading: 'crossing', isText: true }, { heading: 'time' }, { heading: '95 % interval' }],
    boundary.map(({ machine, operation, nsPerCrossing: { point, low, high } }) => [
      markup`<span class="machine ${accent(machine)}">${machine}</span>`,
      operation,
      formatNs(point),
      `${formatNs(low)} to ${formatNs(high)}`,
    ]),
  );
  return markup`${facets(plots)}${table}`;
}

function curvePlot(operation: string, curves: readonly BoundaryCurve[], accent: Accent): Markup {
  const points = curves.flatMap((curve) => curve.points);
  const counts = [...new Set(points.map(({ crossings }) => crossings))].sort((a, b) => a - b);
  // A call without crossings has no place on a logarithmic axis.
  const isLog = counts.every((count) => count > 0);
  const most = Math.max(1, counts.at(-1) ?? 1);
  const byFactor = logAxis(isLog ? counts : [1], LEFT, RIGHT);
  const x = (crossings: number) => px(isLog ? byFactor.at(crossings) : LEFT + (crossings / most) * (RIGHT - LEFT));
  const axis = logAxis(
    points.map(({ nsPerCall }) => nsPerCall),
    BOTTOM,
    TOP,
    formatNs,
  );
  const y = (ns: number) => px(axis.at(ns));
  const feet = counts.map(
    (count) => markup`<text class="tick middle" x="${x(count)}" y="${BOTTOM + 16}">${count}</text>`,
  );
  const labelAt = spaced(curves.map((curve) => axis.at(curve.points.at(-1)?.nsPerCall ?? 1)));
  const lines = curves.map((curve, at) => {
    const path = curve.points.map(({ crossings, nsPerCall }) => `${x(crossings)} ${y(nsPerCall)}`).join('L');
    const dots = curve.points.map(
      ({ crossings, nsPerCall }) =>
        markup`<circle cx="${x(crossings)}" cy="${y(nsPerCall)}" r="3"><title>${`${curve.machine}: ${crossings} crossings in ${formatNs(nsPerCall)}`}</title></circle>`,
    );
    return markup`<g class="${accent(curve.machine)}"><path class="line" d="M${path}"/>${dots}<text class="label own" x="${RIGHT + 8}" y="${px((labelAt[at] as number) + 4)}">${shortened(curve.machine, 16)}</text></g>`;
  });
  return plot({
    title: `Time of a call by its number of crossings: ${operation}`,
    description: 'A line per machine over the number of crossings in a call, on logarithmic axes.',
    height: HEIGHT,
    content: [
      horizontalGrid(axis, LEFT, RIGHT),
      markup`<path class="axis" d="M${LEFT} ${BOTTOM}H${RIGHT}"/>`,
      feet,
      markup`<text class="tick middle" x="${px((LEFT + RIGHT) / 2)}" y="${HEIGHT - 4}">crossings in a call</text>`,
      lines,
    ],
  });
}

/** Positions near the given ones, in their order, that leave room for a line of text each. */
function spaced(wanted: readonly number[]): readonly number[] {
  const order = [...wanted.keys()].sort((a, b) => (wanted[a] as number) - (wanted[b] as number));
  const placed = [...wanted];
  for (const [rank, at] of order.entries()) {
    const above = rank === 0 ? Number.NEGATIVE_INFINITY : (placed[order[rank - 1] as number] as number);
    placed[at] = Math.max(placed[at] as number, above + LABEL_HEIGHT);
  }
  return placed;
}
