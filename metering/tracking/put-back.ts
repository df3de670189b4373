/** Code that makes a stretch of memory what it was at first. */
import type { DataSegment } from '../format/module.ts';
import { Op } from '../format/opcodes.ts';
import type { InjectedFunction } from '../format/write-module.ts';
import type { Writer } from '../format/writer.ts';
import { MARK_WINDOW_BYTES } from './store-marks.ts';

/** Not among the opcodes that a guest may use. */
const MEMORY_INIT = 0xfc08;

/** How far from the address of a mark the bytes may lie that it stands for: a window, and a store that begins in it. */
export const MAX_MARKED_BYTES: number = MARK_WINDOW_BYTES + 8;

/** What memory was at first. */
export interface InitialMemory {
  readonly memoryBytes: number;
  /** Also passive data segments, from `segment` on. */
  readonly image: readonly ImagePart[];
  readonly segment: number;
}

/** () -> () with one local, an i32, for the address of the unit that is put back. */
export function restoringFunction(writeCode: (writer: Writer, at: number) => void): InjectedFunction {
  return {
    type: { params: [], results: [] },
    writeBody: (writer) => {
      writer.locals(['i32']);
      writeCode(writer, 0);
      writer.opcode(Op.end);
    },
  };
}

/** Puts back the unit at the address in a local, and what a store could reach beyond it. */
export function writePutBack(
  writer: Writer,
  at: number,
  unitBytes: number,
  { memoryBytes, image, segment }: InitialMemory,
): void {
  writer.opcode(Op.localGet, at);
  writer.i32(0);
  writeReach(writer, at, unitBytes, memoryBytes);
  writer.opcode(Op.memoryFill, 0);
  for (const [index, { start, bytes }] of image.entries()) {
    writer.opcode(Op.localGet, at);
    writer.i32(start);
    writer.opcode(Op.i32Sub);
    writer.i32(bytes.length);
    writer.opcode(Op.i32LtU);
    writer.block(Op.if, () => {
      writer.opcode(Op.localGet, at);
      writer.opcode(Op.localGet, at);
      writer.i32(start);
      writer.opcode(Op.i32Sub);
      writeReach(writer, at, unitBytes, start + bytes.length);
      writeInit(writer, segment + index);
    });
  }
}

/** Puts back all of memory. */
export function writeAllPutBack(writer: Writer, { memoryBytes, image, segment }: InitialMemory): void {
  writer.i32(0);
  writer.i32(0);
  writer.i32(memoryBytes);
  writer.opcode(Op.memoryFill, 0);
  for (const [index, { start, bytes }] of image.entries()) {
    writer.i32(start);
    writer.i32(0);
    writer.i32(bytes.length);
    writeInit(writer, segment + index);
  }
}

function writeInit(writer: Writer, segment: number): void {
  writer.opcode(MEMORY_INIT);
  writer.u32(segment);
  writer.byte(0);
}

/** Pushes how many bytes from `at` are put back, at most up to `end`. */
function writeReach(writer: Writer, at: number, unitBytes: number, end: number): void {
  const reach = unitBytes + MAX_MARKED_BYTES;
  const writeRest = (): void => {
    writer.i32(end);
    writer.opcode(Op.localGet, at);
    writer.opcode(Op.i32Sub);
  };
  writer.i32(reach);
  writeRest();
  writeRest();
  writer.i32(reach);
  writer.opcode(Op.i32GtU);
  writer.opcode(Op.select);
}

/** A stretch of what memory holds at first, from the beginning of a unit on. */
export interface ImagePart {
  readonly start: number;
  readonly bytes: Uint8Array;
}

/**
 * What memory holds at first, in stretches far from each other: outside them all is zero. Memory is put back by units of
 * that size and a little beyond, so that a stretch begins a unit early: what is put back of it begins in it.
 */
export function memoryImage(segments: readonly DataSegment[], unitBytes: number): readonly ImagePart[] {
  const filled = segments.filter(({ bytes }) => bytes.length > 0);
  const ranges: { start: number; end: number }[] = [];
  for (const { memoryOffset, bytes } of [...filled].sort((a, b) => a.memoryOffset - b.memoryOffset)) {
    const start = Math.max(0, memoryOffset - (memoryOffset % unitBytes) - unitBytes);
    const end = memoryOffset + bytes.length;
    const last = ranges.at(-1);
    if (last === undefined || start > last.end) ranges.push({ start, end });
    else last.end = Math.max(last.end, end);
  }
  const parts = ranges.map(({ start, end }) => ({ start, bytes: new Uint8Array(end - start) }));
  // In the module's order: a later segment covers an earlier one.
  for (const { memoryOffset, bytes } of filled) {
    const part = parts.findLast(({ start }) => start <= memoryOffset) as ImagePart;
    part.bytes.set(bytes, memoryOffset - part.start);
  }
  return parts;
}
