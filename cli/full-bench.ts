import { measureStartUp } from '../bench/engines/start-up.ts';
import type { BenchMachine } from '../bench/protocol/bench-machine.ts';
import { blockCountFor, fullPlan, type ProtocolPlan } from '../bench/protocol/protocol-plan.ts';
import { runProtocol } from '../bench/protocol/run-protocol.ts';
import { describeEnvironment } from '../bench/result/environment.ts';
import { type ProtocolReport, protocolReport } from '../bench/result/protocol-report.ts';
import type { ContractCase } from '../contracts/contract-case.ts';
import { findWizer } from '../harness/machines/child/engine-packages.ts';
import { printable } from '../harness/results/printable.ts';
import { processLauncher } from './launch-slot.ts';
import { createProgress } from './progress.ts';
import type { Terminal } from './terminal.ts';

export interface FullBench {
  readonly cases: readonly ContractCase[];
  /** The first is the subject of the ratios. */
  readonly machines: readonly BenchMachine[];
  readonly scheduleId: string;
  readonly seed: number;
  /** Undefined for as many as the number of workloads needs. */
  readonly blockCount: number | undefined;
}

/** The full protocol, with progress. Machines that differ are named on the terminal. */
export async function runFullBench(terminal: Terminal, bench: FullBench): Promise<ProtocolReport> {
  const { cases, machines, scheduleId, seed } = bench;
  const workloadCount = cases.reduce((count, { workloads }) => count + workloads.length, 0);
  const plan: ProtocolPlan = { ...fullPlan, seed, blockCount: bench.blockCount ?? blockCountFor(workloadCount) };
  const progress = createProgress(terminal);
  const record = await runProtocol({
    cases,
    machines,
    scheduleId,
    plan,
    launcher: processLauncher,
    nowMs: () => performance.now(),
    onStep: progress.step,
  }).finally(progress.clear);
  for (const { contract, workload, difference, failure } of record.workloads) {
    const why = difference ?? failure;
    if (why !== undefined) {
      terminal.error(`${contract.id}/${workload.id} is not timed: ${printable(why)}\n`);
    }
  }
  const names = machines.map(({ name }) => name);
  const environment = describeEnvironment(machines, new Date());
  const report = { ...protocolReport(record, plan, environment, names), scheduleId };
  return findWizer() === undefined ? report : { ...report, preinitialised: [await measureStartUp()] };
}
