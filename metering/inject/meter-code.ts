/** The instruction sequences that take from the two counters. Each keeps the operand stack as it found it. */
import { Op } from '../format/opcodes.ts';
import { writeGlobal, writeI32, writeI64, writeIf, writeLocal, writeTrapIf } from '../format/write-code.ts';
import type { Writer } from '../format/writer.ts';
import type { WriteTracking } from '../host/tracked-writes.ts';

/** Where the injected globals and functions lie in the instrumented module. */
export interface InjectedIndices {
  /** Global: i64, gas left. */
  readonly gas: number;
  /** Global: i32, words of stack budget left. */
  readonly stack: number;
  readonly tracking: WriteTracking | undefined;
  /** Every store marks what it writes: nothing is planned. */
  readonly marksEveryStore: boolean;
  /** Function that takes every charge, if the host counts. */
  readonly hostCharge: number | undefined;
  /** Functions that stand in for memory.grow, memory.copy and memory.fill, where these are not left as they are. */
  readonly grow: number | undefined;
  readonly copy: number | undefined;
  readonly fill: number | undefined;
  /** Where a function of the original module is to be called. */
  readonly functionAt: (functionIndex: number) => number;
}

/** gas -= amount; trap below zero. `writeAmount` leaves an i64 on the stack. */
export function writeGasCharge(writer: Writer, gas: number, writeAmount: () => void): void {
  writeGlobal(writer, Op.globalGet, gas);
  writeAmount();
  writer.opcode(Op.i64Sub);
  writeGlobal(writer, Op.globalSet, gas);
  writeGlobal(writer, Op.globalGet, gas);
  writeI64(writer, 0);
  writer.opcode(Op.i64LtS);
  writeTrapIf(writer);
}

/** frame = stack - words; trap below zero, which the host then finds in $stack. `frame` is a local. */
export function writeFrameEntry(writer: Writer, stack: number, frame: number, words: number): void {
  writeGlobal(writer, Op.globalGet, stack);
  writeI32(writer, words);
  writer.opcode(Op.i32Sub);
  writeLocal(writer, Op.localTee, frame);
  writeI32(writer, 0);
  writer.opcode(Op.i32LtS);
  writeIf(writer, () => {
    writeStackSet(writer, stack, frame);
    writer.opcode(Op.unreachable);
  });
}

/** stack = frame: what is left for a callee. */
export function writeStackSet(writer: Writer, stack: number, frame: number): void {
  writeLocal(writer, Op.localGet, frame);
  writeGlobal(writer, Op.globalSet, stack);
}

/** stack = frame + words: what it was when the function was entered. */
export function writeStackGivenBack(writer: Writer, stack: number, frame: number, words: number): void {
  writeLocal(writer, Op.localGet, frame);
  writeI32(writer, words);
  writer.opcode(Op.i32Add);
  writeGlobal(writer, Op.globalSet, stack);
}

/** frame = stack */
export function writeStackGet(writer: Writer, stack: number, frame: number): void {
  writeGlobal(writer, Op.globalGet, stack);
  writeLocal(writer, Op.localSet, frame);
}
