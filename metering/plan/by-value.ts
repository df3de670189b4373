import type { FunctionType } from '../format/module.ts';
import { Op } from '../format/opcodes.ts';
import type { ModuleFacts } from './module-facts.ts';

/**
 * How a function takes the counters by value. It takes what is left of gas as one more parameter and returns it as one more
 * result, so that it stays in a register from call to call.
 */
export interface Convention {
  /** Whether what is left of the stack budget is a parameter as well. */
  readonly takesStack: boolean;
  /**
   * The parameter that bounds how deep its calls of itself go (`bounded-recursion.ts`): frames for all of them are taken when it is
   * called from outside. `undefined` also where neither it nor a function below it takes a frame.
   */
  readonly boundedBy: number | undefined;
}

/** Of a function that has nothing to do with the stack budget, and can be called without its entry by everyone. */
export const gasAlone: Convention = { takesStack: false, boundedBy: undefined };

export function takesGasAlone({ takesStack, boundedBy }: Convention): boolean {
  return !takesStack && boundedBy === undefined;
}

/** The function with the guest's code. */
export interface ByValueFunction extends Convention {
  readonly index: number;
}

export type PassedByValue = 'no' | 'gas alone' | 'gas and stack';

/**
 * By position in `module.functions`: what the function can take by value.
 *
 * - `gas alone`: neither it nor a function that it calls takes a frame, so that it does not change the stack budget. Further
 *   down one may, and finds the budget in the global, where whoever takes the stack by value has put it. Before it calls the
 *   host it puts the gas into the global.
 * - `gas and stack`: it can call itself, and nothing below it observes the counters in the globals: the host, or a function
 *   in the table.
 */
export function whatPassesByValue({
  module,
  calls,
  stack,
}: ModuleFacts): readonly PassedByValue[] {
  const { callees, isRecursive, reachesHost } = calls;
  const takesFrame = (position: number): boolean => (stack[position] ?? 0) > 0;
  return isRecursive.map((isOnCycle, position) => {
    if (isOnCycle) return reachesHost[position] === false ? 'gas and stack' : 'no';
    const needsStack = takesFrame(position) || callees[position]?.some(takesFrame) === true;
    const callsTable = module.functions[position]?.instructions.some(({ opcode }) => opcode === Op.callIndirect);
    return needsStack || callsTable === true ? 'no' : 'gas alone';
  });
}

/** Of the function with the guest's code: behind the function's own parameters come gas and, if it takes it, the stack. */
export function byValueType({ params, results }: FunctionType, { takesStack }: Convention): FunctionType {
  return {
    params: takesStack ? [...params, 'i64', 'i32'] : [...params, 'i64'],
    results: [...results, 'i64'],
  };
}
