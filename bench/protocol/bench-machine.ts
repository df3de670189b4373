import type { ContractCase, Workload } from '../../contracts/contract-case.ts';
import type { Backend } from '../../engine/backend.ts';

/** One machine of the full protocol. */
export interface BenchMachine {
  /** What processes are launched by. */
  readonly name: string;
  /** One line for reports. */
  readonly description: string;
  /** Runs the same code in this process: for agreement, and for what a batch has to come to in the other one. */
  readonly backend: Backend;
  /**
   * An anchor is there to see the others in proportion: it runs on one workload of each contract and in few blocks, and
   * its ratios have intervals but no verdicts.
   */
  readonly isAnchor: boolean;
}

/** Whether anchors run on the workload: on the first one of its contract. */
export function isAnchored({ workloads }: ContractCase, workload: Workload): boolean {
  return workloads[0] === workload;
}
