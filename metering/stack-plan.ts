import type { Module } from './module.ts';
import { functionType } from './module.ts';
import type { FunctionFacts } from './validate-body.ts';

/** Words that one call of each function takes from the stack budget, by position in `module.functions`. */
export type StackPlan = readonly number[];

/** What an engine keeps per call besides values: return address, saved registers, instance, alignment. */
const CALL_WORDS = 8;

/** frame = parameters + declared locals + deepest operand stack + 8, in 64-bit words (`docs/gas.md`). */
export function planStack(module: Module, facts: readonly FunctionFacts[]): StackPlan {
  return module.functions.map(({ locals }, position) => {
    const { params } = functionType(module, module.importedFunctions.length + position);
    const deepestOperands = facts[position]?.deepestOperands;
    if (deepestOperands === undefined) throw new RangeError(`no facts about function ${position}`);
    return params.length + locals.length + deepestOperands + CALL_WORDS;
  });
}
