/**
 * Which parts of its memory a run has written to, so that only those have to be put back.
 *
 * Memory is divided into granules of 1 KiB. One bit of an i64 global stands for every 64th of them, which is exact for a
 * memory of one page. A store sets the bit of its first byte; what is put back for a bit reaches a little beyond the
 * granule, as far as a store does. A function gathers its bits in a local and adds them to the global when it returns, so that
 * one store need not wait for the mark of another. A run that is cut short leaves marks out: then all of memory has to be put back.
 */
import type { InjectedFunction } from './injected-functions.ts';
import { EMPTY_BLOCK_TYPE, writeGlobal, writeIf, writeLocal } from './meter-code.ts';
import type { DataSegment, Instruction, ValueType } from './module.ts';
import { Op, opcodeOf } from './opcodes.ts';
import { MARK_WINDOW_BYTES } from './store-marks.ts';
import type { Writer } from './writer.ts';

const GRANULE_SHIFT = 10;
const GRANULE_BYTES = 1 << GRANULE_SHIFT;
const GRANULES = 64;
const PAGE_BYTES = 65_536;

/** Not among the opcodes that a guest may use. */
const MEMORY_INIT = 0xfc08;

/** How far from the address of a mark the bytes may lie that it stands for: a window, and a store that begins in it. */
export const MAX_MARKED_BYTES: number = MARK_WINDOW_BYTES + 8;

/** Behind the others of a function with stores: address, i32 value and i64 value of a store, and the marks. */
export const TRACKING_LOCALS: readonly ValueType[] = ['i32', 'i32', 'i64', 'i64'];
const MARKS = 3;

/** The store, as `copy` writes it, and a mark at `offset` from its address operand. `firstLocal` is the first of `TRACKING_LOCALS`. */
export function writeTrackedStore(
  writer: Writer,
  { opcode }: Instruction,
  copy: () => void,
  firstLocal: number,
  offset: number,
): void {
  const value = opcodeOf(opcode).operands?.[1] === 'i64' ? firstLocal + 2 : firstLocal + 1;
  writeLocal(writer, Op.localSet, value);
  writeLocal(writer, Op.localTee, firstLocal);
  writeLocal(writer, Op.localGet, value);
  copy();
  writeLocal(writer, Op.localGet, firstLocal + MARKS);
  writeBitOf(writer, () => {
    writeLocal(writer, Op.localGet, firstLocal);
    if (offset === 0) return;
    writer.opcode(Op.i32Const);
    writer.s32(offset);
    writer.opcode(Op.i32Add);
  });
  writer.opcode(Op.i64Or);
  writeLocal(writer, Op.localSet, firstLocal + MARKS);
}

/** At the end of a function: its marks are added to the global. */
export function writeMarksKept(writer: Writer, firstLocal: number, dirty: number): void {
  writeGlobal(writer, Op.globalGet, dirty);
  writeLocal(writer, Op.localGet, firstLocal + MARKS);
  writer.opcode(Op.i64Or);
  writeGlobal(writer, Op.globalSet, dirty);
}

/** Marks up to `MAX_MARKED_BYTES` from an address, which `writeAddress` pushes. */
export function writeMark(writer: Writer, dirty: number, writeAddress: () => void): void {
  writeGlobal(writer, Op.globalGet, dirty);
  writeBitOf(writer, writeAddress);
  writer.opcode(Op.i64Or);
  writeGlobal(writer, Op.globalSet, dirty);
}

