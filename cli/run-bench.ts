import { measureStartUp } from '../bench/engines/start-up.ts';
import type { BenchMachine } from '../bench/protocol/bench-machine.ts';
import { OwnProcess } from '../bench/protocol/own-process.ts';
import { blockCountFor, fullPlan, type ProtocolPlan, quickPlan } from '../bench/protocol/protocol-plan.ts';
import { runProtocol, type WorkloadRecord } from '../bench/protocol/run-protocol.ts';
import { describeEnvironment } from '../bench/result/environment.ts';
import { type ProtocolCase, type ProtocolReport, protocolReport } from '../bench/result/protocol-report.ts';
import type { ContractCase } from '../contracts/contract-case.ts';
import { printable } from '../harness/text/printable.ts';
import { findWizer } from '../processes/engine-packages.ts';
import { processLauncher } from './launch-slot.ts';
import { createProgress } from './progress.ts';
import type { Terminal } from './terminal.ts';

export interface Bench {
  readonly cases: readonly ContractCase[];
  /** The first is the subject of the ratios. */
  readonly machines: readonly BenchMachine[];
  readonly scheduleId: string;
  readonly plan: ProtocolPlan;
}

/** @param blockCount Undefined for as many as the plan has, or as the number of workloads needs. */
export function planFor(
  cases: readonly ContractCase[],
  isQuick: boolean,
  seed: number,
  blockCount: number | undefined,
): ProtocolPlan {
  if (isQuick) return { ...quickPlan, seed, blockCount: blockCount ?? quickPlan.blockCount };
  const workloadCount = cases.reduce((count, { workloads }) => count + workloads.length, 0);
  return { ...fullPlan, seed, blockCount: blockCount ?? blockCountFor(workloadCount) };
}

/**
 * The protocol, in processes or in this one, with progress. What is not timed is named on the terminal.
 *
 * @param onCase Told of each workload as soon as it is timed, where all runs in one process.
 */
export async function runBench(
  terminal: Terminal,
  bench: Bench,
  onCase?: (found: ProtocolCase) => void,
): Promise<ProtocolReport> {
  const { cases, machines, scheduleId, plan } = bench;
  const own = new OwnProcess(machines.map(({ backend }) => backend));
  const progress = createProgress(terminal);
  const names = machines.map(({ name }) => name);
  const environment = describeEnvironment(machines, new Date());
  const caseOf = (found: WorkloadRecord) => {
    const alone = { workloads: [found], phaseRuns: [], rerunCount: 0, isTooNoisy: false, durationMs: 0 };
    return protocolReport(alone, plan, environment, names).cases[0] as ProtocolCase;
  };
  const record = await runProtocol({
    cases,
    machines,
    scheduleId,
    plan,
    launcher: plan.inOneProcess ? own : processLauncher,
    nowMs: () => performance.now(),
    onStep: progress.step,
    ...(onCase !== undefined && {
      onWorkload: (found: WorkloadRecord) => {
        progress.clear();
        onCase(caseOf(found));
      },
    }),
  }).finally(async () => {
    progress.clear();
    await own.close();
  });
  for (const { contract, workload, difference, failure } of record.workloads) {
    const why = difference ?? failure;
    if (why !== undefined) {
      terminal.error(`${contract.id}/${workload.id} is not timed: ${printable(why)}\n`);
    }
  }
  const report = { ...protocolReport(record, plan, environment, names), scheduleId };
  if (plan.inOneProcess || findWizer() === undefined) return report;
  return { ...report, preinitialised: [await measureStartUp()] };
}
