import type { GasHistory, History, RatioHistory } from '../../result/history.ts';
import { formatEstimate, formatNumber } from '../../result/units.ts';
import type { Verdict } from '../../stats/verdict.ts';
import { dateText } from '../date-text.ts';
import { gasChangeText, historySentences, historyTitle, runName } from '../history-words.ts';
import { type Accent, accentsOf } from './accents.ts';
import { px } from './coordinates.ts';
import { dataTable } from './data-table.ts';
import { htmlDocument } from './document.ts';
import { historyPlot } from './history-plot.ts';
import { type Markup, markup, type Part } from './markup.ts';
import { facet, facets } from './plot.ts';
import { verdictClass, verdictIcon, verdictKey, verdictShape, verdictWords } from './verdict-shape.ts';

/** So many plots are shown without being asked for. */
const MAX_UNFOLDED = 12;

/** One self-contained page: each workload's ratios and gas over several runs. Like the page of one run, it loads and runs nothing. */
export function htmlHistory(history: History): string {
  const { runs, ratios, gas } = history;
  const pairs = [...new Set(ratios.map(({ machines }) => machines))];
  const metered = [...new Set(gas.map(({ machine }) => machine))];
  const accent = accentsOf([...new Set([...pairs.flatMap((pair) => pair.split('/')), ...metered])]);
  const [first, last] = [runs[0], runs.at(-1)];
  const span = first === undefined || last === undefined ? '' : `From ${runName(first)} to ${runName(last)}`;
  const lead = markup`<p class="note">${span}</p>${historySentences(history).map((text) => markup`<p>${text}</p>`)}`;
  return htmlDocument({
    title: historyTitle(history),
    lead,
    sections: [
      {
        id: 'ratios',
        title: 'Ratios over the runs',
        note: 'How much of the work of the second machine the first one does in the same time, with 95 % intervals. Times of different runs are not compared, since the computer may have become faster or slower. The last column is the newest run over the one before.',
        content:
          ratios.length === 0
            ? undefined
            : markup`${verdictKey(runs.every(({ inOneProcess }) => inOneProcess))}${pairs.map((pair) => ratioPart(pair, history, accent))}`,
      },
      {
        id: 'gas',
        title: 'Gas over the runs',
        note: 'Of one operation. Gas does not depend on the computer: if it is different, the contract, its compiler or the schedule is.',
        content: gas.length === 0 ? undefined : metered.map((machine) => gasPart(machine, history, accent)),
      },
      {
        id: 'runs',
        title: 'Runs',
        note: 'From the oldest to the newest. What changed beside the code may have moved ratios, too.',
        content: runsTable(history),
      },
    ],
    footer: 'Made by trimeter from several results of its benchmark; its docs/benchmarking.md describes the method.',
  });
}

function ratioPart(pair: string, { runs, ratios }: History, accent: Accent): Markup {
  const [subject = '', other = ''] = pair.split('/');
  const rows = ratios.filter(({ machines }) => machines === pair);
  const table = dataTable(
    `Throughput of ${subject} relative to ${other}`,
    [{ heading: 'workload' }, ...runHeadings(runs), { heading: 'last / before' }],
    rows.map(({ id, workload, points, lastChange }) => [
      markup`${id}/<wbr>${workload}`,
      ...points.map((point) =>
        point === null ? absent : judged(formatNumber(point.ratio.point), intervalText(point.ratio), point.verdict),
      ),
      lastChange === null
        ? absent
        : judged(formatNumber(lastChange.change.point), intervalText(lastChange.change), lastChange.verdict),
    ]),
  );
  const names = markup`<span class="machine ${accent(subject)}">${subject}</span> relative to <span class="machine ${accent(other)}">${other}</span>`;
  return markup`<h3 class="part">${names}</h3>${table}${folded(rows.map((row) => ratioFacet(row, subject, other)))}`;
}

