/** The instruction sequences that take from the two counters. Each keeps the operand stack as it found it. */
import { Op } from '../format/opcodes.ts';
import type { Writer } from '../format/writer.ts';
import type { WriteTracking } from '../host/tracked-writes.ts';
import type { ObserveIndices } from './observe-code.ts';

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
  /** Functions that look on, if any do. */
  readonly observe: ObserveIndices | undefined;
  /** Functions that stand in for memory.grow, memory.copy and memory.fill, where these are not left as they are. */
  readonly grow: number | undefined;
  readonly copy: number | undefined;
  readonly fill: number | undefined;
  /** Where a function of the original module is to be called. */
  readonly functionAt: (functionIndex: number) => number;
}

/** gas -= amount; trap below zero. `writeAmount` leaves an i64 on the stack. */
export function writeGasCharge(writer: Writer, gas: number, writeAmount: () => void): void {
  writer.opcode(Op.globalGet, gas);
  writeAmount();
  writer.opcode(Op.i64Sub);
  writer.opcode(Op.globalSet, gas);
  writer.opcode(Op.globalGet, gas);
  writer.i64(0);
  writer.opcode(Op.i64LtS);
  writer.trapIf();
}

/** frame = stack - words; trap below zero, which the host then finds in $stack. `frame` is a local. */
export function writeFrameEntry(writer: Writer, stack: number, frame: number, words: number): void {
  writer.opcode(Op.globalGet, stack);
  writer.i32(words);
  writer.opcode(Op.i32Sub);
  writer.opcode(Op.localTee, frame);
  writer.i32(0);
  writer.opcode(Op.i32LtS);
  writer.block(Op.if, () => {
    writeStackSet(writer, stack, frame);
    writer.opcode(Op.unreachable);
  });
}

/** stack = frame: what is left for a callee. */
export function writeStackSet(writer: Writer, stack: number, frame: number): void {
  writer.opcode(Op.localGet, frame);
  writer.opcode(Op.globalSet, stack);
}

/** stack = frame + words: what it was when the function was entered. */
export function writeStackGivenBack(writer: Writer, stack: number, frame: number, words: number): void {
  writer.opcode(Op.localGet, frame);
  writer.i32(words);
  writer.opcode(Op.i32Add);
  writer.opcode(Op.globalSet, stack);
}
