/**
 * Which parts of a large memory a run has written to, one by one.
 *
 * Memory is divided into blocks of 4 KiB, and who runs the module keeps a list of those that were written to. A store looks
 * first whether it is in the block that was marked last, and calls `touch` if it is not; that compares with the one before, and
 * then calls the host. A mark comes before what it stands for, so that marks are right after a trap too. What is put back for
 * a block reaches a little beyond it, as far as a store does.
 */
import { Op } from '../format/opcodes.ts';
import type { InjectedFunction } from '../format/write-module.ts';
import type { Writer } from '../format/writer.ts';
import type { HostImport } from '../host/host-code.ts';
import type { BlockTracking } from '../host/tracked-writes.ts';
import { type InitialMemory, restoringFunction, writePutBack } from './put-back.ts';

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
  writer.i32(BLOCK_SHIFT);
  writer.opcode(Op.i32ShrU);
  writer.opcode(Op.globalGet, last);
  writer.opcode(Op.i32Ne);
  writer.block(Op.if, () => {
    writeAddress();
    writer.opcode(Op.call, touch);
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
      writer.locals(['i32', 'i32']);
      // isMarked = block == before
      writer.opcode(Op.localGet, address);
      writer.i32(BLOCK_SHIFT);
      writer.opcode(Op.i32ShrU);
      writer.opcode(Op.localTee, block);
      writer.opcode(Op.globalGet, before);
      writer.opcode(Op.i32Eq);
      writer.opcode(Op.localSet, isMarked);
      writer.opcode(Op.globalGet, last);
      writer.opcode(Op.globalSet, before);
      writer.opcode(Op.localGet, block);
      writer.opcode(Op.globalSet, last);
      writer.opcode(Op.localGet, isMarked);
      writer.block(Op.if, () => writer.opcode(Op.return));
      writer.opcode(Op.localGet, address);
      writer.i32(1);
      writer.opcode(Op.call, mark);
      writer.opcode(Op.end);
    },
  };
}

export interface BlockRestoring extends InitialMemory {
  readonly last: number;
  /** Function index of `nextImport`. */
  readonly next: number;
}

/** () -> (): memory as it was at first in all blocks of the list. */
export function restoreBlocksFunction({ last, next, ...initial }: BlockRestoring): InjectedFunction {
  return restoringFunction((writer, at) => {
    for (const global of [last, last + 1]) {
      writer.i32(-1);
      writer.opcode(Op.globalSet, global);
    }
    writer.block(Op.loop, () => {
      writer.opcode(Op.call, next);
      writer.opcode(Op.localTee, at);
      writer.i32(-1);
      writer.opcode(Op.i32Eq);
      writer.block(Op.if, () => writer.opcode(Op.return));
      writePutBack(writer, at, BLOCK_BYTES, initial);
      writer.opcode(Op.br, 0);
    });
  });
}
