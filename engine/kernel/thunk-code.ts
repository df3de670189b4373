/** Pieces of WebAssembly that thunks are made of. Each is a function that writes its instructions. */
import type { FunctionType, ValueType } from '../../metering/format/module.ts';
import { Op } from '../../metering/format/opcodes.ts';
import { EMPTY_BLOCK_TYPE, type Writer } from '../../metering/format/writer.ts';
import type { HostCodeFunction, HostCodeIndices } from '../../metering/host/host-code.ts';
import type { WriteTracking } from '../../metering/host/tracked-writes.ts';
import { MAX_MARKED_BYTES } from '../../metering/tracking/put-back.ts';
import { writeMark } from '../../metering/tracking/write-tracking.ts';

export type Code = (writer: Writer) => void;

/** Types of 32 bytes in words of 8. */
export const W4: readonly ValueType[] = ['i64', 'i64', 'i64', 'i64'];

export function sequence(...parts: readonly Code[]): Code {
  return (writer) => {
    for (const part of parts) part(writer);
  };
}

export const nothing: Code = () => {};

/** Instructions without immediates. */
export function plain(...opcodes: readonly number[]): Code {
  return (writer) => {
    for (const opcode of opcodes) writer.opcode(opcode);
  };
}

export function withIndex(opcode: number): (index: number) => Code {
  return (index) => (writer) => {
    writer.opcode(opcode);
    writer.u32(index);
  };
}

export const get: (local: number) => Code = withIndex(Op.localGet);
export const set: (local: number) => Code = withIndex(Op.localSet);
export const tee: (local: number) => Code = withIndex(Op.localTee);
export const getGlobal: (global: number) => Code = withIndex(Op.globalGet);
export const setGlobal: (global: number) => Code = withIndex(Op.globalSet);
export const call: (functionIndex: number) => Code = withIndex(Op.call);
/** To the label at that depth, if the i32 on the stack is not zero. */
export const branchIf: (depth: number) => Code = withIndex(Op.brIf);

export function i32(value: number): Code {
  return (writer) => {
    writer.opcode(Op.i32Const);
    writer.s32(value);
  };
}

export function i64(value: bigint): Code {
  return (writer) => {
    writer.opcode(Op.i64Const);
    writer.s64(value);
  };
}

export function ifTrue(...content: readonly Code[]): Code {
  return block(Op.if, content);
}

export function loop(...content: readonly Code[]): Code {
  return block(Op.loop, content);
}

function block(opcode: number, content: readonly Code[]): Code {
  return (writer) => {
    writer.opcode(opcode);
    writer.byte(EMPTY_BLOCK_TYPE);
    sequence(...content)(writer);
    writer.opcode(Op.end);
  };
}

/** Loads and stores, by the address on the stack and a fixed offset. */
function access(opcode: number): (offset?: number) => Code {
  return (offset = 0) =>
    (writer) => {
      writer.opcode(opcode);
      writer.u32(0);
      writer.u32(offset);
    };
}

export const load64: (offset?: number) => Code = access(Op.i64Load);
export const loadByte: (offset?: number) => Code = access(Op.i64Load8U);
/** Of an i32, which the like of `store32` is not. */
export const load32OfI32: (offset?: number) => Code = access(Op.i32Load);
export const store32OfI32: (offset?: number) => Code = access(Op.i32Store);
export const store64: (offset?: number) => Code = access(Op.i64Store);
export const store32: (offset?: number) => Code = access(Op.i64Store32);
export const store16: (offset?: number) => Code = access(Op.i64Store16);
export const store8: (offset?: number) => Code = access(Op.i64Store8);

/** Pushes words of 8 bytes from the address in a local. */
export function loadWords(pointer: number, count: number): Code {
  return sequence(...Array.from({ length: count }, (_, word) => sequence(get(pointer), load64(8 * word))));
}

/** Takes words from the stack, the last one on top, into locals that follow each other. */
export function setWords(first: number, count: number): Code {
  return sequence(...Array.from({ length: count }, (_, word) => set(first + count - 1 - word)));
}

/** Stores words in locals that follow each other to the address in a local. */
export function storeWords(pointer: number, first: number, count: number): Code {
  return sequence(
    ...Array.from({ length: count }, (_, word) => sequence(get(pointer), get(first + word), store64(8 * word))),
  );
}

/** Up to 64 bytes from the address in a local count as written. It goes before the stores: these may trap half way. */
export function mark(tracking: WriteTracking | undefined, pointer: number, bytes: number): Code {
  if (bytes > MAX_MARKED_BYTES) throw new RangeError(`one mark cannot stand for ${bytes} bytes`);
  return tracking === undefined ? nothing : (writer) => writeMark(writer, tracking, () => get(pointer)(writer));
}

export function trapBelowZero(global: number): Code {
  return sequence(getGlobal(global), i64(0n), plain(Op.i64LtS), ifTrue(plain(Op.unreachable)));
}

/** The size of memory in pages. */
export const memoryPages: Code = withIndex(Op.memorySize)(0);

/** The size of memory, which may be 2^32. */
export const memoryBytes: Code = sequence(memoryPages, plain(Op.i64ExtendI32U), i64(16n), plain(Op.i64Shl));

/** A function for `HostCode` that stands for no host function. */
export function codeFunction(
  type: FunctionType,
  exportName: string | undefined,
  bodyAt: (at: HostCodeIndices) => Code,
): HostCodeFunction {
  return { type, replaces: undefined, exportName, writeBody: (writer, at) => bodyAt(at)(writer) };
}

/** A function body: its locals beyond the parameters, its code and `end`. */
export function body(locals: readonly ValueType[], ...code: readonly Code[]): Code {
  return (writer) => {
    writer.vector(locals, (type) => {
      writer.u32(1);
      writer.valueType(type);
    });
    sequence(...code)(writer);
    writer.opcode(Op.end);
  };
}
