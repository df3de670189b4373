import { callGraph } from './call-graph.ts';
import type { FunctionType, Module } from './module.ts';
import { whatReaches } from './what-reaches.ts';

/**
 * How a function carries the counters. It takes what is left of gas as one more parameter and returns it as one more
 * result, so that it stays in a register from call to call.
 */
export interface Carrier {
  /**
   * The parameter that bounds how deep its calls of itself go (`descent.ts`): frames for all of them are taken when it is
   * called from outside. `undefined`: what is left of the stack budget is a parameter as well.
   */
  readonly descendsIn: number | undefined;
}

/**
 * By position in `module.functions`: whether the function can carry the counters. Those that can call themselves do, if
 * nothing below them can look at the counters in the globals: the host, or a function in the table.
 */
export function canCarry(module: Module): readonly boolean[] {
  const { isRecursive } = callGraph(module);
  const reachesHost = whatReaches(module, () => false);
  return isRecursive.map((isOnCycle, position) => isOnCycle && reachesHost[position] === false);
}

/** Of the function that carries: behind the function's own parameters come gas and, unless it descends, the stack. */
export function carriedType({ params, results }: FunctionType, { descendsIn }: Carrier): FunctionType {
  return {
    params: descendsIn === undefined ? [...params, 'i64', 'i32'] : [...params, 'i64'],
    results: [...results, 'i64'],
  };
}
