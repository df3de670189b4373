import { startNs } from '../../result/break-even.ts';
import { coldAndWarmCalls } from '../../result/cold-and-warm.ts';
import type { ProtocolReport } from '../../result/protocol-report.ts';
import { formatNs } from '../../result/units.ts';
import type { Accent } from './accents.ts';
import { dataTable } from './data-table.ts';
import { type Markup, markup } from './markup.ts';
import { facet, facets } from './plot.ts';
import { type BarRow, partsKey, stackedBars } from './stacked-bars.ts';

const LOADING = ['instrument', 'compile', 'instantiate'];
const STARTING = ['prepare', 'deploy', 'first call'];

/** From bytes to instance, part by part. */
export function loadingPlots({ phases }: ProtocolReport, accent: Accent): Markup {
  const machines = [...new Set(phases.map(({ machine }) => machine))];
  const groups = machines.map((machine) => ({
    machine,
    rows: phases
      .filter((found) => found.machine === machine)
      .map(({ id, instrumentNs, compileNs, instantiateNs }) => ({
        label: id,
        partsNs: [instrumentNs, compileNs, instantiateNs],
      })),
  }));
  const table = dataTable(
    'From bytes to instance, in processes that had done nothing before',
    [{ heading: 'contract' }, { heading: 'machine', isText: true }, ...LOADING.map((heading) => ({ heading }))],
    phases.map(({ id, machine, instrumentNs, compileNs, instantiateNs }) => [
      id,
      machine,
      ...[instrumentNs, compileNs, instantiateNs].map(formatNs),
    ]),
  );
  return markup`${partsKey(LOADING)}${barFacets(groups, LOADING, undefined, accent)}${folded(table)}`;
}

/** What comes before a contract's first result, and what a call takes later. */
export function coldPlots(report: ProtocolReport, machines: readonly string[], accent: Accent): Markup {
  const calls = machines.flatMap((machine) => coldAndWarmCalls(report, machine).map((call) => ({ machine, ...call })));
  const groups = machines.map((machine) => ({
    machine,
    rows: calls
      .filter((call) => call.machine === machine)
      .map(({ id, coldNs: { prepare, deploy, call }, warmNs }) => ({
        label: id,
        partsNs: [prepare, deploy, call],
        besideNs: warmNs,
      })),
  }));
  const table = dataTable(
    'Cold and warm: medians over processes',
    [
      { heading: 'contract' },
      { heading: 'machine', isText: true },
      ...STARTING.map((heading) => ({ heading })),
      { heading: 'together' },
      { heading: 'warm call' },
    ],
    calls.map(({ id, machine, coldNs, warmNs }) => [
      id,
      machine,
      ...[coldNs.prepare, coldNs.deploy, coldNs.call, startNs({ coldNs }), warmNs].map(formatNs),
    ]),
  );
  return markup`${partsKey(STARTING, 'warm call')}${barFacets(groups, STARTING, 'warm call', accent)}${folded(table)}`;
}

interface Group {
  readonly machine: string;
  readonly rows: readonly BarRow[];
}

/** To one scale, so that machines can be compared. */
function barFacets(
  groups: readonly Group[],
  parts: readonly string[],
  beside: string | undefined,
  accent: Accent,
): Markup {
  const shown = groups.filter(({ rows }) => rows.length > 0);
  const fullNs = shown
    .flatMap(({ rows }) => rows)
    .reduce(
      (most, { partsNs, besideNs = 0 }) =>
        Math.max(
          most,
          besideNs,
          partsNs.reduce((sum, ns) => sum + ns, 0),
        ),
      0,
    );
  return facets(
    shown.map(({ machine, rows }) => {
      const title = `${parts.join(', ')} on ${machine}`;
      const options = { title, parts, rows, fullNs, className: accent(machine) };
      return facet(
        markup`<b class="machine ${accent(machine)}">${machine}</b>`,
        stackedBars(beside === undefined ? options : { ...options, beside }),
      );
    }),
  );
}

function folded(table: Markup): Markup {
  return markup`<details><summary>As a table</summary>${table}</details>`;
}
