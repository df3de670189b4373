import { counted, listed } from '../../harness/text/words.ts';
import { machinesOf } from '../result/machines-of.ts';
import { isOfOneProcess, type ProtocolCase, type ProtocolReport } from '../result/protocol-report.ts';
import { formatCount } from '../result/units.ts';
import { type Judge, notMeasured } from './claim.ts';

/** Not refuted if no workload and no batch of calls came to anything else on any machine. A run can only refute it. */
export const noDivergence: Judge = {
  criterion: 'Every machine comes to the same outcomes and the same state, and every timed batch to the same checksum.',
  judge: (report) => {
    const machines = machinesOf(report);
    const cases = report.cases.filter(({ failure, agreed }) => failure === undefined && agreed !== null);
    if (cases.length === 0 || machines.length < 2) return notMeasured('Needs a workload on two machines.');
    const differing = cases.filter(({ difference }) => difference !== null);
    const calls = leastCallCount(report);
    const blocks = cases.flatMap(({ slots }) => Object.values(slots).map(({ blocksNs }) => blocksNs.length));
    const processes = isOfOneProcess(report) ? 1 : blocks.reduce((sum, count) => sum + count, 0);
    const divergences =
      differing.length === 0
        ? 'no divergence'
        : `${counted(differing.length, 'divergence')}: ${listed(differing.map(labelOf))}`;
    return {
      verdict: differing.length === 0 ? 'not refuted' : 'does not hold',
      measured: [
        { what: 'divergences', unit: 'count', value: differing.length },
        { what: 'workloads', unit: 'count', value: cases.length },
        { what: 'machines', unit: 'count', value: machines.length },
        { what: 'calls at least', unit: 'count', value: calls },
      ],
      restsOn: cases.map(labelOf),
      sentence: `${counted(cases.length, 'workload')} on ${counted(machines.length, 'machine')}, at least ${formatCount(calls)} calls in ${processes} ${processes === 1 ? 'process' : 'processes'}: ${divergences}. A run can refute this and not prove it.`,
    };
  },
};

function labelOf({ id, workload }: ProtocolCase): string {
  return `${id}/${workload}`;
}

/** A sample goes on until `sampleNs` have been timed, so it holds at least as many calls as fit in there. */
function leastCallCount({ cases, plan }: ProtocolReport): number {
  const counts = cases.flatMap(({ slots, operationsPerCall }) =>
    Object.values(slots).flatMap(({ samplesNs }) =>
      samplesNs.flat().map((ns) => Math.max(1, Math.floor(plan.slot.sampleNs / (ns * operationsPerCall)))),
    ),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}
