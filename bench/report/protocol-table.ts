import type { Estimate } from '../stats/signed-rank.ts';
import type { Verdict } from '../stats/verdict.ts';
import type { Comparison, ProtocolCase, ProtocolReport } from './protocol-report.ts';
import { formatEstimate } from './table.ts';
import { type Column, textTable } from './text-table.ts';
import { formatNs } from './units.ts';

const MARKS: Readonly<Record<Verdict, string>> = {
  faster: '+',
  slower: '-',
  'no measurable difference': '~',
  unstable: '?',
};

/**
 * Plain text: times, ratios with interval and verdict, cold numbers, the cost of a crossing, and how sound it all is.
 *
 * @param machines Names, the subject first.
 */
export function protocolTable(report: ProtocolReport, machines: readonly string[]): string {
  const [subject = '', ...others] = machines;
  const names: readonly Column[] = [{ heading: 'contract' }, { heading: 'workload' }];
  const right = (heading: string): Column => ({ heading, isRight: true });
  const timed = report.cases.filter(({ difference }) => difference === null);
  const rows = (cells: (found: ProtocolCase) => readonly string[]) =>
    timed.map((found) => [found.id, found.workload, ...cells(found)]);
  const keys = others.map((other) => `${subject}/${other}`);
  const sections = [
    [
      'Time of one operation',
      textTable(
        [...names, ...machines.map(right)],
        rows((found) => times(found, machines)),
      ),
    ],
    [
      `Throughput of ${subject} relative to each other machine, with 95 % intervals: + faster, - slower, ~ no measurable difference, ? unstable`,
      textTable(
        [...names, ...others.map(right), right('noise floor')],
        rows(({ comparisons, self }) => [
          ...keys.map((key) => ratioCell(comparisons[key])),
          self === null ? '-' : `${percent(self.floor - 1)}${self.isBiased ? ' biased' : ''}`,
        ]),
      ),
    ],
    [
      `From the artifact to the end of the first call; calls after which ${subject} is ahead`,
      textTable(
        [...names, ...machines.map(right), ...others.map((other) => right(`ahead of ${other}`))],
        rows(({ slots, comparisons }) => [
          ...machines.map((name) => formatCold(slots[name]?.coldNs)),
          ...keys.map((key) => formatCalls(comparisons[key]?.breakEvenCalls)),
        ]),
      ),
    ],
    [
      'From bytes to instance, in processes that had done nothing before',
      textTable(
        [{ heading: 'contract' }, { heading: 'machine' }, ...['instrument', 'compile', 'instantiate'].map(right)],
        report.phases.map(({ id, machine, instrumentNs, compileNs, instantiateNs }) => [
          id,
          machine,
          ...[instrumentNs, compileNs, instantiateNs].map(formatNs),
        ]),
      ),
    ],
    [
      'One crossing from the guest to the host',
      textTable(
        [{ heading: 'crossing' }, { heading: 'machine' }, right('time')],
        report.boundary.map(({ operation, machine, nsPerCrossing }) => [
          operation,
          machine,
          formatNsEstimate(nsPerCrossing),
        ]),
      ),
    ],
  ] as const;
  const shown = sections.filter(([, table]) => table.split('\n').length > 2);
  return [...shown.map(([title, table]) => `${title}\n\n${table}\n`), soundness(report)].join('');
}

function times({ slots }: ProtocolCase, machines: readonly string[]): readonly string[] {
  return machines.map((name) => {
    const slot = slots[name];
    return slot === undefined ? '-' : formatNs(slot.nsPerOperation);
  });
}

function ratioCell(comparison: Comparison | undefined): string {
  if (comparison === undefined) return '-';
  return `${formatEstimate(comparison.ratio)} ${comparison.verdict === null ? ' ' : MARKS[comparison.verdict]}`;
}

function formatCold(cold: ProtocolCase['slots'][string]['coldNs'] | undefined): string {
  return cold === undefined ? '-' : formatNs(cold.prepare + cold.deploy + cold.call);
}

function formatCalls(calls: number | null | undefined): string {
  if (calls === undefined) return '-';
  if (calls === null) return 'never';
  return calls === 0 ? 'at once' : String(calls);
}

function formatNsEstimate({ point, low, high }: Estimate): string {
  return `${formatNs(point)} [${formatNs(low)}, ${formatNs(high)}]`;
}

function percent(share: number): string {
  return `±${(100 * share).toFixed(1)} %`;
}

/** How much of this can be believed. */
function soundness({ cases, plan, rerunCount, isTooNoisy, durationMs, environment }: ProtocolReport): string {
  const slots = cases.flatMap((found) => Object.values(found.slots));
  const processes = slots.reduce((count, { blocksNs }) => count + blocksNs.length, 0);
  const unsettled = slots.reduce((count, { steadiness }) => count + steadiness['not steady'], 0);
  const extended = cases.filter(({ isExtended }) => isExtended).length;
  const biased = cases.filter(({ self }) => self?.isBiased).length;
  const { node, v8, cpu, cores, os } = environment;
  return [
    `${processes} processes in ${(durationMs / 60_000).toFixed(1)} minutes: ${plan.blockCount} blocks per workload, `,
    `${extended} workloads extended, ${rerunCount} blocks run again, ${processes - unsettled} processes settled, `,
    `${biased} workloads biased\n`,
    isTooNoisy ? 'Too much else ran on this computer: no verdict can be given.\n' : '',
    `Node ${node} (V8 ${v8}), ${cpu}, ${cores} cores, ${os}\n`,
  ].join('');
}
