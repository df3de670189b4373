import type { FunctionType } from '../format/module.ts';

/** Of a function that takes gas by value: it is a parameter behind the guest's, and what is left of it one more result. */
export function byValueType({ params, results }: FunctionType): FunctionType {
  return { params: [...params, 'i64'], results: [...results, 'i64'] };
}
