import type { Kernel } from '../kernel/kernel.ts';
import { balanceElement, DigestSum, slotElement } from './digest.ts';
import type { KernelAccount } from './kernel-accounts.ts';
import { bytesOfKey } from './storage-key.ts';

/** An entry outside the kernel as it was. */
export interface OddEntry {
  readonly account: KernelAccount;
  readonly key: string;
  readonly value: Uint8Array | undefined;
}

/** The digest of a state, kept as a sum that is brought up to date with what has changed. */
export class KernelDigest {
  readonly #kernel: Kernel;
  #sum: DigestSum | undefined;
  /** What has changed since the last digest, as it was then. */
  readonly #wei = new Map<KernelAccount, bigint>();
  readonly #odd = new Map<string, OddEntry>();

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  /** Before the balance changes. */
  keepWei(account: KernelAccount): void {
    if (this.#sum !== undefined && !this.#wei.has(account)) this.#wei.set(account, account.wei);
  }

  /** Before the entry changes. */
  keepOdd(account: KernelAccount, key: string): void {
    const id = account.id + key;
    if (this.#sum !== undefined && !this.#odd.has(id)) this.#odd.set(id, { account, key, value: account.odd.get(key) });
  }

  /** A digest within a call may have counted what was reverted later; the next one takes it away. */
  forget(account: KernelAccount): void {
    if (this.#wei.get(account) === 0n) this.#wei.delete(account);
  }

  /** Costs what has changed since the last one; the first one costs what there is. */
  hex(accounts: Iterable<KernelAccount>): string {
    const sum = this.#sum ?? new DigestSum(this.#kernel);
    if (this.#sum === undefined) {
      for (const account of accounts) {
        if (account.wei !== 0n) sum.add(balanceElement(account.address, account.wei));
        for (const [key, value] of account.odd) sum.add(slotElement(account.address, bytesOfKey(key), value));
      }
    }
    for (const [account, before] of this.#wei) {
      if (before === account.wei) continue;
      if (before !== 0n) sum.remove(balanceElement(account.address, before));
      if (account.wei !== 0n) sum.add(balanceElement(account.address, account.wei));
    }
    for (const { account, key, value: before } of this.#odd.values()) {
      const value = account.odd.get(key);
      if (before !== undefined) sum.remove(slotElement(account.address, bytesOfKey(key), before));
      if (value !== undefined) sum.add(slotElement(account.address, bytesOfKey(key), value));
    }
    this.#wei.clear();
    this.#odd.clear();
    this.#kernel.run((exports) => exports.digest_slots());
    this.#sum = sum;
    return sum.hex();
  }
}
