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

/** Machines that every workload runs on, as the full protocol takes them. */
export function headlineMachines(backends: readonly Backend[]): readonly BenchMachine[] {
  return backends.map((backend) => ({
    name: backend.name,
    description: backend.description,
    backend,
    isAnchor: false,
  }));
}

/** The case whose operations are crossings from the guest to the host. Its workloads are the points of a curve. */
export const BOUNDARY_CASE = 'host-calls';

/** Whether anchors run on the workload: on the first one of its contract, and on all points of the curve. */
export function isAnchored({ id, workloads }: ContractCase, workload: Workload): boolean {
  return workloads[0] === workload || id === BOUNDARY_CASE;
}
