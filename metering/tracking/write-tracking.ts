/**
 * Which parts of its memory a run has written to, so that only those have to be put back.
 *
 * A memory of up to 4 pages is divided into granules of 1 KiB. One bit of an i64 global stands for every 64th of them, which is
 * exact for a memory of one page. A store sets the bit of its first byte; what is put back for a bit reaches a little beyond the
 * granule, as far as a store does. A function gathers its bits in a local and adds them to the global when it returns, so that
 * one store need not wait for the mark of another. A run that is cut short leaves marks out: then all of memory has to be put
 * back, which is not much.
 *
 * Of a larger memory every block is known, whatever ends a run: `block-tracking.ts`.
 */
import type { Instruction, ValueType } from '../format/module.ts';
import { Op, opcodeOf } from '../format/opcodes.ts';
import type { InjectedFunction } from '../format/write-module.ts';
import type { Writer } from '../format/writer.ts';
import type { WriteTracking } from '../host/tracked-writes.ts';
import { writeBlockMark } from './block-tracking.ts';
import { type InitialMemory, restoringFunction, writeAllPutBack, writePutBack } from './put-back.ts';

const GRANULE_SHIFT = 10;
export const GRANULE_BYTES: number = 1 << GRANULE_SHIFT;
const GRANULES = 64;

/** Behind the others of a function with stores: address, i32 value and i64 value of a store, and the marks. */
export function trackingLocals({ kind }: WriteTracking): readonly ValueType[] {
  return kind === 'bits' ? ['i32', 'i32', 'i64', 'i64'] : ['i32', 'i32', 'i64'];
}
const MARKS = 3;

/** The store, as `copy` writes it, and a mark at `offset` from its address operand. `firstLocal` is the first of `trackingLocals`. */
export function writeTrackedStore(
  writer: Writer,
  { opcode }: Instruction,
  copy: () => void,
  tracking: WriteTracking,
  firstLocal: number,
  offset: number,
): void {
  const value = opcodeOf(opcode).operands?.[1] === 'i64' ? firstLocal + 2 : firstLocal + 1;
  const writeAddress = (): void => {
    writer.opcode(Op.localGet, firstLocal);
    if (offset === 0) return;
    writer.i32(offset);
    writer.opcode(Op.i32Add);
  };
  writer.opcode(Op.localSet, value);
  writer.opcode(Op.localTee, firstLocal);
  if (tracking.kind === 'blocks') writeBlockMark(writer, tracking, writeAddress);
  writer.opcode(Op.localGet, value);
  copy();
  if (tracking.kind === 'blocks') return;
  writer.opcode(Op.localGet, firstLocal + MARKS);
  writeBitOf(writer, writeAddress);
  writer.opcode(Op.i64Or);
  writer.opcode(Op.localSet, firstLocal + MARKS);
}

/** At the end of a function: marks that it has gathered are added to the global. */
export function writeMarksKept(writer: Writer, firstLocal: number, tracking: WriteTracking): void {
  if (tracking.kind === 'blocks') return;
  writer.opcode(Op.globalGet, tracking.dirty);
  writer.opcode(Op.localGet, firstLocal + MARKS);
  writer.opcode(Op.i64Or);
  writer.opcode(Op.globalSet, tracking.dirty);
}

/** Marks up to `MAX_MARKED_BYTES` from an address, which `writeAddress` pushes. Goes before the writes. */
export function writeMark(writer: Writer, tracking: WriteTracking, writeAddress: () => void): void {
  if (tracking.kind === 'blocks') writeBlockMark(writer, tracking, writeAddress);
  else writeBit(writer, tracking.dirty, writeAddress);
}

function writeBit(writer: Writer, dirty: number, writeAddress: () => void): void {
  writer.opcode(Op.globalGet, dirty);
  writeBitOf(writer, writeAddress);
  writer.opcode(Op.i64Or);
  writer.opcode(Op.globalSet, dirty);
}

/** Pushes the bit that stands for an address. */
function writeBitOf(writer: Writer, writeAddress: () => void): void {
  writer.i64(1);
  writeAddress();
  writer.i32(GRANULE_SHIFT);
  writer.opcode(Op.i32ShrU);
  writer.opcode(Op.i64ExtendI32U);
  writer.opcode(Op.i64Shl);
}

