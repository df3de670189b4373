import { printable } from '../../harness/text/printable.ts';
import { columnsOf, textTable } from '../../harness/text/text-table.ts';
import { wrapText } from '../../harness/text/wrap-text.ts';
import type { MeasuredValue } from '../claims/claim.ts';
import { startNs } from '../result/break-even.ts';
import { environmentLine } from '../result/environment.ts';
import {
  type Comparison,
  isTimed,
  type ProtocolCase,
  type ProtocolReport,
  type SlotReport,
} from '../result/protocol-report.ts';
import { formatEstimate, formatFloor, formatNs } from '../result/units.ts';
import { measuredClaims } from './measured-claims.ts';
import { formatMeasuredValue } from './measured-value-text.ts';
import { soundness } from './soundness.ts';
import { verdictLegend, verdictMark } from './verdict-mark.ts';

/**
 * Plain text: times, ratios with interval and verdict, cold numbers, the cost of a crossing, the public claims, and how sound it all
 * is.
 *
 * @param all Names of machines, the subject first.
 * @param screenColumns As for `textTable`.
 */
export function protocolTable(report: ProtocolReport, all: readonly string[], screenColumns?: number): string {
  const subject = all[0] ?? '';
  const anchors = all.filter((name) => isAnchor(report, `${subject}/${name}`));
  const machines = all.filter((name) => !anchors.includes(name));
  const others = machines.slice(1);
  const columns = (numbers: readonly string[]) => columnsOf(['contract', 'workload'], numbers);
  const timed = report.cases.filter(isTimed);
  const rowsOf = (shown: readonly ProtocolCase[], cells: (found: ProtocolCase) => readonly string[]) =>
    shown.map((found) => [found.id, found.workload, ...cells(found)]);
  const rows = (cells: (found: ProtocolCase) => readonly string[]) => rowsOf(timed, cells);
  const keys = others.map((other) => `${subject}/${other}`);
  const anchored = timed.filter(({ slots }) => anchors.some((name) => slots[name] !== undefined));
  const prose = (text: string) => wrapText(printable(text), screenColumns);
  const sections = [
    ['Time of one operation', columns(machines), rows((found) => times(found, machines))],
    [
      `Throughput of ${subject} relative to each other machine, with 95 % intervals: ${verdictLegend(report)}`,
      columns([...others, 'noise floor']),
      rows(({ comparisons, self }) => [
        ...keys.map((key) => ratioCell(comparisons[key])),
        self === null ? '-' : `${formatFloor(self.floor)}${self.isBiased ? ' biased' : ''}`,
      ]),
    ],
    [
      `From the artifact to the end of the first call; calls after which ${subject} is ahead`,
      columns([...machines, ...others.map((other) => `ahead of ${other}`)]),
      rows(({ slots, comparisons }) => [
        ...machines.map((name) => formatCold(slots[name])),
        ...keys.map((key) => formatCalls(comparisons[key]?.breakEvenCalls)),
      ]),
    ],
    [
      `Throughput of ${subject} relative to machines that run some workloads only, without verdicts`,
      columns(anchors),
      rowsOf(anchored, ({ comparisons }) =>
        anchors.map((name) => {
          const ratio = comparisons[`${subject}/${name}`]?.ratio;
          return ratio === undefined ? '-' : formatEstimate(ratio);
        }),
      ),
    ],
    [
      'From bytes to instance, in processes that had done nothing before',
      columnsOf(['contract', 'machine'], ['instrument', 'compile', 'instantiate']),
      report.phases.map(({ id, machine, instrumentNs, compileNs, instantiateNs }) => [
        id,
        machine,
        ...[instrumentNs, compileNs, instantiateNs].map(formatNs),
      ]),
    ],
    [
      'One crossing from the guest to the host',
      columnsOf(['crossing', 'machine'], ['time']),
      report.boundary.map(({ operation, machine, nsPerCrossing }) => [
        operation,
        machine,
        formatEstimate(nsPerCrossing, formatNs),
      ]),
    ],
    [
      'What is said about WebAssembly, and what this run says',
      columnsOf(['verdict', 'claim', 'measured']),
      measuredClaims(report).map(({ verdict, text, measured }) => [verdict, text, measuredCell(measured[0])]),
    ],
  ] as const;
  const shown = sections
    .filter(([, , cells]) => cells.length > 0)
    .map(([title, headings, cells]) => `${prose(title)}\n\n${textTable(headings, cells, screenColumns)}\n`);
  const [effort = '', ...warnings] = soundness(report);
  return [
    ...warnings.map((warning) => `${prose(warning)}\n\n`),
    ...shown,
    `${[effort, environmentLine(report.environment)].map(prose).join('\n')}\n`,
  ].join('');
}

/** Whether the ratio is one without verdicts. */
function isAnchor({ cases }: ProtocolReport, key: string): boolean {
  const comparisons = cases.flatMap((found) => found.comparisons[key] ?? []);
  return comparisons.length > 0 && comparisons.every(({ verdict }) => verdict === null);
}

function times({ slots }: ProtocolCase, machines: readonly string[]): readonly string[] {
  return machines.map((name) => {
    const slot = slots[name];
    return slot === undefined ? '-' : formatNs(slot.nsPerOperation);
  });
}

function ratioCell(comparison: Comparison | undefined): string {
  return comparison === undefined ? '-' : `${formatEstimate(comparison.ratio)} ${verdictMark(comparison.verdict)}`;
}

function formatCold(slot: SlotReport | undefined): string {
  const coldNs = slot?.coldNs ?? null;
  return coldNs === null ? '-' : formatNs(startNs({ coldNs }));
}

function formatCalls(calls: number | null | undefined): string {
  if (calls === undefined) return '-';
  if (calls === null) return 'never';
  return calls === 0 ? 'at once' : String(calls);
}

function measuredCell(measurement: MeasuredValue | undefined): string {
  return measurement === undefined ? '-' : `${formatMeasuredValue(measurement)} (${measurement.what})`;
}
