import { reportWordsOf } from '../../harness/machines/register.ts';
import { streamedTable } from '../../harness/text/streamed-table.ts';
import { type Column, columnsOf, textTable } from '../../harness/text/text-table.ts';
import { wrapText } from '../../harness/text/wrap-text.ts';
import { environmentLine } from '../result/environment.ts';
import {
  type Comparison,
  isTimed,
  type ProtocolCase,
  type ProtocolReport,
  type SlotReport,
} from '../result/protocol-report.ts';
import { formatEstimate, formatNs, formatNumber } from '../result/units.ts';
import { soundness } from './soundness.ts';

/**
 * Plain text of a run in one process: the time of one operation on each machine with the subject's gas, then the subject's
 * throughput relative to each other machine with its 95 % interval, then what the machines are.
 *
 * @param machines Names to show, in this order; the first is the subject.
 * @param screenColumns As for `textTable`.
 */
export function quickTable(report: ProtocolReport, machines: readonly string[], screenColumns?: number): string {
  const columns = timeColumns(machines);
  const rowOf = timeRow(report.cases, machines);
  const times = textTable(columns, report.cases.map(rowOf), screenColumns);
  return `${TIMES_TITLE}\n\n${times}\n${ratioTable(report, machines, screenColumns)}`;
}

const TIMES_TITLE = 'Time of one operation';
/** No time and no gas that is printed is wider. */
const WIDEST_NUMBER = '999.9 ns';

/**
 * The first half of `quickTable`, as its rows come.
 *
 * @param planned What will be timed.
 * @returns Undefined where the screen is too narrow for that.
 */
export function streamedTimes(
  planned: readonly Named[],
  machines: readonly string[],
  screenColumns?: number,
): { readonly head: string; readonly row: (found: ProtocolCase) => string } | undefined {
  const namesOf = namesIn(planned);
  const widest = planned.map((row) => [...namesOf(row), ...machines.map(() => WIDEST_NUMBER), WIDEST_NUMBER]);
  const table = streamedTable(timeColumns(machines), widest, screenColumns);
  if (table === undefined) return undefined;
  const rowOf = timeRow(planned, machines);
  return { head: `${TIMES_TITLE}\n\n${table.head}`, row: (found) => table.row(rowOf(found)) };
}

function timeColumns(machines: readonly string[]): readonly Column[] {
  return columnsOf(['contract', 'operation'], [...machines, `gas (${machines[0] ?? ''})`]);
}

function timeRow(planned: readonly Named[], machines: readonly string[]): (row: ProtocolCase) => readonly string[] {
  const namesOf = namesIn(planned);
  return (row) =>
    isTimed(row)
      ? [...namesOf(row), ...machines.map((name) => timeOf(row.slots[name])), gasOf(row.slots[machines[0] ?? ''])]
      : [...namesOf(row), row.difference === null ? `not timed: ${row.failure}` : 'the machines differ'];
}

/** The second half of `quickTable`: ratios, and what the machines are. */
export function ratioTable(report: ProtocolReport, machines: readonly string[], screenColumns?: number): string {
  const { cases } = report;
  const [subject = '', ...others] = machines;
  const keys = others.map((name) => `${subject}/${name}`);
  const isWide = cases.some(({ comparisons }) => keys.some((key) => comparisons[key]?.verdict === 'unstable'));
  const namesOf = namesIn(cases);
  const ratios = textTable(
    columnsOf(
      ['contract', 'operation'],
      others.map((name) => reportWordsOf(name).heading ?? `x of ${name}`),
    ),
    cases
      .filter(isTimed)
      .map(({ comparisons, ...row }) => [...namesOf(row), ...keys.map((key) => markedEstimate(comparisons[key]))]),
    screenColumns,
  );
  return [
    others.length === 0
      ? ''
      : `Throughput of ${subject}, with 95 % intervals\n\n${ratios}\n${isWide ? wrapText(TOO_WIDE, screenColumns) : ''}`,
    wrapText(surroundings(report, machines), screenColumns),
  ].join('');
}

export type Named = Pick<ProtocolCase, 'id' | 'workload' | 'size' | 'operation'>;

/** A workload goes by what it does, and where another of the contract does the same, by its own name as well. */
function namesIn(cases: readonly Named[]): (row: Named) => readonly string[] {
  const labelOf = ({ size, operation }: Named) => (size === 'typical' ? operation : `${operation} (${size})`);
  return (row) => {
    const label = labelOf(row);
    const isOnly = cases.every(
      (other) => other.workload === row.workload || other.id !== row.id || labelOf(other) !== label,
    );
    return [row.id, isOnly ? label : `${label}: ${row.workload}`];
  };
}

const TOO_WIDE =
  '? The interval spans more than a factor of 2: too much else ran on this computer, and nothing can be concluded.\n';

function markedEstimate(comparison: Comparison | undefined): string {
  if (comparison === undefined) return '-';
  return `${formatEstimate(comparison.ratio)}${comparison.verdict === 'unstable' ? ' ?' : ''}`;
}

function surroundings(report: ProtocolReport, machines: readonly string[]): string {
  const { backends } = report.environment;
  const nameWidth = Math.max(...machines.map((name) => name.length));
  const descriptions = machines.map((name) => `${name.padEnd(nameWidth)}  ${backends[name] ?? ''}\n`);
  const notes = new Set(machines.flatMap((name) => reportWordsOf(name).notes ?? []));
  return [
    ...descriptions,
    `${environmentLine(report.environment)}\n`,
    `${soundness(report)[0]}\n`,
    ...[...notes].map((text) => `${text}\n`),
  ].join('');
}

function timeOf(slot: SlotReport | undefined): string {
  return slot === undefined ? '-' : formatNs(slot.nsPerOperation);
}

function gasOf(slot: SlotReport | undefined): string {
  const gas = slot?.gasPerOperation;
  return gas === undefined || gas === null ? '-' : formatNumber(gas);
}
