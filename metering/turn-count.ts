/** How often a counted loop takes its way back: as a number where it is constant, as code otherwise. */
import type { Operand, TurnCount } from './counted-loops.ts';
import { writeIf, writeLocal } from './meter-code.ts';
import { Op } from './opcodes.ts';
import type { Writer } from './writer.ts';

const TWO_TO_32 = 2 ** 32;

/** `undefined` if the count is not constant, or if the variable would wrap around. */
export function constantTurns({ comparison, first, step, bound }: TurnCount): number | undefined {
  if (typeof step !== 'number' || first.local !== undefined || bound.local !== undefined) return undefined;
  const size = Math.abs(step);
  if (comparison === 'ne') {
    const distance = ((bound.add - first.add) * Math.sign(step)) >>> 0;
    return distance % size === 0 ? distance / size : undefined;
  }
  const { isSigned, isUpwards, isInclusive, last } = shapeOf(comparison);
  const start = isSigned ? first.add : first.add >>> 0;
  const end = isSigned ? bound.add : bound.add >>> 0;
  const distance = (isUpwards ? end - start : start - end) + (isInclusive ? 1 : 0);
  const turns = distance > 0 ? Math.ceil(distance / size) : 0;
  return turns > 0 && turns * size > Math.abs(last - start) ? undefined : turns;
}

interface Shape {
  readonly isSigned: boolean;
  readonly isUpwards: boolean;
  readonly isInclusive: boolean;
  /** The last value before the variable wraps around. */
  readonly last: number;
}

function shapeOf(comparison: Exclude<TurnCount['comparison'], 'ne'>): Shape {
  const isSigned = comparison.endsWith('s');
  const isUpwards = comparison.startsWith('l');
  const [least, most] = isSigned ? [-TWO_TO_32 / 2, TWO_TO_32 / 2 - 1] : [0, TWO_TO_32 - 1];
  return { isSigned, isUpwards, isInclusive: comparison[1] === 'e', last: isUpwards ? most : least };
}

/**
 * Leaves the number of turns on the stack, an i64 from 0 to 2^32. Traps where the variable would wrap around before it
 * comes to the bound. Uses two i64 locals from `scratch` on.
 */
export function writeTurns(writer: Writer, turns: TurnCount, scratch: number): void {
  const { comparison, step } = turns;
  if (comparison === 'ne' && typeof step === 'number') writeTurnsToEquality(writer, turns, step, scratch);
  else if (comparison !== 'ne') writeTurnsToOrder(writer, turns, comparison, scratch);
}

/** The distance modulo 2^32, divided by the step, which has to divide it. */
function writeTurnsToEquality(writer: Writer, { first, bound }: TurnCount, step: number, scratch: number): void {
  const [from, to] = step > 0 ? [first, bound] : [bound, first];
  const size = Math.abs(step);
  const isPowerOfTwo = (size & (size - 1)) === 0;
  writeOperand(writer, to);
  writeOperand(writer, from);
  writer.opcode(Op.i32Sub);
  writer.opcode(Op.i64ExtendI32U);
  if (size === 1) return;
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

/** The distance in 64 bits, where nothing wraps around, divided by the step and rounded up. */
function writeTurnsToOrder(
  writer: Writer,
  { first, bound, step }: TurnCount,
  comparison: Exclude<TurnCount['comparison'], 'ne'>,
  scratch: number,
): void {
  const { isSigned, isUpwards, isInclusive, last } = shapeOf(comparison);
  const size = scratch + 1;
  const extend = isSigned ? Op.i64ExtendI32S : Op.i64ExtendI32U;
  const writeFirst = (): void => {
    writeOperand(writer, first);
    if (typeof step !== 'number') {
      writeLocal(writer, Op.localGet, step.local);
      writer.opcode(Op.i32Add);
    }
    writer.opcode(extend);
  };
  const writeBound = (): void => {
    writeOperand(writer, bound);
    writer.opcode(extend);
  };
  const writeSize = (): void => {
    if (typeof step === 'number') writeI64(writer, Math.abs(step));
    else writeLocal(writer, Op.localGet, size);
  };
  if (typeof step !== 'number') {
    writeLocal(writer, Op.localGet, step.local);
    writer.opcode(Op.i64ExtendI32U);
    writeLocal(writer, Op.localTee, size);
    writer.opcode(Op.i64Eqz);
    writeIf(writer, () => writer.opcode(Op.unreachable));
  }
  if (isUpwards) writeBound();
  writeFirst();
  if (!isUpwards) writeBound();
  writer.opcode(Op.i64Sub);
  if (isInclusive) {
    writeI64(writer, 1);
    writer.opcode(Op.i64Add);
  }
  writeLocal(writer, Op.localTee, scratch);
  writeI64(writer, 0);
  writer.opcode(Op.i64GtS);
  writer.opcode(Op.if);
  writer.valueType('i64');
  writeLocal(writer, Op.localGet, scratch);
  if (step !== 1 && step !== -1) {
    writeSize();
    writer.opcode(Op.i64Add);
    writeI64(writer, 1);
    writer.opcode(Op.i64Sub);
    writeSize();
    writer.opcode(Op.i64DivU);
  }
  writeLocal(writer, Op.localSet, scratch);
  if (mayWrap(step, bound, isInclusive, isSigned, isUpwards, last)) {
    // turns * size > room between the first value and the last one
    writeLocal(writer, Op.localGet, scratch);
    writeSize();
    writer.opcode(Op.i64Mul);
    if (isUpwards) writeI64(writer, last);
    writeFirst();
    if (!isUpwards) writeI64(writer, last);
    writer.opcode(Op.i64Sub);
    writer.opcode(Op.i64GtS);
    writeIf(writer, () => writer.opcode(Op.unreachable));
  }
  writeLocal(writer, Op.localGet, scratch);
  writer.opcode(Op.else);
  writeI64(writer, 0);
  writer.opcode(Op.end);
}

/** False where the first value beyond the bound surely exists. */
function mayWrap(
  step: TurnCount['step'],
  bound: Operand,
  isInclusive: boolean,
  isSigned: boolean,
  isUpwards: boolean,
  last: number,
): boolean {
  if (typeof step !== 'number') return true;
  const beyond = Math.abs(step) - (isInclusive ? 0 : 1);
  if (beyond === 0) return false;
  if (bound.local !== undefined) return true;
  const end = isSigned ? bound.add : bound.add >>> 0;
  return isUpwards ? end + beyond > last : end - beyond < last;
}

function writeOperand(writer: Writer, { local, add }: Operand): void {
  if (local !== undefined) writeLocal(writer, Op.localGet, local);
  if (local !== undefined && add === 0) return;
  writer.opcode(Op.i32Const);
  writer.s32(add);
  if (local !== undefined) writer.opcode(Op.i32Add);
}

function writeI64(writer: Writer, value: number): void {
  writer.opcode(Op.i64Const);
  writer.s64(BigInt(value));
}
