import { coldAndWarmCalls } from '../../result/cold-and-warm.ts';
import type { ProtocolReport } from '../../result/protocol-report.ts';
import { formatNs } from '../../result/units.ts';
import type { Accent } from './accents.ts';
import { PLOT_WIDTH } from './coordinates.ts';
import { dataTable } from './data-table.ts';
import { logAxis } from './log-axis.ts';
import { type Markup, markup } from './markup.ts';
import { type PartsPlotRow, partsKey, partsPlot, togetherNs } from './parts-plot.ts';
import { facet, facets } from './plot.ts';

/** What a contract takes on a machine, in parts. */
interface PartsRow extends PartsPlotRow {
  readonly machine: string;
}

/** From bytes to instance, part by part. */
export function loadingPlots({ phases }: ProtocolReport, accent: Accent): Markup | undefined {
  const rows = phases.map(({ id, machine, instrumentNs, compileNs, instantiateNs }): PartsRow => {
    return { machine, label: id, partsNs: [instrumentNs, compileNs, instantiateNs] };
  });
  const caption = 'From bytes to instance, in processes that had done nothing before';
  return partsPlots(caption, ['instrument', 'compile', 'instantiate'], undefined, rows, accent);
}

/** What comes before a contract's first result, and what a call takes later. */
export function coldPlots(report: ProtocolReport, machines: readonly string[], accent: Accent): Markup | undefined {
  const rows = machines.flatMap((machine) =>
    coldAndWarmCalls(report, machine).map(({ id, coldNs: { prepare, deploy, call }, warmNs }): PartsRow => {
      return { machine, label: id, partsNs: [prepare, deploy, call], besideNs: warmNs };
    }),
  );
  const caption = 'Cold and warm: medians over processes';
  return partsPlots(caption, ['prepare', 'deploy', 'first call'], 'warm call', rows, accent);
}

/** A plot for each machine, to one scale so that machines can be compared, and all numbers as a table. */
function partsPlots(
  caption: string,
  parts: readonly string[],
  beside: string | undefined,
  rows: readonly PartsRow[],
  accent: Accent,
): Markup | undefined {
  const times = rows.flatMap(({ partsNs, besideNs = 0 }) => [...partsNs, besideNs]).filter((ns) => ns > 0);
  if (times.length === 0) return undefined;
  const axis = logAxis(times, 10, PLOT_WIDTH - 10, formatNs);
  const plots = [...new Set(rows.map(({ machine }) => machine))].map((machine) => {
    const own = rows.filter((row) => row.machine === machine);
    const title = `${parts.join(', ')} on ${machine}`;
    return facet(
      markup`<b class="machine ${accent(machine)}">${machine}</b>`,
      partsPlot({ title, parts, beside, rows: own, axis, className: accent(machine) }),
    );
  });
  const numbers = [...parts, 'together', ...(beside === undefined ? [] : [beside])];
  const table = dataTable(
    caption,
    [{ heading: 'contract' }, { heading: 'machine', isText: true }, ...numbers.map((heading) => ({ heading }))],
    rows.map((row) => {
      const besideNs = row.besideNs === undefined ? [] : [row.besideNs];
      return [row.label, row.machine, ...[...row.partsNs, togetherNs(row), ...besideNs].map(formatNs)];
    }),
  );
  return markup`${partsKey(parts, beside)}${facets(plots)}<details><summary>As a table</summary>${table}</details>`;
}
