import type { FunctionType } from '../format/module.ts';

/** Which functions take gas by value, by position in `module.functions`. */
export interface ByValuePlan {
  readonly passesGas: readonly boolean[];
  /** The parameter that bounds how deep its calls of itself go; only of functions that take gas by value. */
  readonly boundedBy: readonly (number | undefined)[];
}

/**
 * Whether a call hands gas over. Frames for a recursion that is bounded are taken by its entry, which finds gas in the global: only
 * the function itself passes it by.
 */
export function handsGasOver(caller: number, callee: number, { passesGas, boundedBy }: ByValuePlan): boolean {
  return passesGas[callee] === true && (callee === caller || boundedBy[callee] === undefined);
}

/** Of a function that takes gas by value: it is a parameter behind the guest's, and what is left of it one more result. */
export function byValueType({ params, results }: FunctionType): FunctionType {
  return { params: [...params, 'i64'], results: [...results, 'i64'] };
}
