/** Code that computes how often a counted loop takes its back edge. */
import type { ValueType } from '../format/module.ts';
import { Op } from '../format/opcodes.ts';
import type { Writer } from '../format/writer.ts';
import {
  comparisons,
  type Operand,
  type OrderComparison,
  type Shape,
  shapeOf,
  type TripCount,
} from '../loops/trip-count.ts';

/** The same count where the guest's locals are elsewhere. */
export function movedTripCount(trips: TripCount, ofGuest: (local: number) => number): TripCount {
  const { first, step, bound } = trips;
  const moved = (operand: Operand): Operand =>
    operand.local === undefined ? operand : { ...operand, local: ofGuest(operand.local) };
  const movedStep = typeof step === 'number' ? step : { local: ofGuest(step.local) };
  return { ...trips, first: moved(first), step: movedStep, bound: moved(bound) };
}

/** More iterations of a loop with an i64 variable are left to the exact run: their cost would not be far from 2^64. */
const MAX_TRIPS = 2n ** 32n;

/** Of an i64 step that is not known: times as many iterations it is still a number without sign. */
const MAX_LONG_STEP = 2n ** 31n;

/**
 * Leaves the trip count on the stack, an i64 from 0 to 2^32. Traps where it would be more, or where the variable
 * would wrap around before it comes to the bound. Uses two i64 locals from `scratch` on.
 */
export function writeTripCount(writer: Writer, trips: TripCount, scratch: number): void {
  const { comparison, step } = trips;
  if (comparison === 'ne' && typeof step === 'number') writeTripsToEquality(writer, trips, step, scratch);
  else if (comparison !== 'ne') writeTripsToOrder(writer, trips, comparison, scratch);
}

/** The distance modulo the type's size, divided by the step, which has to divide it. */
function writeTripsToEquality(writer: Writer, { type, first, bound }: TripCount, step: number, scratch: number): void {
  const [from, to] = step > 0 ? [first, bound] : [bound, first];
  const size = Math.abs(step);
  const isPowerOfTwo = (size & (size - 1)) === 0;
  writeOperand(writer, type, to);
  writeOperand(writer, type, from);
  writer.opcode(type === 'i32' ? Op.i32Sub : Op.i64Sub);
  if (type === 'i32') writer.opcode(Op.i64ExtendI32U);
  if (size !== 1) {
    writer.opcode(Op.localTee, scratch);
    writer.i64(isPowerOfTwo ? size - 1 : size);
    writer.opcode(isPowerOfTwo ? Op.i64And : Op.i64RemU);
    writer.opcode(Op.i64Eqz);
    writer.opcode(Op.i32Eqz);
    writer.trapIf();
    writer.opcode(Op.localGet, scratch);
    writer.i64(isPowerOfTwo ? Math.log2(size) : size);
    writer.opcode(isPowerOfTwo ? Op.i64ShrU : Op.i64DivU);
  }
  if (type === 'i64') writeTrapAbove(writer, MAX_TRIPS, scratch);
}

/** The distance in 64 bits to the last value that goes on, divided by the step, and one more. */
function writeTripsToOrder(writer: Writer, trips: TripCount, comparison: OrderComparison, scratch: number): void {
  const { type, first, step, bound } = trips;
  const shape = shapeOf(type, comparison);
  const { isSigned, isUpwards, isInclusive, last } = shape;
  const size = scratch + 1;
  const writeExtended = (operand: Operand): void => {
    writeOperand(writer, type, operand);
    if (operand === first && typeof step !== 'number') {
      writer.opcode(Op.localGet, step.local);
      writer.opcode(type === 'i32' ? Op.i32Add : Op.i64Add);
    }
    if (type === 'i32') writer.opcode(isSigned ? Op.i64ExtendI32S : Op.i64ExtendI32U);
  };
  const writeSize = (): void => {
    if (typeof step === 'number') writer.i64(Math.abs(step));
    else writer.opcode(Op.localGet, size);
  };
  if (typeof step !== 'number') {
    writer.opcode(Op.localGet, step.local);
    if (type === 'i32') writer.opcode(Op.i64ExtendI32U);
    writer.opcode(Op.localTee, size);
    if (type === 'i32') writer.opcode(Op.i64Eqz);
    else {
      writer.i64(1);
      writer.opcode(Op.i64Sub);
      writer.i64(MAX_LONG_STEP - 2n);
      writer.opcode(Op.i64GtU);
    }
    writer.trapIf();
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
    writer.i64(1);
    writer.opcode(Op.i64Sub);
  }
  if (step !== 1 && step !== -1) {
    writeSize();
    writer.opcode(Op.i64DivU);
  }
  if (type === 'i64') writeTrapAbove(writer, MAX_TRIPS - 1n, scratch);
  writer.i64(1);
  writer.opcode(Op.i64Add);
  if (mayWrap(trips, shape)) {
    // trips * size > room between the first value and the last one
    writer.opcode(Op.localTee, scratch);
    writeSize();
    writer.opcode(Op.i64Mul);
    if (isUpwards) writer.i64(last);
    writeExtended(first);
    if (!isUpwards) writer.i64(last);
    writer.opcode(Op.i64Sub);
    writer.opcode(Op.i64GtU);
    writer.trapIf();
    writer.opcode(Op.localGet, scratch);
  }
  writer.opcode(Op.else);
  writer.i64(0);
  writer.opcode(Op.end);
}

/** False where the first value beyond the bound surely exists. */
function mayWrap({ step, bound }: TripCount, { isUpwards, isInclusive, valueAt, last }: Shape): boolean {
  if (typeof step !== 'number') return true;
  const beyond = BigInt(Math.abs(step) - (isInclusive ? 0 : 1));
  if (beyond === 0n) return false;
  if (bound.local !== undefined) return true;
  return isUpwards ? valueAt(bound.add) + beyond > last : valueAt(bound.add) - beyond < last;
}

/** Traps if the i64 on the stack, read as unsigned, is above `most`. Leaves it there. */
function writeTrapAbove(writer: Writer, most: bigint, scratch: number): void {
  writer.opcode(Op.localTee, scratch);
  writer.i64(most);
  writer.opcode(Op.i64GtU);
  writer.trapIf();
  writer.opcode(Op.localGet, scratch);
}

function writeOperand(writer: Writer, type: ValueType, { local, add }: Operand): void {
  if (local !== undefined) writer.opcode(Op.localGet, local);
  if (local !== undefined && add === 0) return;
  if (type === 'i32') {
    writer.i32(add);
  } else writer.i64(add);
  if (local !== undefined) writer.opcode(type === 'i32' ? Op.i32Add : Op.i64Add);
}
