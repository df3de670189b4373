import type { Estimate } from '../stats/signed-rank.ts';
import type { Environment } from './environment.ts';
import type { BenchReport, CaseReport } from './json.ts';
import { type Column, textTable } from './text-table.ts';
import { formatNs, formatNumber } from './units.ts';

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
 */
export function benchTable({ cases, environment }: BenchReport, machines: readonly string[]): string {
  const [subject = '', ...others] = machines;
  const times = textTable(
    [...nameColumns, ...machines.map(rightColumn), rightColumn(`gas (${subject})`)],
    cases.map((row) =>
      row.agreed
        ? [...namesOf(row), ...machines.map((name) => timeOf(row.backends[name])), gasOf(row.backends[subject])]
        : [...namesOf(row), 'the machines differ'],
    ),
  );
  const ratios = textTable(
    [...nameColumns, ...others.map((name) => rightColumn(ratioHeadings[name] ?? `x of ${name}`))],
    cases
      .filter(({ agreed }) => agreed)
      .map((row) => [...namesOf(row), ...others.map((name) => formatEstimate(row.ratios[`${subject}/${name}`]))]),
  );
  return [
    `Time of one operation\n\n${times}\n`,
    others.length === 0 ? '' : `Throughput of ${subject}, with 95 % intervals\n\n${ratios}\n`,
    describeEnvironment(environment, machines),
  ].join('');
}

const nameColumns: readonly Column[] = [{ heading: 'contract' }, { heading: 'operation' }];

function namesOf({ id, size, operation }: CaseReport): readonly string[] {
  return [id, size === 'typical' ? operation : `${operation} (${size})`];
}

function rightColumn(heading: string): Column {
  return { heading, isRight: true };
}

function describeEnvironment(environment: Environment, machines: readonly string[]): string {
  const { node, v8, cpu, cores, os, backends } = environment;
  const nameWidth = Math.max(...machines.map((name) => name.length));
  const descriptions = machines.map((name) => `${name.padEnd(nameWidth)}  ${backends[name] ?? ''}\n`);
  const notes = NOTES.filter(({ about }) => about.some((name) => machines.includes(name)));
  return [
    ...descriptions,
    `Node ${node} (V8 ${v8}), ${cpu}, ${cores} cores, ${os}\n`,
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
