import type { Kernel } from '../kernel/kernel.ts';
import { keyOfBytes } from './storage-key.ts';

const WORD_BYTES = 32;
const ZERO_WORD: Uint8Array = new Uint8Array(WORD_BYTES);

/** Whether the kernel has words under such a key. */
export function isSlotKey(key: string): boolean {
  return key.length === WORD_BYTES;
}

/** Whether the kernel can hold a value: it has no other zero than absence. */
export function isWord(value: Uint8Array | undefined): value is Uint8Array {
  return value?.length === WORD_BYTES && value.some((byte) => byte !== 0);
}

/** Words of 32 bytes that lie in the kernel, by the number of an account and a key of 32 bytes. */
export class KernelSlots {
  readonly #kernel: Kernel;
  readonly #exchange: number;

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
    this.#exchange = kernel.exports.exchange();
  }

  /** Slots other than zero. */
  count(account: number | undefined): number {
    return account === undefined ? 0 : this.#kernel.exports.slot_count(account);
  }

  /** Undefined too for an account without a number, and for a key of another length. */
  read(from: 'slot_read' | 'transient_read', account: number | undefined, key: string): Uint8Array | undefined {
    if (account === undefined || !isSlotKey(key)) return undefined;
    this.#writeExchange(key, undefined);
    if (this.#kernel.exports[from](account) === 0) return undefined;
    return this.#kernel.bytes().slice(this.#exchange + WORD_BYTES, this.#exchange + 2 * WORD_BYTES);
  }

  /** Undefined clears. */
  write(to: 'slot_write' | 'transient_write', account: number, key: string, word?: Uint8Array): void {
    this.#writeExchange(key, word ?? ZERO_WORD);
    this.#kernel.run((exports) => exports[to](account));
  }

  /** In no order. */
  list(account: number): readonly { readonly id: string; readonly key: Uint8Array; readonly value: Uint8Array }[] {
    const kernel = this.#kernel;
    const count = kernel.run((exports) => exports.slots_list(account));
    const bytes = kernel.bytes();
    const start = kernel.exports.scratch_reserve(0) >>> 0;
    return Array.from({ length: count }, (_, index) => {
      const at = start + 2 * WORD_BYTES * index;
      const key = bytes.slice(at, at + WORD_BYTES);
      return { id: keyOfBytes(key), key, value: bytes.slice(at + WORD_BYTES, at + 2 * WORD_BYTES) };
    });
  }

  #writeExchange(key: string, value: Uint8Array | undefined): void {
    const bytes = this.#kernel.bytes();
    const at = this.#exchange;
    for (let i = 0; i < WORD_BYTES; i++) bytes[at + i] = key.charCodeAt(i);
    if (value !== undefined) this.#kernel.write(at + WORD_BYTES, WORD_BYTES, value);
  }
}
