/**
 * Which parts of a large memory a run has written to, one by one.
 *
 * Memory is divided into blocks of 4 KiB, and who runs the module keeps a list of those that were written to. A store looks
 * first whether it is in the block that was marked last, and calls `touch` if it is not; that compares with the one before, and
 * then calls the host. A mark comes before what it stands for, so that marks are right after a trap too. What is put back for
 * a block reaches a little beyond it, as far as a store does.
 */
import { Op } from '../format/opcodes.ts';
import { type InjectedFunction, writeGlobal, writeI32, writeIf, writeLocal, writeLoop } from '../format/write-code.ts';
import type { Writer } from '../format/writer.ts';
import type { HostImport } from '../host/host-code.ts';
import type { BlockTracking } from '../host/tracked-writes.ts';
import { type ImagePart, restoringFunction, writePutBack } from './put-back.ts';

const BLOCK_SHIFT = 12;
export const BLOCK_BYTES: number = 1 << BLOCK_SHIFT;

/** (address, bytes) -> (): a range counts as written. Of addresses outside memory nothing is heard. Guests cannot name it. */
export const markImport: HostImport = {
  module: 'metering',
  name: 'mark',
  type: { params: ['i32', 'i32'], results: [] },
};

/** () -> i32: takes a block off the list and returns its address, or -1. */
export const nextImport: HostImport = { module: 'metering', name: 'next', type: { params: [], results: ['i32'] } };

/** Marks the block of an address, which `writeAddress` pushes. */
export function writeBlockMark(writer: Writer, { last, touch }: BlockTracking, writeAddress: () => void): void {
  writeAddress();
  writeI32(writer, BLOCK_SHIFT);
  writer.opcode(Op.i32ShrU);
  writeGlobal(writer, Op.globalGet, last);
  writer.opcode(Op.i32Ne);
  writeIf(writer, () => {
    writeAddress();
    writer.opcode(Op.call);
    writer.u32(touch);
  });
}

/** (address) -> (): the block of the address is marked, and is the last one. @param mark Index of `markImport`. */
export function touchFunction(last: number, mark: number): InjectedFunction {
  return {
    type: { params: ['i32'], results: [] },
    writeBody: (writer) => {
      const address = 0;
      const block = 1;
      const isMarked = 2;
      const before = last + 1;
      writer.u32(1);
      writer.u32(2);
      writer.valueType('i32');
      // isMarked = block == before
      writeLocal(writer, Op.localGet, address);
      writeI32(writer, BLOCK_SHIFT);
      writer.opcode(Op.i32ShrU);
      writeLocal(writer, Op.localTee, block);
      writeGlobal(writer, Op.globalGet, before);
      writer.opcode(Op.i32Eq);
      writeLocal(writer, Op.localSet, isMarked);
      writeGlobal(writer, Op.globalGet, last);
      writeGlobal(writer, Op.globalSet, before);
      writeLocal(writer, Op.localGet, block);
      writeGlobal(writer, Op.globalSet, last);
      writeLocal(writer, Op.localGet, isMarked);
      writeIf(writer, () => writer.opcode(Op.return));
      writeLocal(writer, Op.localGet, address);
      writeI32(writer, 1);
      writer.opcode(Op.call);
      writer.u32(mark);
      writer.opcode(Op.end);
    },
  };
}

export interface BlockRestoring {
  readonly last: number;
  /** Function index of `nextImport`. */
  readonly next: number;
  readonly memoryBytes: number;
  readonly image: readonly ImagePart[];
  /** Index of the first part's passive data segment. */
  readonly segment: number;
}

/** () -> (): memory as it was at first in all blocks of the list. */
export function restoreBlocksFunction({ last, next, ...initial }: BlockRestoring): InjectedFunction {
  return restoringFunction((writer, at) => {
    for (const global of [last, last + 1]) {
      writeI32(writer, -1);
      writeGlobal(writer, Op.globalSet, global);
    }
    writeLoop(writer, () => {
      writer.opcode(Op.call);
      writer.u32(next);
      writeLocal(writer, Op.localTee, at);
      writeI32(writer, -1);
      writer.opcode(Op.i32Eq);
      writeIf(writer, () => writer.opcode(Op.return));
      writePutBack(writer, at, BLOCK_BYTES, initial);
      writer.opcode(Op.br);
      writer.u32(0);
    });
  });
}
