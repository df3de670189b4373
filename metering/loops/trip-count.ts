/**
 * How often a counted loop takes its back edge, here called its trip count: as a number where it is constant;
 * `trip-count-code.ts` writes the others as code.
 */
import type { ValueType } from '../format/module.ts';

/** In the order of their opcodes, which begin at `i32.eq` and at `i64.eq`. */
export const comparisons = ['eq', 'ne', 'lt_s', 'lt_u', 'gt_s', 'gt_u', 'le_s', 'le_u', 'ge_s', 'ge_u'] as const;

/** `ne` goes on until the variable is the bound; the others while it is on the near side of it. */
export type Comparison = Exclude<(typeof comparisons)[number], 'eq'>;

/** What can be computed in front of a loop: a local's value there, if any, plus a constant, modulo the type's size. */
export interface Operand {
  readonly local: number | undefined;
  /** Signed, at most 2^53 away from 0. */
  readonly add: number;
}

/**
 * The back edge is taken once for every value `first`, `first + step`, ... until the first one for which
 * `value comparison bound` is false.
 */
export interface TripCount {
  /** Of the variable and its bound. */
  readonly type: ValueType;
  readonly comparison: Comparison;
  /** Of a constant step the first value that is compared; of a step in a local the value one step before. */
  readonly first: Operand;
  /**
   * A signed constant other than 0, below 2^31 in size; or a local that is read as unsigned and added. The code traps where it
   * is 0 or, of i64, not below 2^31.
   */
  readonly step: number | { readonly local: number };
  readonly bound: Operand;
}

/** `undefined` if the count is not constant, or if the variable would wrap around. */
export function constantTripCount({ type, comparison, first, step, bound }: TripCount): number | undefined {
  if (typeof step !== 'number' || first.local !== undefined || bound.local !== undefined) return undefined;
  const size = BigInt(Math.abs(step));
  if (comparison === 'ne') {
    const way = (BigInt(bound.add) - BigInt(first.add)) * BigInt(Math.sign(step));
    const distance = BigInt.asUintN(bitsOf[type], way);
    return distance % size === 0n ? Number(distance / size) : undefined;
  }
  const { isUpwards, isInclusive, valueAt, last } = shapeOf(type, comparison);
  const start = valueAt(first.add);
  const distance = isUpwards ? valueAt(bound.add) - start : start - valueAt(bound.add);
  const beyond = isInclusive ? distance + 1n : distance;
  if (beyond <= 0n) return 0;
  const trips = (beyond + size - 1n) / size;
  const room = isUpwards ? last - start : start - last;
  return trips * size > room ? undefined : Number(trips);
}

export type OrderComparison = Exclude<Comparison, 'ne'>;

export interface Shape {
  readonly isSigned: boolean;
  readonly isUpwards: boolean;
  readonly isInclusive: boolean;
  /** A constant as the comparison sees it. */
  readonly valueAt: (constant: number) => bigint;
  /** The last value before the variable wraps around. */
  readonly last: bigint;
}

const bitsOf: Readonly<Record<ValueType, number>> = { i32: 32, i64: 64 };

export function shapeOf(type: ValueType, comparison: OrderComparison): Shape {
  const bits = bitsOf[type];
  const isSigned = comparison.endsWith('s');
  const isUpwards = comparison.startsWith('l');
  const wrapped = isSigned ? BigInt.asIntN : BigInt.asUintN;
  const most = (1n << BigInt(isSigned ? bits - 1 : bits)) - 1n;
  const last = isUpwards ? most : wrapped(bits, most + 1n);
  const valueAt = (constant: number): bigint => wrapped(bits, BigInt(constant));
  return { isSigned, isUpwards, isInclusive: comparison[1] === 'e', valueAt, last };
}
