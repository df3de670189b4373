import { BLOCK_BYTES } from '../../metering/tracking/block-tracking.ts';

const CLEAN = 1;
const DIRTY = 2;

/** The blocks of one instance's memory that were written to since they were last put back (`metering/tracking/block-tracking.ts`). */
export class DirtyBlocks {
  /** By block: 0 for one that was never written to. */
  readonly #states: Uint8Array;
  readonly #dirty: Uint32Array;
  #dirtyCount = 0;
  #everCount = 0;

  /** @param memoryBytes At first: memory that grows beyond is never put back. */
  constructor(memoryBytes: number) {
    const count = memoryBytes / BLOCK_BYTES;
    this.#states = new Uint8Array(count);
    this.#dirty = new Uint32Array(count);
  }

  /** Counts a range as written; what of it lies outside memory counts for nothing. Addresses may arrive signed. */
  readonly mark = (address: number, lengthBytes: number): void => {
    const length = lengthBytes >>> 0;
    if (length === 0) return;
    const first = Math.floor((address >>> 0) / BLOCK_BYTES);
    const end = Math.min(Math.floor(((address >>> 0) + length - 1) / BLOCK_BYTES) + 1, this.#states.length);
    for (let block = first; block < end; block++) {
      const state = this.#states[block];
      if (state === DIRTY) continue;
      if (state !== CLEAN) this.#everCount++;
      this.#states[block] = DIRTY;
      this.#dirty[this.#dirtyCount++] = block;
    }
  };

  /** Takes a block off the list: its address, or -1 if there is none. */
  readonly next = (): number => {
    if (this.#dirtyCount === 0) return -1;
    const block = this.#dirty[--this.#dirtyCount] as number;
    this.#states[block] = CLEAN;
    return (block * BLOCK_BYTES) | 0;
  };

  /** Memory that the system has had to find for what was ever written: each block, and what is put back behind it. */
  get residentBytes(): number {
    return this.#everCount * 2 * BLOCK_BYTES;
  }
}
