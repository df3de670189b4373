import { type CallGraph, callGraph, whatReaches } from '../flow/call-graph.ts';
import type { Module } from '../format/module.ts';
import type { FunctionFacts } from '../format/validate-body.ts';
import { planStack, type StackPlan } from './stack-plan.ts';

/** What plans and code are made from beside the gas plan. Everything is found once. */
export interface ModuleFacts {
  readonly module: Module;
  /** By position in `module.functions`: what validation found. */
  readonly functions: readonly FunctionFacts[];
  readonly calls: CallGraph;
  readonly stack: StackPlan;
  /** By position: whether a call of it can come to a function that takes a frame, to the host or to the table. */
  readonly observesStack: readonly boolean[];
}

export function moduleFacts(module: Module, functions: readonly FunctionFacts[]): ModuleFacts {
  const calls = callGraph(module);
  const stack = planStack(module, functions, calls);
  const observesStack = whatReaches(calls, (position) => calls.leavesModule[position] || (stack[position] ?? 0) > 0);
  return { module, functions, calls, stack, observesStack };
}
