/** Writes the instructions that the code we add is made of. */
import type { FunctionType, Global } from './module.ts';
import { Op } from './opcodes.ts';
import type { Writer } from './writer.ts';

/** A function behind the module's own. */
export interface InjectedFunction {
  readonly type: FunctionType;
  /** Local declarations, instructions and `end`, without the size. */
  readonly writeBody: (writer: Writer) => void;
}

/** Of a block without a result. */
export const EMPTY_BLOCK_TYPE = 0x40;

/** Traps if the i32 on the stack is not zero. */
export function writeTrapIf(writer: Writer): void {
  writeIf(writer, () => writer.opcode(Op.unreachable));
}

export function writeIfOpening(writer: Writer): void {
  writer.opcode(Op.if);
  writer.byte(EMPTY_BLOCK_TYPE);
}

/** An `if` without results around `content`. */
export function writeIf(writer: Writer, content: () => void): void {
  writeIfOpening(writer);
  content();
  writer.opcode(Op.end);
}

export function writeGlobal(writer: Writer, opcode: typeof Op.globalGet | typeof Op.globalSet, index: number): void {
  writer.opcode(opcode);
  writer.u32(index);
}

export function writeLocal(
  writer: Writer,
  opcode: typeof Op.localGet | typeof Op.localSet | typeof Op.localTee,
  index: number,
): void {
  writer.opcode(opcode);
  writer.u32(index);
}

export function writeLoop(writer: Writer, content: () => void): void {
  writer.opcode(Op.loop);
  writer.byte(EMPTY_BLOCK_TYPE);
  content();
  writer.opcode(Op.end);
}

/** An i32 in either form: addresses above 2^31 are negative ones. */
export function writeI32(writer: Writer, value: number): void {
  writer.opcode(Op.i32Const);
  writer.s32(value | 0);
}

/** An i64 in either form: of 2^63 or more the same bits. */
export function writeI64(writer: Writer, value: number | bigint): void {
  writer.opcode(Op.i64Const);
  writer.s64(BigInt.asIntN(64, BigInt(value)));
}

/** `i32.const` or `i64.const` with the global's initial value. */
export function writeConstant(writer: Writer, { type, initial }: Pick<Global, 'type' | 'initial'>): void {
  if (type === 'i32') {
    writeI32(writer, Number(initial));
  } else {
    writeI64(writer, initial);
  }
}
