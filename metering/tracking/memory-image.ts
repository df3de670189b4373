import type { DataSegment } from '../format/module.ts';

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
