import type { ContractCase, WorkloadSize } from '../contracts/contract-case.ts';
import type { Backend } from '../engine/backend.ts';
import { type Measurement, measureWorkload } from './measure-workload.ts';
import type { BenchPlan } from './plan.ts';

export interface WorkloadResult extends Measurement {
  readonly caseId: string;
  readonly workload: string;
  readonly size: WorkloadSize;
  readonly operation: string;
  /** Whether it was the first of its contract: the only one that the machines did not know. */
  readonly isFirst: boolean;
}

export interface SuiteOptions {
  readonly cases: readonly ContractCase[];
  /** Machines to compare. The first is the subject: ratios are its throughput relative to each other one. */
  readonly backends: readonly Backend[];
  /** Timed in the same blocks, but not compared: it may return anything, as long as it is always the same. */
  readonly calibration?: Backend;
  readonly plan: BenchPlan;
  /** Called before each workload and after each of its blocks. */
  readonly onStep?: (label: string) => void;
}

/** How often `onStep` is called, where all machines agree. */
export function stepCount({ cases, plan }: SuiteOptions): number {
  return cases.reduce((count, { workloads }) => count + workloads.length * (1 + plan.blockCount), 0);
}

/**
 * Times every workload of every case on every machine, in this process.
 *
 * @throws InputRejected if a workload's set-up fails, EngineError `internal` if a timed batch comes to something other
 * than what was agreed.
 */
export async function runSuite(options: SuiteOptions): Promise<readonly WorkloadResult[]> {
  const { cases, backends, calibration, plan, onStep } = options;
  const results: WorkloadResult[] = [];
  for (const contract of cases) {
    for (const [at, workload] of contract.workloads.entries()) {
      const step = () => onStep?.(`${contract.id}/${workload.id}`);
      step();
      const measurement = await measureWorkload(contract, workload, backends, calibration, plan, step);
      const { id, size, operation } = workload;
      results.push({ caseId: contract.id, workload: id, size, operation, isFirst: at === 0, ...measurement });
    }
  }
  return results;
}
