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
import {
  type InjectedFunction,
  writeGlobal,
  writeI32,
  writeI64,
  writeIf,
  writeLocal,
  writeLoop,
} from '../format/write-code.ts';
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
    writeLocal(writer, Op.localGet, firstLocal);
    if (offset === 0) return;
    writeI32(writer, offset);
    writer.opcode(Op.i32Add);
  };
  writeLocal(writer, Op.localSet, value);
  writeLocal(writer, Op.localTee, firstLocal);
  if (tracking.kind === 'blocks') writeBlockMark(writer, tracking, writeAddress);
  writeLocal(writer, Op.localGet, value);
  copy();
  if (tracking.kind === 'blocks') return;
  writeLocal(writer, Op.localGet, firstLocal + MARKS);
  writeBitOf(writer, writeAddress);
  writer.opcode(Op.i64Or);
  writeLocal(writer, Op.localSet, firstLocal + MARKS);
}

/** At the end of a function: marks that it has gathered are added to the global. */
export function writeMarksKept(writer: Writer, firstLocal: number, tracking: WriteTracking): void {
  if (tracking.kind === 'blocks') return;
  writeGlobal(writer, Op.globalGet, tracking.dirty);
  writeLocal(writer, Op.localGet, firstLocal + MARKS);
  writer.opcode(Op.i64Or);
  writeGlobal(writer, Op.globalSet, tracking.dirty);
}

/** Marks up to `MAX_MARKED_BYTES` from an address, which `writeAddress` pushes. Goes before the writes. */
export function writeMark(writer: Writer, tracking: WriteTracking, writeAddress: () => void): void {
  if (tracking.kind === 'blocks') writeBlockMark(writer, tracking, writeAddress);
  else writeBit(writer, tracking.dirty, writeAddress);
}

function writeBit(writer: Writer, dirty: number, writeAddress: () => void): void {
  writeGlobal(writer, Op.globalGet, dirty);
  writeBitOf(writer, writeAddress);
  writer.opcode(Op.i64Or);
  writeGlobal(writer, Op.globalSet, dirty);
}

/** Pushes the bit that stands for an address. */
function writeBitOf(writer: Writer, writeAddress: () => void): void {
  writeI64(writer, 1);
  writeAddress();
  writeI32(writer, GRANULE_SHIFT);
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
      writeLocal(writer, Op.localGet, bytes);
      writeI32(writer, (GRANULES - 1) * GRANULE_BYTES);
      writer.opcode(Op.i32GtU);
      writeIf(writer, () => {
        writeI64(writer, -1);
        writeGlobal(writer, Op.globalSet, dirty);
        writer.opcode(Op.return);
      });
      writeLocal(writer, Op.localGet, bytes);
      writer.opcode(Op.i32Eqz);
      writeIf(writer, () => writer.opcode(Op.return));
      // The last byte's granule, then every one before it.
      writeBit(writer, dirty, () => {
        writeLocal(writer, Op.localGet, address);
        writeLocal(writer, Op.localGet, bytes);
        writer.opcode(Op.i32Add);
        writeI32(writer, 1);
        writer.opcode(Op.i32Sub);
      });
      writeLoop(writer, () => {
        writeBit(writer, dirty, () => writeLocal(writer, Op.localGet, address));
        writeLocal(writer, Op.localGet, bytes);
        writeI32(writer, GRANULE_BYTES);
        writer.opcode(Op.i32GtU);
        writeIf(writer, () => {
          writeLocal(writer, Op.localGet, address);
          writeI32(writer, GRANULE_BYTES);
          writer.opcode(Op.i32Add);
          writeLocal(writer, Op.localSet, address);
          writeLocal(writer, Op.localGet, bytes);
          writeI32(writer, GRANULE_BYTES);
          writer.opcode(Op.i32Sub);
          writeLocal(writer, Op.localSet, bytes);
          writer.opcode(Op.br);
          writer.u32(1);
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
    writeGlobal(writer, Op.globalGet, dirty);
    writeI64(writer, -1);
    writer.opcode(Op.i64Eq);
    writeIf(writer, () => {
      writeAllPutBack(writer, initial);
      writeI64(writer, 0);
      writeGlobal(writer, Op.globalSet, dirty);
      writer.opcode(Op.return);
    });
    writeLoop(writer, () => {
      writeGlobal(writer, Op.globalGet, dirty);
      writer.opcode(Op.i64Eqz);
      writeIf(writer, () => writer.opcode(Op.return));
      // at = 1 KiB * the lowest bit that is set
      writeGlobal(writer, Op.globalGet, dirty);
      writer.opcode(Op.i64Ctz);
      writer.opcode(Op.i32WrapI64);
      writeI32(writer, GRANULE_SHIFT);
      writer.opcode(Op.i32Shl);
      writeLocal(writer, Op.localSet, at);
      // dirty &= dirty - 1
      writeGlobal(writer, Op.globalGet, dirty);
      writeGlobal(writer, Op.globalGet, dirty);
      writeI64(writer, 1);
      writer.opcode(Op.i64Sub);
      writer.opcode(Op.i64And);
      writeGlobal(writer, Op.globalSet, dirty);
      writeLoop(writer, () => {
        writePutBack(writer, at, GRANULE_BYTES, initial);
        // The next granule of the same bit, if that is in memory.
        writeLocal(writer, Op.localGet, at);
        writeI32(writer, GRANULES * GRANULE_BYTES);
        writer.opcode(Op.i32Add);
        writeLocal(writer, Op.localTee, at);
        writeI32(writer, initial.memoryBytes);
        writer.opcode(Op.i32LtU);
        writer.opcode(Op.brIf);
        writer.u32(0);
      });
      writer.opcode(Op.br);
      writer.u32(0);
    });
  });
}
