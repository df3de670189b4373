import type { ContractCase } from '../../contracts/contract-case.ts';
import { InputRejected } from '../../contracts/input-rejected.ts';
import type { Backend } from '../../engine/backend.ts';
import { runRound } from '../gate.ts';
import { headlineMachines } from '../protocol/bench-machine.ts';
import { blockTimesNs } from '../protocol/block-times.ts';
import { OwnProcess } from '../protocol/own-process.ts';
import { type ProtocolPlan, quickPlan } from '../protocol/protocol-plan.ts';
import { runProtocol, type WorkloadRecord } from '../protocol/run-protocol.ts';
import { openSession } from '../session.ts';
import { timeEmptyCall } from './empty-call.ts';
import { type Spread, spreadOf } from './spread.ts';

/** Many short samples, of which the fastest counts: what other processes add is never negative. */
const plan: ProtocolPlan = {
  ...quickPlan,
  blockCount: 40,
  batchNs: 5e5,
  slot: { ...quickPlan.slot, sampleNs: 2e6 },
};

/** One way of counting, held against the time of the machine that it is meant for. */
export interface Counting {
  /** Of a schedule, or `evm`. */
  readonly name: string;
  /** Counts the gas. */
  readonly meter: Backend;
  /** Gives the time: must agree with all the others on what calls do. */
  readonly clock: Backend;
}

export interface WorkloadGas {
  /** `<case>/<workload>` */
  readonly workload: string;
  readonly gasPerCall: number;
  /** The fastest block; and the same without what an empty call takes. */
  readonly nsPerCall: number;
  readonly netNsPerCall: number;
}

export interface Accuracy {
  readonly name: string;
  /** Nanoseconds per gas over the workloads, of whole calls and net of an empty call. */
  readonly whole: Spread;
  readonly net: Spread;
  readonly workloads: readonly WorkloadGas[];
}

/**
 * How well gas foretells time: nanoseconds per gas over the workloads of the cases.
 *
 * @throws InputRejected where the machines disagree on a workload, or one fails.
 */
export async function gasAccuracy(
  cases: readonly ContractCase[],
  countings: readonly Counting[],
  onStep: (label: string) => void,
): Promise<readonly Accuracy[]> {
  const clocks = [...new Set(countings.map(({ clock }) => clock))];
  const launcher = new OwnProcess(clocks);
  const { workloads: results } = await runProtocol({
    cases,
    machines: headlineMachines(clocks),
    // Of the clocks' own, which are here already.
    scheduleId: '',
    plan,
    launcher,
    nowMs: () => 0,
    onStep: (_done, _total, label) => onStep(label),
  }).finally(() => launcher.close());
  for (const { contract, workload, difference, failure } of results) {
    const why = difference ?? failure;
    if (why !== undefined) throw new InputRejected(`${contract.id}/${workload.id}`, why);
  }
  const emptyNs = new Map<Backend, number>();
  for (const clock of clocks) emptyNs.set(clock, await timeEmptyCall(clock));
  const accuracies: Accuracy[] = [];
  for (const counting of countings) {
    const workloads: WorkloadGas[] = [];
    for (const record of results) {
      workloads.push(await workloadGas(record, counting, emptyNs.get(counting.clock) as number));
    }
    accuracies.push({
      name: counting.name,
      whole: spreadOf(workloads.map(({ nsPerCall, gasPerCall }) => nsPerCall / gasPerCall)),
      net: spreadOf(workloads.map(({ netNsPerCall, gasPerCall }) => netNsPerCall / gasPerCall)),
      workloads,
    });
  }
  return accuracies;
}

async function workloadGas(
  { contract, workload, slots, blocks }: WorkloadRecord,
  { meter, clock }: Counting,
  emptyNs: number,
): Promise<WorkloadGas> {
  const session = await openSession(meter, contract, workload);
  const { gasUsed } = await runRound(session, session.messages);
  await session.world.close();
  const label = `${contract.id}/${workload.id}`;
  const slot = slots.findIndex(({ name }) => name === clock.name);
  if (slot === -1) throw new InputRejected(label, 'was not timed');
  const nsPerCall = Math.min(...blockTimesNs(slots, blocks, slot)) * workload.operationsPerCall;
  return {
    workload: label,
    gasPerCall: Number(gasUsed) / session.messages.length,
    nsPerCall,
    netNsPerCall: nsPerCall - emptyNs,
  };
}
