import { type CallGraph, callGraph } from '../flow/call-graph.ts';
import { functionType, type Module } from '../format/module.ts';
import type { FunctionFacts } from '../format/validate-body.ts';

/** Words that one call of each function takes from the stack budget, by position in `module.functions`; 0 for most. */
export type StackPlan = readonly number[];

/** What an engine keeps per call besides values: return address, saved registers, instance, alignment. */
const CALL_WORDS = 8;

/** An optimiser keeps a value that is computed again later: at most one for so many instructions. */
const INSTRUCTIONS_PER_KEPT_VALUE = 8;

/**
 * Only functions where a chain of calls can begin or come back take a frame; it pays for the others that they lead to.
 * The definition is that of `docs/gas.md`, section "The stack budget".
 */
export function planStack(
  module: Module,
  facts: readonly FunctionFacts[],
  calls: CallGraph = callGraph(module),
): StackPlan {
  const { callees, isInTable, isExported, isRecursive, calleesFirst } = calls;
  const frames = new Array<number>(module.functions.length).fill(0);
  // Of a function without a frame: its words and those of the deepest chain of such functions below it.
  const chains = new Array<number>(module.functions.length).fill(0);
  for (const position of calleesFirst) {
    const below = (callees[position] ?? []).reduce((deepest, callee) => Math.max(deepest, chains[callee] ?? 0), 0);
    const words = ownWords(module, facts, position) + below;
    const takesFrame = isRecursive[position] || isInTable[position] || isExported[position];
    (takesFrame ? frames : chains)[position] = words;
  }
  return frames;
}

function ownWords(module: Module, facts: readonly FunctionFacts[], position: number): number {
  const { params } = functionType(module, module.importedFunctions.length + position);
  const deepestOperands = facts[position]?.deepestOperands;
  const body = module.functions[position];
  if (deepestOperands === undefined || body === undefined) throw new RangeError(`no facts about function ${position}`);
  const kept = Math.floor(body.instructions.length / INSTRUCTIONS_PER_KEPT_VALUE);
  return params.length + body.locals.length + deepestOperands + kept + CALL_WORDS;
}
