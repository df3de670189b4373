import { formatRuntime } from '../../harness/results/runtime.ts';
import { type Column, textTable } from '../../harness/results/text-table.ts';
import { wrapText } from '../../harness/results/wrap-text.ts';
import type { Environment } from '../result/environment.ts';
import { formatNs, formatNumber } from '../result/units.ts';
import type { Estimate } from '../stats/signed-rank.ts';
import type { BenchReport, CaseReport } from './json.ts';

/** What a ratio says, by the machine that the subject is compared with. */
const ratioHeadings: Readonly<Record<string, string>> = {
  native: 'x of native',
  evm: 'x faster than evm',
  'evm-default': 'x faster than evm-default',
  revm: 'x faster than revm',
};

const NOTES: readonly { readonly about: readonly string[]; readonly text: string }[] = [
  {
    about: ['evm', 'evm-default'],
    text: 'The EVM here is @ethereumjs, an interpreter in JavaScript; EVMs in Rust or C++ are 100 to 2000 times faster.',
  },
  {
    about: ['evm'],
    text: 'evm has state in constant time and keccak-256 in WebAssembly: what is timed is the interpreter.',
  },
  {
    about: ['evm-default'],
    text: 'evm-default is the same interpreter as its own package sets it up, on Merkle tries.',
  },
  {
    about: ['revm'],
    text: "revm runs in EDR's provider: of that, 20 to 45 µs are for a call that does nothing, and 30 µs for a slot that changes.",
  },
  { about: ['wasm-fresh'], text: 'wasm-fresh makes a new instance for every call; wasm restores a used one.' },
  { about: ['wasm-unmetered'], text: 'wasm-unmetered is the same module without gas charges.' },
];

/**
 * Plain text: the time of one operation on each machine with the subject's gas, then the subject's throughput relative to
 * each other machine with its 95 % interval, then what the machines are.
 *
 * @param machines Names to show, in this order; the first is the subject.
 * @param screenColumns As for `textTable`.
 */
export function benchTable(
  { cases, environment }: BenchReport,
  machines: readonly string[],
  screenColumns?: number,
): string {
  const [subject = '', ...others] = machines;
  const isWide = cases.some(({ ratios }) => others.some((name) => isTooWide(ratios[`${subject}/${name}`])));
  const namesOf = namesIn(cases);
  const times = textTable(
    [...nameColumns, ...machines.map(rightColumn), rightColumn(`gas (${subject})`)],
    cases.map((row) =>
      isTimed(row)
        ? [...namesOf(row), ...machines.map((name) => timeOf(row.backends[name])), gasOf(row.backends[subject])]
        : [...namesOf(row), row.failure === null ? 'the machines differ' : `not timed: ${row.failure}`],
    ),
    screenColumns,
  );
  const ratios = textTable(
    [...nameColumns, ...others.map((name) => rightColumn(ratioHeadings[name] ?? `x of ${name}`))],
    cases
      .filter(isTimed)
      .map((row) => [...namesOf(row), ...others.map((name) => markedEstimate(row.ratios[`${subject}/${name}`]))]),
    screenColumns,
  );
  return [
    `Time of one operation\n\n${times}\n`,
    others.length === 0
      ? ''
      : `Throughput of ${subject}, with 95 % intervals\n\n${ratios}\n${isWide ? wrapText(TOO_WIDE, screenColumns) : ''}`,
    wrapText(describeEnvironment(environment, machines), screenColumns),
  ].join('');
}

const nameColumns: readonly Column[] = [{ heading: 'contract' }, { heading: 'operation' }];

/** A workload goes by what it does, and where another of the contract does the same, by its own name as well. */
function namesIn(cases: readonly CaseReport[]): (row: CaseReport) => readonly string[] {
  const labelOf = ({ size, operation }: CaseReport) => (size === 'typical' ? operation : `${operation} (${size})`);
  return (row) => {
    const label = labelOf(row);
    const isOnly = cases.every((other) => other === row || other.id !== row.id || labelOf(other) !== label);
    return [row.id, isOnly ? label : `${label}: ${row.workload}`];
  };
}

function isTimed({ agreed, failure }: CaseReport): boolean {
  return agreed !== false && failure === null;
}

/** An interval over this factor concludes nothing. */
const WIDEST_INTERVAL = 2;

const TOO_WIDE =
  '? The interval spans more than a factor of 2: too much else ran on this computer, and nothing can be concluded.\n';

export function isTooWide(estimate: Estimate | undefined): boolean {
  return estimate !== undefined && !(estimate.high <= WIDEST_INTERVAL * estimate.low);
}

function markedEstimate(estimate: Estimate | undefined): string {
  return `${formatEstimate(estimate)}${isTooWide(estimate) ? ' ?' : ''}`;
}

function rightColumn(heading: string): Column {
  return { heading, isRight: true };
}

function describeEnvironment(environment: Environment, machines: readonly string[]): string {
  const { cpu, cores, os, backends } = environment;
  const nameWidth = Math.max(...machines.map((name) => name.length));
  const descriptions = machines.map((name) => `${name.padEnd(nameWidth)}  ${backends[name] ?? ''}\n`);
  const notes = NOTES.filter(({ about }) => about.some((name) => machines.includes(name)));
  return [
    ...descriptions,
    `${formatRuntime(environment)}, ${cpu}, ${cores} cores, ${os}\n`,
    'Quick protocol: one process, machines interleaved in shuffled order; medians over the blocks.\n',
    ...notes.map(({ text }) => `${text}\n`),
  ].join('');
}

/** `0.85 [0.83, 0.87]` */
export function formatEstimate(estimate: Estimate | undefined): string {
  if (estimate === undefined) return '-';
  const { point, low, high } = estimate;
  return `${formatNumber(point)} [${formatNumber(low)}, ${formatNumber(high)}]`;
}

function timeOf(backend: CaseReport['backends'][string] | undefined): string {
  return backend === undefined ? '-' : formatNs(backend.nsPerOperation);
}

function gasOf(backend: CaseReport['backends'][string] | undefined): string {
  const gas = backend?.gasPerOperation;
  return gas === undefined || gas === null ? '-' : formatNumber(gas);
}
