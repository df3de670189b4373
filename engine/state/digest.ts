import { sha256Hex } from '../../metering/format/sha256.ts';
import { bigintToBytes, concatBytes } from '../bytes.ts';
import { type Kernel, sharedKernel } from '../kernel/kernel.ts';
import type { StorageEntry } from './storage-entry.ts';

/** The part of an account that every machine must agree on. Code and nonces differ between machines by nature. */
export interface AccountView {
  readonly address: Uint8Array;
  readonly wei: bigint;
  readonly storage: readonly StorageEntry[];
}

const SUM_BYTES = 2048;
const elementKind = { balance: Uint8Array.of(0), slot: Uint8Array.of(1) } as const;

/** 0, address (20), wei (32). Accounts without balance have no such element. */
export function balanceElement(address: Uint8Array, wei: bigint): Uint8Array {
  return concatBytes([elementKind.balance, address, bigintToBytes(wei, 32)]);
}

/** 1, address (20), key length (4), key, value length (4), value. */
export function slotElement(address: Uint8Array, key: Uint8Array, value: Uint8Array): Uint8Array {
  return concatBytes([elementKind.slot, address, lengthOf(key), key, lengthOf(value), value]);
}

function lengthOf(bytes: Uint8Array): Uint8Array {
  return bigintToBytes(BigInt(bytes.length), 4);
}

/**
 * A digest is a hash of a set (docs/adr/0007): every element is expanded to 1024 numbers of 16 bits (TurboSHAKE128 with
 * domain byte 0x1f, little-endian), these are added up lane by lane, and the digest is the SHA-256 (hex) of the sum. So what
 * has changed can be taken away and added without looking at the rest. Integers in elements are big-endian.
 */
export class DigestSum {
  readonly #kernel: Kernel;

  /** The sum is the kernel's: a new one empties it. */
  constructor(kernel: Kernel) {
    this.#kernel = kernel;
    kernel.exports.digest_reset();
  }

  add(element: Uint8Array): void {
    this.#kernel.fillScratch(element);
    this.#kernel.exports.digest_element(element.length, 1);
  }

  remove(element: Uint8Array): void {
    this.#kernel.fillScratch(element);
    this.#kernel.exports.digest_element(element.length, 0);
  }

  hex(): string {
    const at = this.#kernel.exports.digest_sum();
    return sha256Hex(this.#kernel.bytes().subarray(at, at + SUM_BYTES));
  }
}

/** The digest from scratch, in whatever order accounts and slots come. */
export function digestAccounts(accounts: readonly AccountView[]): string {
  const sum = new DigestSum(sharedKernel());
  for (const { address, wei, storage } of accounts) {
    if (wei !== 0n) sum.add(balanceElement(address, wei));
    for (const { key, value } of storage) sum.add(slotElement(address, key, value));
  }
  return sum.hex();
}
