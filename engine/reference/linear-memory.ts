import { GuestTrap } from '../guest-exit.ts';
import type { GuestMemory } from '../guest-memory.ts';
import { withHostMemory } from '../host-memory.ts';
import { TrapCode } from '../outcome.ts';

const PAGE_BYTES = 65_536;

/** A guest's memory: whole pages, zero at first, never beyond `maxPages`. */
export class LinearMemory implements GuestMemory {
  readonly wrote: undefined;
  readonly maxPages: number;
  #bytes: Uint8Array;

  constructor(minPages: number, maxPages: number) {
    this.maxPages = maxPages;
    this.#bytes = allocate(minPages);
  }

  get pages(): number {
    return this.#bytes.length / PAGE_BYTES;
  }

  view(): Uint8Array {
    return this.#bytes;
  }

  /** The bytes `start` to `start + lengthBytes`. Traps the guest if any lies outside. */
  range(start: number, lengthBytes: number): Uint8Array {
    if (start + lengthBytes > this.#bytes.length) throw new GuestTrap(TrapCode.MemoryOutOfBounds);
    return this.#bytes.subarray(start, start + lengthBytes);
  }

  mayGrow(pages: number): boolean {
    return this.pages + pages <= this.maxPages;
  }

  /** Adds zeroed pages; the caller has asked `mayGrow`. */
  grow(pages: number): void {
    const grown = allocate(this.pages + pages);
    grown.set(this.#bytes);
    this.#bytes = grown;
  }
}

function allocate(pages: number): Uint8Array {
  return withHostMemory(`${pages} pages`, () => new Uint8Array(pages * PAGE_BYTES));
}
