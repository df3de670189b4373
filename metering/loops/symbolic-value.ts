/** Numbers as sums of named unknowns and a constant, modulo the size of their type. */
import type { ValueType } from '../format/module.ts';
import { Op } from '../format/opcodes.ts';
import { type Comparison, comparisons } from './trip-count.ts';

/** base + extra + add, where `base` and `extra` name unknown numbers; 0 names none. `extra` < `base`. */
export interface Sum {
  readonly base: number;
  readonly extra: number;
  /** As `constantOf` gives it. */
  readonly add: number;
}

export interface Test {
  /** Of both sides. */
  readonly type: ValueType;
  readonly comparison: Comparison | 'eq';
  readonly left: Sum;
  readonly right: Sum;
}

/** What an operand or a local holds: a sum, or the outcome of a comparison. */
export interface Value extends Sum {
  readonly test?: Test;
}

export const ZERO: Value = { base: 0, extra: 0, add: 0 };

/** By opcode: what it compares, and how. */
export const comparisonOf: ReadonlyMap<number, Pick<Test, 'type' | 'comparison'>> = new Map(
  comparisons.flatMap((comparison, index): [number, Pick<Test, 'type' | 'comparison'>][] => [
    [Op.i32Eq + index, { type: 'i32', comparison }],
    [Op.i64Eq + index, { type: 'i64', comparison }],
  ]),
);

export const opposite: Readonly<Record<Comparison | 'eq', Comparison | 'eq'>> = {
  eq: 'ne',
  ne: 'eq',
  lt_s: 'ge_s',
  lt_u: 'ge_u',
  le_s: 'gt_s',
  le_u: 'gt_u',
  gt_s: 'le_s',
  gt_u: 'le_u',
  ge_s: 'lt_s',
  ge_u: 'lt_u',
};

export const swapped: Readonly<Record<Comparison, Comparison>> = {
  ne: 'ne',
  lt_s: 'gt_s',
  lt_u: 'gt_u',
  le_s: 'ge_s',
  le_u: 'ge_u',
  gt_s: 'lt_s',
  gt_u: 'lt_u',
  ge_s: 'le_s',
  ge_u: 'le_u',
};

export function isSame(left: Value, right: Value): boolean {
  return left.base === right.base && left.extra === right.extra && left.add === right.add;
}

/** The signed number that a constant is; of i64 only those that a double holds exactly. */
export function constantOf(type: ValueType, value: number): number | undefined {
  if (type === 'i32') return value | 0;
  return Number.isSafeInteger(value) ? value : undefined;
}

export function sum(type: ValueType, left: Sum, right: Sum): Value | undefined {
  const add = constantOf(type, left.add + right.add);
  if (add === undefined) return undefined;
  if (left.base === 0) return { base: right.base, extra: right.extra, add };
  if (right.base === 0) return { base: left.base, extra: left.extra, add };
  if (left.extra !== 0 || right.extra !== 0 || left.base === right.base) return undefined;
  const [extra, base] = left.base < right.base ? [left.base, right.base] : [right.base, left.base];
  return { base, extra, add };
}

export function difference(type: ValueType, left: Sum, right: Sum): Value | undefined {
  const add = constantOf(type, left.add - right.add);
  return right.base !== 0 || add === undefined ? undefined : { base: left.base, extra: left.extra, add };
}
