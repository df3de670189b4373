import { callGraph } from './call-graph.ts';
import type { Module } from './module.ts';
import { whatReaches } from './what-reaches.ts';

/**
 * By position in `module.functions`: whether the function carries the counters. It then takes what is left of gas and of
 * the stack budget as two more parameters and returns the gas as one more result, so that both stay in registers from
 * call to call.
 *
 * Those that can call themselves do, if nothing below them can look at the counters in the globals: the host, or a
 * function in the table.
 */
export function planCarried(module: Module): readonly boolean[] {
  const { isRecursive } = callGraph(module);
  const reachesHost = whatReaches(module, () => false);
  return isRecursive.map((isOnCycle, position) => isOnCycle && reachesHost[position] === false);
}

/** Where carried counters lie among the locals: behind the function's own parameters. */
export interface CarriedLocals {
  readonly gas: number;
  readonly stack: number;
}

export function carriedLocals(paramCount: number): CarriedLocals {
  return { gas: paramCount, stack: paramCount + 1 };
}

/** The two of them. */
export const CARRIED_PARAMS = 2;
