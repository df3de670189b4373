import { reportWordsOf } from '../../harness/machines/register.ts';
import { columnsOf, textTable } from '../../harness/text/text-table.ts';
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
  const { cases } = report;
  const [subject = '', ...others] = machines;
  const keys = others.map((name) => `${subject}/${name}`);
  const isWide = cases.some(({ comparisons }) => keys.some((key) => comparisons[key]?.verdict === 'unstable'));
  const namesOf = namesIn(cases);
  const columns = (numbers: readonly string[]) => columnsOf(['contract', 'operation'], numbers);
  const times = textTable(
    columns([...machines, `gas (${subject})`]),
    cases.map((row) =>
      isTimed(row)
        ? [...namesOf(row), ...machines.map((name) => timeOf(row.slots[name])), gasOf(row.slots[subject])]
        : [...namesOf(row), row.difference === null ? `not timed: ${row.failure}` : 'the machines differ'],
    ),
    screenColumns,
  );
  const ratios = textTable(
    columns(others.map((name) => reportWordsOf(name).heading ?? `x of ${name}`)),
    cases
      .filter(isTimed)
      .map(({ comparisons, ...row }) => [...namesOf(row), ...keys.map((key) => markedEstimate(comparisons[key]))]),
    screenColumns,
  );
  return [
    `Time of one operation\n\n${times}\n`,
    others.length === 0
      ? ''
      : `Throughput of ${subject}, with 95 % intervals\n\n${ratios}\n${isWide ? wrapText(TOO_WIDE, screenColumns) : ''}`,
    wrapText(surroundings(report, machines), screenColumns),
  ].join('');
}

type Named = Pick<ProtocolCase, 'id' | 'workload' | 'size' | 'operation'>;

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
