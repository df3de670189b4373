/** The code of one step of a plan. It leaves the operand stack as it found it. */
import { Op } from '../format/opcodes.ts';
import type { Writer } from '../format/writer.ts';
import type { Step } from '../plan/charge-placement.ts';
import type { InjectedIndices } from './meter-code.ts';
import { movedTripCount, writeTripCount } from './trip-count-code.ts';

/** Locals that steps use. */
export interface StepLocals {
  /** Where a local of the guest is. */
  readonly ofGuest: (local: number) => number;
  /** i64: the counter, where it is in a local. */
  readonly counter: number;
  /** i64, and so is the one behind it. */
  readonly scratch: number;
}

export function writeStep(writer: Writer, step: Step, { gas, hostCharge }: InjectedIndices, locals: StepLocals): void {
  const { counter, scratch, ofGuest } = locals;
  switch (step.kind) {
    case 'load':
      writer.opcode(Op.globalGet, gas);
      writer.opcode(Op.localSet, counter);
      return;
    case 'store':
      writer.opcode(Op.localGet, counter);
      writer.opcode(Op.globalSet, gas);
      return;
    case 'charge':
    case 'trip-count':
      if (hostCharge !== undefined) {
        writeHostCharge(writer, hostCharge, step.amount);
        return;
      }
      if (step.kind === 'charge' && step.inLocal) {
        writeLocalCharge(writer, counter, step.amount);
        return;
      }
      if (step.inLocal) writer.opcode(Op.localGet, counter);
      else writer.opcode(Op.globalGet, gas);
      if (step.kind === 'trip-count') writeTripCount(writer, movedTripCount(step.trips, ofGuest), scratch);
      writer.i64(step.amount);
      if (step.kind === 'trip-count') {
        writer.opcode(Op.i64Mul);
        if (step.once !== 0) {
          writer.i64(step.once);
          writer.opcode(Op.i64Add);
        }
      }
      writer.opcode(Op.i64Sub);
      if (step.kind === 'charge' && step.amount < 0) {
        writer.opcode(Op.globalSet, gas);
        return;
      }
      writer.opcode(Op.localTee, step.inLocal ? counter : scratch);
      if (!step.inLocal) {
        writer.opcode(Op.globalSet, gas);
        writer.opcode(Op.localGet, scratch);
      }
      writer.i64(0);
      writer.opcode(Op.i64LtS);
      writer.trapIf();
  }
}

/** Compared before it is taken: the comparison then waits for nothing and needs no copy (measured, docs/metering.md). */
function writeLocalCharge(writer: Writer, counter: number, amount: number): void {
  const writeOperands = (): void => {
    writer.opcode(Op.localGet, counter);
    writer.i64(amount);
  };
  if (amount > 0) {
    writeOperands();
    writer.opcode(Op.i64LtS);
    writer.trapIf();
  }
  writeOperands();
  writer.opcode(Op.i64Sub);
  writer.opcode(Op.localSet, counter);
}

/** The amount as calls of at most 2^32 - 1. */
function writeHostCharge(writer: Writer, hostCharge: number, amount: number): void {
  for (let left = amount; left > 0; left -= MAX_U32) {
    writer.i32(Math.min(left, MAX_U32));
    writer.opcode(Op.call, hostCharge);
  }
}

const MAX_U32 = 0xffff_ffff;
