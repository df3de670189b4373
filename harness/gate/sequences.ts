import type { ContractCase } from '../../contracts/contract-case.ts';
import type { Script } from '../agreement/replay-file.ts';
import type { GateSequence } from './measure.ts';

/** What the calls of the examples are called. */
export const examplesId = 'examples';

/** The contract's examples, after the set-up that it has for random calls. */
export function exampleSequences({
  setup = [],
  examples,
}: Pick<ContractCase, 'setup' | 'examples'>): readonly GateSequence[] {
  return examples.length === 0 ? [] : [{ id: examplesId, calls: [...setup, ...examples] }];
}

/** Workloads of typical size; the others are the same code with more or less to do. */
export function workloadSequences({ workloads }: Pick<ContractCase, 'workloads'>): readonly GateSequence[] {
  return workloads
    .filter(({ size }) => size === 'typical')
    .map(({ id, setup, calls }) => ({ id, calls: [...setup, ...calls] }));
}

/** One of the workloads, of any size. */
export function workloadSequence({ workloads }: Pick<ContractCase, 'workloads'>, id: string): GateSequence | undefined {
  const workload = workloads.find((other) => other.id === id);
  return workload && { id, calls: [...workload.setup, ...workload.calls] };
}

/** A script, or a replay file. @param id What it is to be called. */
export function scriptSequence(id: string, { setup, steps, constructorArgs }: Script): GateSequence {
  return { id, constructorArgs, calls: [...setup, ...steps] };
}
