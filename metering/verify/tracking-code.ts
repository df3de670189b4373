/** The functions that keep track of writes and put them back, and what memory was at first for that. */
import type { TrackingKind } from '../host/tracked-writes.ts';
import type { HelperText } from './helper-text.ts';
import type { Placement } from './placement.ts';
import type { ModuleCode } from './read-module.ts';

/** A mark may be made for the first byte of a window of offsets, and stands for the stores that begin in it. */
export const MARK_WINDOW_BYTES = 256;
const MARKED_BYTES = MARK_WINDOW_BYTES + 8;

export const GRANULE_SHIFT = 10;
export const BLOCK_SHIFT = 12;

const I32 = 0x7f;
const I64 = 0x7e;

/** Locals of a function that writes: address, i32 and i64 value of a store; the bits that it has set. */
export const trackingLocals: Readonly<Record<TrackingKind, readonly number[]>> = {
  nothing: [],
  bits: [I32, I32, I64, I64],
  blocks: [I32, I32, I64],
};

export const trackingGlobals: Readonly<Record<TrackingKind, readonly ModuleCode['globals'][number][]>> = {
  nothing: [],
  bits: [{ type: I64, isMutable: true, initial: 0n }],
  blocks: [
    { type: I32, isMutable: true, initial: -1 },
    { type: I32, isMutable: true, initial: -1 },
  ],
};

export interface ImagePart {
  readonly start: number;
  readonly bytes: Uint8Array;
}

/** What memory holds at first, by stretches: each from a unit before what it holds on, as units are put back whole. */
export function initialImage({ data }: ModuleCode, unitBytes: number): readonly ImagePart[] {
  const filled = data
    .filter(({ bytes }) => bytes.length > 0)
    .map(({ start, bytes }) => ({ at: Number(start) >>> 0, bytes }));
  const stretches: { start: number; end: number }[] = [];
  for (const { at, bytes } of filled.toSorted((left, right) => left.at - right.at)) {
    const start = Math.max(0, (Math.floor(at / unitBytes) - 1) * unitBytes);
    const open = stretches.at(-1);
    if (open === undefined || open.end < start) stretches.push({ start, end: at + bytes.length });
    else open.end = Math.max(open.end, at + bytes.length);
  }
  return stretches.map(({ start, end }) => {
    const image = new Uint8Array(end - start);
    for (const { at, bytes } of filled) if (at >= start && at < end) image.set(bytes, at - start);
    return { start, bytes: image };
  });
}

export function trackingFunctions(
  kind: TrackingKind,
  at: Placement,
  memoryBytes: number,
  image: readonly ImagePart[],
  firstSegment: number,
): readonly HelperText[] {
  const memory = { memoryBytes, image, firstSegment };
  switch (kind) {
    case 'nothing':
      return [];
    case 'bits':
      return [markRange(at.tracking), restoreGranules(at.tracking, memory)];
    case 'blocks':
      return [touch(at.tracking, at.mark ?? 0), restoreBlocks(at.tracking, at.next ?? 0, memory)];
  }
}

function setBit(dirty: number, address: string): string {
  return `
    global.get ${dirty}
    i64.const 1; ${address}; i32.const ${GRANULE_SHIFT}; i32.shr_u; i64.extend_i32_u; i64.shl
    i64.or; global.set ${dirty}`;
}

/** From 63 KiB on it is every bit. */
function markRange(dirty: number): HelperText {
  return {
    type: [[I32, I32], []],
    locals: [],
    code: `
      local.get 1; i32.const 64512; i32.gt_u; if; i64.const -1; global.set ${dirty}; return; end
      local.get 1; i32.eqz; if; return; end
      ${setBit(dirty, 'local.get 0; local.get 1; i32.add; i32.const 1; i32.sub')}
      loop
      ${setBit(dirty, 'local.get 0')}
      local.get 1; i32.const 1024; i32.gt_u
      if
      local.get 0; i32.const 1024; i32.add; local.set 0
      local.get 1; i32.const 1024; i32.sub; local.set 1
      br 1; end
      end
      end`,
  };
}

interface Memory {
  readonly memoryBytes: number;
  readonly image: readonly ImagePart[];
  readonly firstSegment: number;
}

function restoreGranules(dirty: number, memory: Memory): HelperText {
  const { memoryBytes, image, firstSegment } = memory;
  const all = image.map(
    ({ start, bytes }, index) =>
      `i32.const ${start | 0}; i32.const 0; i32.const ${bytes.length}; memory.init ${firstSegment + index}`,
  );
  return {
    type: [[], []],
    locals: [I32],
    code: `
      global.get ${dirty}; i64.const -1; i64.eq
      if
      i32.const 0; i32.const 0; i32.const ${memoryBytes | 0}; memory.fill
      ${all.join('\n')}
      i64.const 0; global.set ${dirty}; return; end
      loop
      global.get ${dirty}; i64.eqz; if; return; end
      global.get ${dirty}; i64.ctz; i32.wrap_i64; i32.const ${GRANULE_SHIFT}; i32.shl; local.set 0
      global.get ${dirty}; global.get ${dirty}; i64.const 1; i64.sub; i64.and; global.set ${dirty}
      loop
      ${putBack(1 << GRANULE_SHIFT, memory)}
      local.get 0; i32.const 65536; i32.add; local.tee 0; i32.const ${memoryBytes | 0}; i32.lt_u; br_if 0; end
      br 0; end
      end`,
  };
}

/** The block of an address becomes the one that was marked last; the host hears of it unless it was the one before. */
function touch(last: number, mark: number): HelperText {
  return {
    type: [[I32], []],
    locals: [I32, I32],
    code: `
      local.get 0; i32.const ${BLOCK_SHIFT}; i32.shr_u; local.tee 1; global.get ${last + 1}; i32.eq; local.set 2
      global.get ${last}; global.set ${last + 1}
      local.get 1; global.set ${last}
      local.get 2; if; return; end
      local.get 0; i32.const 1; call ${mark}; end`,
  };
}

function restoreBlocks(last: number, next: number, memory: Memory): HelperText {
  return {
    type: [[], []],
    locals: [I32],
    code: `
      i32.const -1; global.set ${last}; i32.const -1; global.set ${last + 1}
      loop
      call ${next}; local.tee 0; i32.const -1; i32.eq; if; return; end
      ${putBack(1 << BLOCK_SHIFT, memory)}
      br 0; end
      end`,
  };
}

/** The unit at the address in local 0, and what a store that was marked in it can have written beyond it. */
function putBack(unitBytes: number, { memoryBytes, image, firstSegment }: Memory): string {
  const most = `i32.const ${unitBytes + MARKED_BYTES}`;
  const length = (end: number): string => {
    const left = `i32.const ${end | 0}; local.get 0; i32.sub`;
    return `${most}; ${left}; ${left}; ${most}; i32.gt_u; select`;
  };
  const parts = image.map(({ start, bytes }, index) => {
    const from = `local.get 0; i32.const ${start | 0}; i32.sub`;
    return `
      ${from}; i32.const ${bytes.length}; i32.lt_u
      if; local.get 0; ${from}; ${length(start + bytes.length)}; memory.init ${firstSegment + index}; end`;
  });
  return `
      local.get 0; i32.const 0; ${length(memoryBytes)}; memory.fill
      ${parts.join('')}`;
}
