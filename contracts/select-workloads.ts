import type { ContractCase, WorkloadSize } from './contract-case.ts';

/**
 * The cases with their workloads of these sizes, without the cases that have none.
 *
 * @example
 * const [contract] = selectWorkloads([await readBundledCase('fibonacci')], ['small']);
 * console.log(contract?.workloads.map(({ id }) => id)); // [ 'iterative-small' ]
 */
export function selectWorkloads(
  cases: readonly ContractCase[],
  sizes: readonly WorkloadSize[],
): readonly ContractCase[] {
  return cases
    .map((contract) => ({ ...contract, workloads: contract.workloads.filter(({ size }) => sizes.includes(size)) }))
    .filter(({ workloads }) => workloads.length > 0);
}
