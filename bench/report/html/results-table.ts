import {
  type Comparison,
  isOfOneProcess,
  isTimed,
  type ProtocolCase,
  type ProtocolReport,
} from '../../result/protocol-report.ts';
import { soundMeans } from '../../result/sound-means.ts';
import { formatEstimate, formatFloor, formatNs, formatNumber } from '../../result/units.ts';
import type { Accent } from './accents.ts';
import { dataTable } from './data-table.ts';
import { type Markup, markup, type Part } from './markup.ts';
import { verdictClass, verdictIcon, verdictKey, verdictWords } from './verdict-shape.ts';

/** Per workload: the time on each machine and, under it, the subject's ratio to that machine. The first is the subject. */
export function resultsTable(report: ProtocolReport, machines: readonly string[], accent: Accent): Markup {
  const [subject = ''] = machines;
  const metered = machines.filter((name) =>
    report.cases.some(({ slots }) => typeof slots[name]?.gasPerOperation === 'number'),
  );
  const columns = [
    { heading: 'workload' },
    ...machines.map((name) => ({ heading: markup`<span class="machine ${accent(name)}">${name}</span>` })),
    ...metered.map((name) => ({ heading: markup`gas, <span class="machine ${accent(name)}">${name}</span>` })),
    { heading: 'noise floor' },
  ];
  const rows = report.cases.map((found): readonly Part[] => {
    const name = markup`${found.id}/<wbr>${found.workload}<small>${found.operation}</small>`;
    if (!isTimed(found)) {
      const empty = [...machines.slice(1), ...metered].map(() => '');
      const why = found.difference === null ? 'its calls fail' : 'the machines differ';
      return [name, markup`<span class="fails">${why}</span>`, ...empty, ''];
    }
    return [
      name,
      ...machines.map((machine) => cell(found, machine, subject)),
      ...metered.map((name) => gasOf(found, name)),
      floorCell(found),
    ];
  });
  const sound = new Map(soundMeans(report));
  const means = machines.map((name): Part => {
    const mean = sound.get(`${subject}/${name}`);
    return mean === undefined ? '' : ratio(formatEstimate(mean));
  });
  const foot = sound.size === 0 ? [] : [['geometric mean', ...means, ...metered.map(() => ''), '']];
  const hasRatios = report.cases.some(({ comparisons }) => Object.keys(comparisons).length > 0);
  const key = hasRatios ? verdictKey(isOfOneProcess(report)) : undefined;
  const caption = hasRatios ? 'Time of one operation, and ratios' : 'Time of one operation';
  return markup`${key}${dataTable(caption, columns, rows, foot)}`;
}

/** Workloads that were not timed, and why. */
export function notTimed(report: ProtocolReport): Markup | undefined {
  const items = report.cases.flatMap(({ id, workload, difference, failure }) =>
    difference === null && failure === undefined
      ? []
      : [markup`<li><b>${id}/${workload}</b>: ${difference ?? failure}</li>`],
  );
  if (items.length === 0) return undefined;
  return markup`<div class="warning"><p>Nothing was timed where the machines differ or calls fail:</p><ul>${items}</ul></div>`;
}

function cell({ slots, comparisons }: ProtocolCase, machine: string, subject: string): Part {
  const slot = slots[machine];
  if (slot === undefined) return markup`<span class="absent">not run</span>`;
  const comparison = comparisons[`${subject}/${machine}`];
  return markup`${formatNs(slot.nsPerOperation)}${comparison === undefined ? undefined : compared(comparison)}`;
}

function gasOf({ slots }: ProtocolCase, machine: string): Part {
  const gas = slots[machine]?.gasPerOperation;
  return typeof gas === 'number' ? formatNumber(gas) : '';
}

function compared({ ratio: estimate, verdict }: Comparison): Markup {
  const words = markup`<span class="hidden">, ${verdictWords(verdict)}</span>`;
  return ratio(
    markup`<span class="${verdictClass(verdict)}">${verdictIcon(verdict)} ${formatEstimate(estimate)}${words}</span>`,
  );
}

function ratio(content: Part): Markup {
  return markup`<small>${content}</small>`;
}

function floorCell({ self }: ProtocolCase): Part {
  if (self === null) return '';
  const biased = self.isBiased ? markup`<small class="fails">biased</small>` : undefined;
  return markup`${formatFloor(self.floor)}${biased}`;
}