function ratioFacet({ id, workload, points }: RatioHistory, subject: string, other: string): Markup {
  const drawn = points.map((found) => {
    if (found === null) return null;
    const { ratio, verdict } = found;
    return {
      ...ratio,
      words: `${formatEstimate(ratio)}, ${verdictWords(verdict)}`,
      mark: (x: number, y: number) => verdictShape(verdict, x, y),
    };
  });
  const title = `Throughput of ${subject} relative to ${other} on ${id}/${workload}, by run`;
  return facet(`${id}/${workload}`, historyPlot(title, drawn, formatNumber));
}

function gasPart(name: string, { runs, gas }: History, accent: Accent): Markup {
  const rows = gas.filter(({ machine }) => machine === name);
  const table = dataTable(
    `Gas of one operation on ${name}`,
    [{ heading: 'workload' }, ...runHeadings(runs), { heading: 'last / before' }],
    rows.map((row) => [
      markup`${row.id}/<wbr>${row.workload}`,
      ...row.points.map((point) => (point === null ? absent : formatNumber(point))),
      gasChangeText(row),
    ]),
  );
  const moved = rows.filter(({ points }) => new Set(points.filter((point) => point !== null)).size > 1);
  const plots = moved.map((row) => gasFacet(row, accent(name)));
  return markup`<h3 class="part machine ${accent(name)}">${name}</h3>${table}${folded(plots)}`;
}

function gasFacet({ id, workload, machine, points }: GasHistory, className: string): Markup {
  const drawn = points.map((gas) => {
    if (gas === null || gas <= 0) return null;
    const mark = (x: number, y: number) => markup`<circle class="${className}" cx="${px(x)}" cy="${px(y)}" r="4"/>`;
    return { point: gas, low: gas, high: gas, words: `${formatNumber(gas)} gas`, mark };
  });
  if (drawn.every((point) => point === null)) return markup``;
  return facet(`${id}/${workload}`, historyPlot(`Gas of ${id}/${workload} on ${machine}, by run`, drawn, formatNumber));
}

function runsTable({ runs }: History): Markup {
  return dataTable(
    'Runs, from the oldest to the newest',
    [
      { heading: 'run' },
      { heading: 'date', isText: true },
      { heading: 'trimeter', isText: true },
      { heading: 'runtime', isText: true },
      { heading: 'protocol', isText: true },
      { heading: 'workloads' },
      { heading: 'what changed since the one before', isText: true },
    ],
    runs.map(({ date, trimeter, runtime, inOneProcess, workloadCount, settingChanges }, at) => [
      at + 1,
      dateText(date),
      trimeter ?? 'unknown',
      runtime,
      inOneProcess ? 'quick' : 'full',
      workloadCount,
      settingChanges.length === 0 ? '-' : settingChanges.map((change) => markup`${change}<br>`),
    ]),
  );
}

function runHeadings(runs: History['runs']): readonly { readonly heading: Part }[] {
  return runs.map(({ date, trimeter, runtime }, at) => {
    const version = trimeter === undefined ? runtime : `trimeter ${trimeter}`;
    return { heading: markup`run ${at + 1}<small>${dateText(date)}</small><small>${version}</small>` };
  });
}

const absent = markup`<span class="absent">-</span>`;

function judged(value: string, interval: string, verdict: Verdict | null): Markup {
  return markup`<span class="${verdictClass(verdict)}">${verdictIcon(verdict)} ${value}<span class="hidden">, ${verdictWords(verdict)}</span></span><small>${interval}</small>`;
}

function intervalText({ low, high }: { readonly low: number; readonly high: number }): string {
  return `${formatNumber(low)} to ${formatNumber(high)}`;
}

function folded(plots: readonly Markup[]): Markup | undefined {
  if (plots.length === 0) return undefined;
  if (plots.length <= MAX_UNFOLDED) return facets(plots);
  return markup`<details><summary>As plots</summary>${facets(plots)}</details>`;
}