/** (address: i32, bytes: i32) -> (): marks all of a range. */
export function markFunction(dirty: number): InjectedFunction {
  return {
    type: { params: ['i32', 'i32'], results: [] },
    writeBody: (writer) => {
      const address = 0;
      const bytes = 1;
      writer.u32(0);
      // From 63 KiB on no bit may be left out.
      writer.opcode(Op.localGet, bytes);
      writer.i32((GRANULES - 1) * GRANULE_BYTES);
      writer.opcode(Op.i32GtU);
      writer.block(Op.if, () => {
        writer.i64(-1);
        writer.opcode(Op.globalSet, dirty);
        writer.opcode(Op.return);
      });
      writer.opcode(Op.localGet, bytes);
      writer.opcode(Op.i32Eqz);
      writer.block(Op.if, () => writer.opcode(Op.return));
      // The last byte's granule, then every one before it.
      writeBit(writer, dirty, () => {
        writer.opcode(Op.localGet, address);
        writer.opcode(Op.localGet, bytes);
        writer.opcode(Op.i32Add);
        writer.i32(1);
        writer.opcode(Op.i32Sub);
      });
      writer.block(Op.loop, () => {
        writeBit(writer, dirty, () => writer.opcode(Op.localGet, address));
        writer.opcode(Op.localGet, bytes);
        writer.i32(GRANULE_BYTES);
        writer.opcode(Op.i32GtU);
        writer.block(Op.if, () => {
          writer.opcode(Op.localGet, address);
          writer.i32(GRANULE_BYTES);
          writer.opcode(Op.i32Add);
          writer.opcode(Op.localSet, address);
          writer.opcode(Op.localGet, bytes);
          writer.i32(GRANULE_BYTES);
          writer.opcode(Op.i32Sub);
          writer.opcode(Op.localSet, bytes);
          writer.opcode(Op.br, 1);
        });
      });
      writer.opcode(Op.end);
    },
  };
}

export interface Restoring extends InitialMemory {
  /** Index of the global. */
  readonly dirty: number;
}

/** () -> (): memory as it was at first wherever it was marked, and no marks. */
export function restoreFunction({ dirty, ...initial }: Restoring): InjectedFunction {
  return restoringFunction((writer, at) => {
    // Every bit: quicker in one.
    writer.opcode(Op.globalGet, dirty);
    writer.i64(-1);
    writer.opcode(Op.i64Eq);
    writer.block(Op.if, () => {
      writeAllPutBack(writer, initial);
      writer.i64(0);
      writer.opcode(Op.globalSet, dirty);
      writer.opcode(Op.return);
    });
    writer.block(Op.loop, () => {
      writer.opcode(Op.globalGet, dirty);
      writer.opcode(Op.i64Eqz);
      writer.block(Op.if, () => writer.opcode(Op.return));
      // at = 1 KiB * the lowest bit that is set
      writer.opcode(Op.globalGet, dirty);
      writer.opcode(Op.i64Ctz);
      writer.opcode(Op.i32WrapI64);
      writer.i32(GRANULE_SHIFT);
      writer.opcode(Op.i32Shl);
      writer.opcode(Op.localSet, at);
      // dirty &= dirty - 1
      writer.opcode(Op.globalGet, dirty);
      writer.opcode(Op.globalGet, dirty);
      writer.i64(1);
      writer.opcode(Op.i64Sub);
      writer.opcode(Op.i64And);
      writer.opcode(Op.globalSet, dirty);
      writer.block(Op.loop, () => {
        writePutBack(writer, at, GRANULE_BYTES, initial);
        // The next granule of the same bit, if that is in memory.
        writer.opcode(Op.localGet, at);
        writer.i32(GRANULES * GRANULE_BYTES);
        writer.opcode(Op.i32Add);
        writer.opcode(Op.localTee, at);
        writer.i32(initial.memoryBytes);
        writer.opcode(Op.i32LtU);
        writer.opcode(Op.brIf, 0);
      });
      writer.opcode(Op.br, 0);
    });
  });
}
