/** The instruction sequences that take from the two counters. Each keeps the operand stack as it found it. */
import { Op } from './opcodes.ts';
import type { Writer } from './writer.ts';

/** Where the injected globals and functions lie in the instrumented module. */
export interface MeterIndices {
  /** Global: i64, gas left. */
  readonly gas: number;
  /** Global: i32, words of stack budget left. */
  readonly stack: number;
  /** Functions that stand in for memory.grow, memory.copy and memory.fill. */
  readonly grow: number;
  readonly copy: number;
  readonly fill: number;
}

const EMPTY_BLOCK_TYPE = 0x40;

/** gas -= amount; trap below zero. `writeAmount` leaves an i64 on the stack. */
export function writeGasCharge(writer: Writer, gas: number, writeAmount: () => void): void {
  writeGlobal(writer, Op.globalGet, gas);
  writeAmount();
  writer.opcode(Op.i64Sub);
  writeGlobal(writer, Op.globalSet, gas);
  writeGlobal(writer, Op.globalGet, gas);
  writer.opcode(Op.i64Const);
  writer.s64(0n);
  writer.opcode(Op.i64LtS);
  writeTrapIf(writer);
}

/** stack -= words; trap below zero. */
export function writeFrameEntry(writer: Writer, stack: number, words: number): void {
  writeFrameStep(writer, stack, Op.i32Sub, words);
  writeGlobal(writer, Op.globalGet, stack);
  writer.opcode(Op.i32Const);
  writer.s32(0);
  writer.opcode(Op.i32LtS);
  writeTrapIf(writer);
}

/** stack += words */
export function writeFrameExit(writer: Writer, stack: number, words: number): void {
  writeFrameStep(writer, stack, Op.i32Add, words);
}

function writeFrameStep(writer: Writer, stack: number, operation: number, words: number): void {
  writeGlobal(writer, Op.globalGet, stack);
  writer.opcode(Op.i32Const);
  writer.s32(words);
  writer.opcode(operation);
  writeGlobal(writer, Op.globalSet, stack);
}

/** Traps if the i32 on the stack is not zero. */
function writeTrapIf(writer: Writer): void {
  writeIf(writer, () => writer.opcode(Op.unreachable));
}

/** An `if` without results around `content`. */
export function writeIf(writer: Writer, content: () => void): void {
  writer.opcode(Op.if);
  writer.byte(EMPTY_BLOCK_TYPE);
  content();
  writer.opcode(Op.end);
}

export function writeGlobal(writer: Writer, opcode: typeof Op.globalGet | typeof Op.globalSet, index: number): void {
  writer.opcode(opcode);
  writer.u32(index);
}
