import { sha256, sha256Hex } from '../../metering/format/sha256.ts';
import { EMPTY } from '../bytes.ts';

const BLOCK_BYTES = 4096;

/**
 * SHA-256 over the SHA-256 of each 4 KiB of a memory, in order. What has not changed since it was last asked is not hashed again.
 */
export class MemoryHash {
  #seen: Uint8Array = EMPTY;
  #hashes: Uint8Array = EMPTY;
  #hex: string | undefined;

  hex(memory: Uint8Array): string {
    if (memory.length !== this.#seen.length) {
      this.#hex = undefined;
      this.#hashes = grown(this.#hashes, (memory.length / BLOCK_BYTES) * 32);
    }
    const known = this.#seen.length;
    if (memory.length > known) this.#seen = grown(this.#seen, memory.length);
    for (let start = 0; start < memory.length; start += BLOCK_BYTES) {
      const now = memory.subarray(start, start + BLOCK_BYTES);
      const before = this.#seen.subarray(start, start + BLOCK_BYTES);
      if (start < known && Buffer.compare(now, before) === 0) continue;
      before.set(now);
      this.#hashes.set(sha256(now), (start / BLOCK_BYTES) * 32);
      this.#hex = undefined;
    }
    this.#hex ??= sha256Hex(this.#hashes);
    return this.#hex;
  }
}

function grown(bytes: Uint8Array, length: number): Uint8Array {
  const result = new Uint8Array(length);
  result.set(bytes);
  return result;
}
