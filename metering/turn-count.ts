/** How often a counted loop takes its way back: as a number where it is constant, as code otherwise. */
import { writeIf, writeLocal } from './meter-code.ts';
import type { ValueType } from './module.ts';
import { Op } from './opcodes.ts';
import type { Writer } from './writer.ts';

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
 * The way back is taken once for every value `first`, `first + step`, ... until the first one for which
 * `value comparison bound` is false.
 */
export interface TurnCount {
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
export function constantTurns({ type, comparison, first, step, bound }: TurnCount): number | undefined {
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
  const turns = (beyond + size - 1n) / size;
  const room = isUpwards ? last - start : start - last;
  return turns * size > room ? undefined : Number(turns);
}

type OrderComparison = Exclude<Comparison, 'ne'>;

interface Shape {
  readonly isSigned: boolean;
  readonly isUpwards: boolean;
  readonly isInclusive: boolean;
  /** A constant as the comparison sees it. */
  readonly valueAt: (constant: number) => bigint;
  /** The last value before the variable wraps around. */
  readonly last: bigint;
}

const bitsOf: Readonly<Record<ValueType, number>> = { i32: 32, i64: 64 };

function shapeOf(type: ValueType, comparison: OrderComparison): Shape {
  const bits = bitsOf[type];
  const isSigned = comparison.endsWith('s');
  const isUpwards = comparison.startsWith('l');
  const wrapped = isSigned ? BigInt.asIntN : BigInt.asUintN;
  const most = (1n << BigInt(isSigned ? bits - 1 : bits)) - 1n;
  const last = isUpwards ? most : wrapped(bits, most + 1n);
  const valueAt = (constant: number): bigint => wrapped(bits, BigInt(constant));
  return { isSigned, isUpwards, isInclusive: comparison[1] === 'e', valueAt, last };
}

/** The same count where the guest's locals are elsewhere. */
export function movedTurns(turns: TurnCount, ofGuest: (local: number) => number): TurnCount {
  const { first, step, bound } = turns;
  const moved = (operand: Operand): Operand =>
    operand.local === undefined ? operand : { ...operand, local: ofGuest(operand.local) };
  const movedStep = typeof step === 'number' ? step : { local: ofGuest(step.local) };
  return { ...turns, first: moved(first), step: movedStep, bound: moved(bound) };
}

/** More turns of a loop with an i64 variable are left to the exact run: their cost would not be far from 2^64. */
const MAX_TURNS = 2n ** 32n;

/** Of an i64 step that is not known: times as many turns it is still a number without sign. */
const MAX_LONG_STEP = 2n ** 31n;

/**
 * Leaves the number of turns on the stack, an i64 from 0 to 2^32. Traps where it would be more, or where the variable
 * would wrap around before it comes to the bound. Uses two i64 locals from `scratch` on.
 */
export function writeTurns(writer: Writer, turns: TurnCount, scratch: number): void {
  const { comparison, step } = turns;
  if (comparison === 'ne' && typeof step === 'number') writeTurnsToEquality(writer, turns, step, scratch);
  else if (comparison !== 'ne') writeTurnsToOrder(writer, turns, comparison, scratch);
}

/** The distance modulo the type's size, divided by the step, which has to divide it. */
function writeTurnsToEquality(writer: Writer, { type, first, bound }: TurnCount, step: number, scratch: number): void {
  const [from, to] = step > 0 ? [first, bound] : [bound, first];
  const size = Math.abs(step);
  const isPowerOfTwo = (size & (size - 1)) === 0;
  writeOperand(writer, type, to);
  writeOperand(writer, type, from);
  writer.opcode(type === 'i32' ? Op.i32Sub : Op.i64Sub);
  if (type === 'i32') writer.opcode(Op.i64ExtendI32U);
  if (size !== 1) {
    writeLocal(writer, Op.localTee, scratch);
    writeI64(writer, isPowerOfTwo ? size - 1 : size);
    writer.opcode(isPowerOfTwo ? Op.i64And : Op.i64RemU);
    writer.opcode(Op.i64Eqz);
    writer.opcode(Op.i32Eqz);
    writeIf(writer, () => writer.opcode(Op.unreachable));
    writeLocal(writer, Op.localGet, scratch);
    writeI64(writer, isPowerOfTwo ? Math.log2(size) : size);
    writer.opcode(isPowerOfTwo ? Op.i64ShrU : Op.i64DivU);
  }
  if (type === 'i64') writeTrapAbove(writer, MAX_TURNS, scratch);
}

/** The distance in 64 bits to the last value that goes on, divided by the step, and one more. */
function writeTurnsToOrder(writer: Writer, turns: TurnCount, comparison: OrderComparison, scratch: number): void {
  const { type, first, step, bound } = turns;
  const shape = shapeOf(type, comparison);
  const { isSigned, isUpwards, isInclusive, last } = shape;
  const size = scratch + 1;
  const writeExtended = (operand: Operand): void => {
    writeOperand(writer, type, operand);
    if (operand === first && typeof step !== 'number') {
      writeLocal(writer, Op.localGet, step.local);
      writer.opcode(type === 'i32' ? Op.i32Add : Op.i64Add);
    }
    if (type === 'i32') writer.opcode(isSigned ? Op.i64ExtendI32S : Op.i64ExtendI32U);
  };
  const writeSize = (): void => {
    if (typeof step === 'number') writeI64(writer, Math.abs(step));
    else writeLocal(writer, Op.localGet, size);
  };
  if (typeof step !== 'number') {
    writeLocal(writer, Op.localGet, step.local);
    if (type === 'i32') writer.opcode(Op.i64ExtendI32U);
    writeLocal(writer, Op.localTee, size);
    if (type === 'i32') writer.opcode(Op.i64Eqz);
    else {
      writeI64(writer, 1);
      writer.opcode(Op.i64Sub);
      writeI64(writer, MAX_LONG_STEP - 2n);
      writer.opcode(Op.i64GtU);
    }
    writeIf(writer, () => writer.opcode(Op.unreachable));
  }
  writeExtended(first);
  writeExtended(bound);
  writer.opcode(Op.i64Eq + comparisons.indexOf(comparison));
  writer.opcode(Op.if);
  writer.valueType('i64');
  writeExtended(isUpwards ? bound : first);
  writeExtended(isUpwards ? first : bound);
  writer.opcode(Op.i64Sub);
  if (!isInclusive) {
    writeI64(writer, 1);
    writer.opcode(Op.i64Sub);
  }
  if (step !== 1 && step !== -1) {
    writeSize();
    writer.opcode(Op.i64DivU);
  }
  if (type === 'i64') writeTrapAbove(writer, MAX_TURNS - 1n, scratch);
  writeI64(writer, 1);
  writer.opcode(Op.i64Add);
  if (mayWrap(turns, shape)) {
    // turns * size > room between the first value and the last one
    writeLocal(writer, Op.localTee, scratch);
    writeSize();
    writer.opcode(Op.i64Mul);
    if (isUpwards) writeI64(writer, last);
    writeExtended(first);
    if (!isUpwards) writeI64(writer, last);
    writer.opcode(Op.i64Sub);
    writer.opcode(Op.i64GtU);
    writeIf(writer, () => writer.opcode(Op.unreachable));
    writeLocal(writer, Op.localGet, scratch);
  }
  writer.opcode(Op.else);
  writeI64(writer, 0);
  writer.opcode(Op.end);
}

/** False where the first value beyond the bound surely exists. */
function mayWrap({ step, bound }: TurnCount, { isUpwards, isInclusive, valueAt, last }: Shape): boolean {
  if (typeof step !== 'number') return true;
  const beyond = BigInt(Math.abs(step) - (isInclusive ? 0 : 1));
  if (beyond === 0n) return false;
  if (bound.local !== undefined) return true;
  return isUpwards ? valueAt(bound.add) + beyond > last : valueAt(bound.add) - beyond < last;
}

/** Traps if the i64 on the stack, read as unsigned, is above `most`. Leaves it there. */
function writeTrapAbove(writer: Writer, most: bigint, scratch: number): void {
  writeLocal(writer, Op.localTee, scratch);
  writeI64(writer, most);
  writer.opcode(Op.i64GtU);
  writeIf(writer, () => writer.opcode(Op.unreachable));
  writeLocal(writer, Op.localGet, scratch);
}

function writeOperand(writer: Writer, type: ValueType, { local, add }: Operand): void {
  if (local !== undefined) writeLocal(writer, Op.localGet, local);
  if (local !== undefined && add === 0) return;
  if (type === 'i32') {
    writer.opcode(Op.i32Const);
    writer.s32(add);
  } else writeI64(writer, add);
  if (local !== undefined) writer.opcode(type === 'i32' ? Op.i32Add : Op.i64Add);
}

/** Of 2^63 or more: the same bits. */
function writeI64(writer: Writer, value: number | bigint): void {
  writer.opcode(Op.i64Const);
  writer.s64(BigInt.asIntN(64, BigInt(value)));
}