/** Pushes the bit that stands for an address. */
function writeBitOf(writer: Writer, writeAddress: () => void): void {
  writer.opcode(Op.i64Const);
  writer.s64(1n);
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
        writer.opcode(Op.i64Const);
        writer.s64(-1n);
        writeGlobal(writer, Op.globalSet, dirty);
        writer.opcode(Op.return);
      });
      writeLocal(writer, Op.localGet, bytes);
      writer.opcode(Op.i32Eqz);
      writeIf(writer, () => writer.opcode(Op.return));
      // The last byte's granule, then every one before it.
      writeMark(writer, dirty, () => {
        writeLocal(writer, Op.localGet, address);
        writeLocal(writer, Op.localGet, bytes);
        writer.opcode(Op.i32Add);
        writeI32(writer, 1);
        writer.opcode(Op.i32Sub);
      });
      writeLoop(writer, () => {
        writeMark(writer, dirty, () => writeLocal(writer, Op.localGet, address));
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

/** What memory holds at first, from a granule's beginning on: outside it all is zero. */
export interface MemoryImage {
  readonly start: number;
  readonly bytes: Uint8Array;
}

/** It begins a granule early, so that what is put back for the granule before is in it too. Empty if all is zero. */
export function memoryImage(segments: readonly DataSegment[]): MemoryImage {
  const filled = segments.filter(({ bytes }) => bytes.length > 0);
  if (filled.length === 0) return { start: 0, bytes: new Uint8Array(0) };
  const first = filled.reduce((least, { memoryOffset }) => Math.min(least, memoryOffset), Number.MAX_SAFE_INTEGER);
  const end = filled.reduce((most, { memoryOffset, bytes }) => Math.max(most, memoryOffset + bytes.length), 0);
  const start = Math.max(0, first - (first % GRANULE_BYTES) - GRANULE_BYTES);
  const bytes = new Uint8Array(end - start);
  for (const segment of filled) bytes.set(segment.bytes, segment.memoryOffset - start);
  return { start, bytes };
}

export interface Restoring {
  /** Index of the global. */
  readonly dirty: number;
  /** The memory's first size, which it must still have. */
  readonly memoryPages: number;
  /** Also a passive data segment, of this index. */
  readonly image: MemoryImage;
  readonly segment: number;
}

/** () -> (): memory as it was at first wherever it was marked, and no marks. */
export function restoreFunction({ dirty, memoryPages, image, segment }: Restoring): InjectedFunction {
  return {
    type: { params: [], results: [] },
    writeBody: (writer) => {
      const at = 0;
      writer.u32(1);
      writer.u32(1);
      writer.valueType('i32');
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
        writer.opcode(Op.i64Const);
        writer.s64(1n);
        writer.opcode(Op.i64Sub);
        writer.opcode(Op.i64And);
        writeGlobal(writer, Op.globalSet, dirty);
        writeLoop(writer, () => {
          writeRestoreAt(writer, at, memoryPages * PAGE_BYTES, image, segment);
          // The next granule of the same bit, if that is in memory.
          writeLocal(writer, Op.localGet, at);
          writeI32(writer, GRANULES * GRANULE_BYTES);
          writer.opcode(Op.i32Add);
          writeLocal(writer, Op.localTee, at);
          writeI32(writer, memoryPages * PAGE_BYTES);
          writer.opcode(Op.i32LtU);
          writer.opcode(Op.brIf);
          writer.u32(0);
        });
        writer.opcode(Op.br);
        writer.u32(0);
      });
      writer.opcode(Op.end);
    },
  };
}

/** Puts back the granule at `at` and what a store could reach beyond it. */
function writeRestoreAt(writer: Writer, at: number, memoryBytes: number, image: MemoryImage, segment: number): void {
  const imageEnd = image.start + image.bytes.length;
  writeLocal(writer, Op.localGet, at);
  writeI32(writer, 0);
  writeReach(writer, at, memoryBytes);
  writer.opcode(Op.memoryFill);
  writer.byte(0);
  if (image.bytes.length === 0) return;
  writeLocal(writer, Op.localGet, at);
  writeI32(writer, image.start);
  writer.opcode(Op.i32Sub);
  writeI32(writer, image.bytes.length);
  writer.opcode(Op.i32LtU);
  writeIf(writer, () => {
    writeLocal(writer, Op.localGet, at);
    writeLocal(writer, Op.localGet, at);
    writeI32(writer, image.start);
    writer.opcode(Op.i32Sub);
    writeReach(writer, at, imageEnd);
    writer.opcode(MEMORY_INIT);
    writer.u32(segment);
    writer.byte(0);
  });
}

/** Pushes how many bytes from `at` are put back, at most up to `end`. */
function writeReach(writer: Writer, at: number, end: number): void {
  const reach = GRANULE_BYTES + MAX_MARKED_BYTES;
  const writeRest = (): void => {
    writeI32(writer, end);
    writeLocal(writer, Op.localGet, at);
    writer.opcode(Op.i32Sub);
  };
  writeI32(writer, reach);
  writeRest();
  writeRest();
  writeI32(writer, reach);
  writer.opcode(Op.i32GtU);
  writer.opcode(Op.select);
}

function writeLoop(writer: Writer, content: () => void): void {
  writer.opcode(Op.loop);
  writer.byte(EMPTY_BLOCK_TYPE);
  content();
  writer.opcode(Op.end);
}

function writeI32(writer: Writer, value: number): void {
  writer.opcode(Op.i32Const);
  writer.s32(value);
}
