import type { Kernel } from '../kernel/kernel.ts';
import { keyOfBytes } from './storage-key.ts';
import type { Account } from './world-state.ts';

export interface KernelAccount extends Account {
  wei: bigint;
  nonce: bigint;
  codeHash: string | undefined;
  /** Whether a change of it has not been taken back. Otherwise it is as empty as when it was made. */
  isChanged: boolean;
  /** Whether somebody or something knows it beyond a transaction. */
  isHeld: boolean;
  /** The kernel's number, given when the account first needs one. */
  number: number | undefined;
  /** The address as five words in memory order. */
  readonly words: AddressWords;
  /** Entries that are no slots: with keys or values of another length than 32, or with a value of 32 zeros. */
  readonly odd: Map<string, Uint8Array>;
}

/** An address as WebAssembly hands it over: five i32, as they lie in memory. */
type AddressWords = readonly [number, number, number, number, number];

/** An address has a word for itself. */
const ADDRESS_ROOM = 32;
/** Accounts that are found again by their words: a power of two. */
const RECENT_ACCOUNTS = 1024;

/** The accounts of a state, found by address, by the words of one, and by the number that the kernel knows them by. */
export class KernelAccounts {
  readonly #kernel: Kernel;
  readonly #byId = new Map<string, KernelAccount>();
  /** Those of which it is not known yet whether they are to stay. */
  #young: KernelAccount[] = [];
  readonly #byNumber: (KernelAccount | undefined)[] = [];
  /** Of accounts that were forgotten. */
  readonly #freeNumbers: number[] = [];
  /** By a mix of the words. Only time depends on what is in here. */
  readonly #recent: (KernelAccount | undefined)[] = new Array(RECENT_ACCOUNTS).fill(undefined);

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  get count(): number {
    return this.#byId.size;
  }

  get youngCount(): number {
    return this.#young.length;
  }

  all(): Iterable<KernelAccount> {
    return this.#byId.values();
  }

  find(address: Uint8Array): KernelAccount | undefined {
    return this.#byId.get(keyOfBytes(address));
  }

  /** A new one if there is none. */
  at(address: Uint8Array): KernelAccount {
    return this.ofWords(
      wordAt(address, 0),
      wordAt(address, 4),
      wordAt(address, 8),
      wordAt(address, 12),
      wordAt(address, 16),
    );
  }

  ofWords(a: number, b: number, c: number, d: number, e: number): KernelAccount {
    const place = placeOf(a, b, c, d, e);
    const recent = this.#recent[place];
    if (recent !== undefined) {
      const { words } = recent;
      if (words[0] === a && words[1] === b && words[2] === c && words[3] === d && words[4] === e) return recent;
    }
    const account = this.#ofWords([a, b, c, d, e]);
    this.#recent[place] = account;
    return account;
  }

  #ofWords(words: AddressWords): KernelAccount {
    const address = new Uint8Array(Int32Array.from(words).buffer);
    const id = keyOfBytes(address);
    let account = this.#byId.get(id);
    if (account === undefined) {
      account = {
        address,
        id,
        words,
        wei: 0n,
        nonce: 0n,
        codeHash: undefined,
        isChanged: false,
        isHeld: false,
        number: undefined,
        odd: new Map(),
      };
      this.#byId.set(id, account);
      this.#young.push(account);
    }
    return account;
  }

  numberOf(account: KernelAccount): number {
    if (account.number !== undefined) return account.number;
    const kernel = this.#kernel;
    const number = this.#freeNumbers.pop() ?? kernel.run((exports) => exports.account_add());
    kernel.write(kernel.exports.account_address(number), ADDRESS_ROOM, account.address);
    account.number = number;
    this.#byNumber[number] = account;
    return number;
  }

  ofNumber(number: number): KernelAccount {
    return this.#byNumber[number] as KernelAccount;
  }

  /**
   * Forgets the young accounts that are empty; the others stay. A number can be given out again: whatever the kernel's logs say
   * of its slots says that they were zero, as those of an account are that never was more than empty.
   */
  forgetEmpty(isEmpty: (account: KernelAccount) => boolean, whenForgotten: (account: KernelAccount) => void): void {
    for (const account of this.#young) {
      if (account.isChanged || account.isHeld || !isEmpty(account)) continue;
      const { id, number, words } = account;
      this.#byId.delete(id);
      whenForgotten(account);
      const place = placeOf(...words);
      if (this.#recent[place] === account) this.#recent[place] = undefined;
      if (number === undefined) continue;
      this.#byNumber[number] = undefined;
      this.#freeNumbers.push(number);
    }
    this.#young = [];
  }
}

function placeOf(...[a, b, c, d, e]: AddressWords): number {
  return Math.imul(a ^ b ^ c ^ d ^ e, 0x9e3779b1) >>> 22;
}

function wordAt(bytes: Uint8Array, at: number): number {
  return (
    (bytes[at] as number) |
    ((bytes[at + 1] as number) << 8) |
    ((bytes[at + 2] as number) << 16) |
    ((bytes[at + 3] as number) << 24)
  );
}
