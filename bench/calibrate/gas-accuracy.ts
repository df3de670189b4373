import type { ContractCase } from '../../contracts/contract-case.ts';
import { InputRejected } from '../../contracts/input-rejected.ts';
import type { Backend } from '../../engine/backend.ts';
import { runRound } from '../gate.ts';
import { type BenchPlan, quickPlan } from '../plan.ts';
import { openSession } from '../session.ts';
import { runSuite, type WorkloadResult } from '../suite.ts';
import { timeEmptyCall } from './empty-call.ts';
import { type Spread, spreadOf } from './spread.ts';

/** Many short samples, of which the fastest counts: what other processes add is never negative. */
const plan: BenchPlan = { ...quickPlan, blockCount: 40, sampleNs: 2e6, batchNs: 5e5 };

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
  const results = await runSuite({ cases, backends: clocks, plan, onStep });
  for (const { caseId, workload, difference, failure } of results) {
    const why = difference ?? failure;
    if (why !== undefined) throw new InputRejected(`${caseId}/${workload}`, why);
  }
  const emptyNs = new Map<Backend, number>();
  for (const clock of clocks) emptyNs.set(clock, await timeEmptyCall(clock));
  const accuracies: Accuracy[] = [];
  for (const { name, meter, clock } of countings) {
    const workloads: WorkloadGas[] = [];
    for (const contract of cases) {
      workloads.push(...(await workloadGas(contract, meter, clock, results, emptyNs.get(clock) as number)));
    }
    accuracies.push({
      name,
      whole: spreadOf(workloads.map(({ nsPerCall, gasPerCall }) => nsPerCall / gasPerCall)),
      net: spreadOf(workloads.map(({ netNsPerCall, gasPerCall }) => netNsPerCall / gasPerCall)),
      workloads,
    });
  }
  return accuracies;
}

async function workloadGas(
  contract: ContractCase,
  meter: Backend,
  clock: Backend,
  results: readonly WorkloadResult[],
  emptyNs: number,
): Promise<readonly WorkloadGas[]> {
  const rows: WorkloadGas[] = [];
  for (const workload of contract.workloads) {
    const session = await openSession(meter, contract, workload);
    const callCount = session.messages.length;
    const { gasUsed } = await runRound(session, session.messages);
    await session.world.close();
    const timing = results
      .find(({ caseId, workload: id }) => caseId === contract.id && id === workload.id)
      ?.timings.get(clock.name);
    const nsPerCall = Math.min(...(timing?.blocksNs ?? [])) * workload.operationsPerCall;
    rows.push({
      workload: `${contract.id}/${workload.id}`,
      gasPerCall: Number(gasUsed) / callCount,
      nsPerCall,
      netNsPerCall: nsPerCall - emptyNs,
    });
  }
  return rows;
}
