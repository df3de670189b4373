import type { Event } from '../outcome.ts';
import { type AccountView, digestAccounts } from './digest.ts';
import type { StorageEntry } from './storage-entry.ts';
import { bytesOfKey, keyOfBytes } from './storage-key.ts';

/** One account. Change it only through `WorldState`, which can then undo the change. */
export interface Account {
  readonly address: Uint8Array;
  /** The address as a map key. */
  readonly id: string;
  wei: bigint;
  nonce: bigint;
  /** SHA-256 of the module (hex), or undefined for an account without code. */
  codeHash: string | undefined;
  /** By storage key (`storage-key.ts`). Values are never changed in place; an empty one exists only for ABIs that use `putStorage`. */
  readonly storage: Map<string, Uint8Array>;
}

const EMPTY: Uint8Array = new Uint8Array(0);

/** How many undo steps there were at a checkpoint. */
export type Checkpoint = number;

/**
 * Accounts with an undo log. Every change appends the step that takes it back; reverting plays them backwards, so a
 * revert costs what was written and never a copy of the state.
 */
export class WorldState {
  readonly #accounts = new Map<string, Account>();
  readonly #transient = new Map<string, Uint8Array>();
  readonly #undo: (() => void)[] = [];
  readonly #events: Event[] = [];
  readonly #snapshots: Checkpoint[] = [];

  account(address: Uint8Array): Account {
    const id = keyOfBytes(address);
    let account = this.#accounts.get(id);
    if (account === undefined) {
      account = { address: address.slice(), id, wei: 0n, nonce: 0n, codeHash: undefined, storage: new Map() };
      this.#accounts.set(id, account);
    }
    return account;
  }

  checkpoint(): Checkpoint {
    return this.#undo.length;
  }

  revert(to: Checkpoint): void {
    while (this.#undo.length > to) (this.#undo.pop() as () => void)();
  }

  setWei(account: Account, wei: bigint): void {
    const before = account.wei;
    account.wei = wei;
    this.#undo.push(() => {
      account.wei = before;
    });
  }

  setNonce(account: Account, nonce: bigint): void {
    const before = account.nonce;
    account.nonce = nonce;
    this.#undo.push(() => {
      account.nonce = before;
    });
  }

  setCodeHash(account: Account, codeHash: string | undefined): void {
    const before = account.codeHash;
    account.codeHash = codeHash;
    this.#undo.push(() => {
      account.codeHash = before;
    });
  }

  /** Empty where nothing is stored. */
  getStorage(account: Account, key: string): Uint8Array {
    return account.storage.get(key) ?? EMPTY;
  }

  /** An empty value clears the slot. The state keeps `value`: hand over bytes that nobody changes. */
  setStorage(account: Account, key: string, value: Uint8Array): void {
    this.#write(account.storage, key, value.length === 0 ? undefined : value);
  }

  /** For ABIs in which an empty value is one: undefined clears the slot. */
  putStorage(account: Account, key: string, value: Uint8Array | undefined): void {
    this.#write(account.storage, key, value);
  }

  /** Transient storage (EIP-1153) lives until the end of the outermost call. */
  getTransient(account: Account, key: string): Uint8Array {
    return this.#transient.get(account.id + key) ?? EMPTY;
  }

  setTransient(account: Account, key: string, value: Uint8Array): void {
    this.#write(this.#transient, account.id + key, value.length === 0 ? undefined : value);
  }

  get eventCount(): number {
    return this.#events.length;
  }

  addEvent(event: Event): void {
    this.#events.push(event);
    this.#undo.push(() => {
      this.#events.pop();
    });
  }

  /** Ends an outermost call: hands out its events and drops transient storage, and the undo log unless a snapshot needs it. */
  endTransaction(): readonly Event[] {
    const events = this.#events.splice(0);
    if (this.#transient.size > 0) this.#transient.clear();
    if (this.#snapshots.length === 0) this.#undo.length = 0;
    return events;
  }

  /** Index of a new snapshot of everything but events and transient storage, which are empty between calls. */
  snapshot(): number {
    return this.#snapshots.push(this.#undo.length) - 1;
  }

  /** Returns false for a snapshot that does not exist (any more). */
  restore(snapshot: number): boolean {
    const checkpoint = this.#snapshots[snapshot];
    if (checkpoint === undefined) return false;
    this.#snapshots.length = snapshot + 1;
    this.revert(checkpoint);
    // The log also took back transient writes and events of calls that have long ended.
    this.#transient.clear();
    this.#events.length = 0;
    return true;
  }

  storageEntries(account: Account): readonly StorageEntry[] {
    const keys = [...account.storage.keys()].sort(byCodeUnits);
    return keys.map((key) => ({ key: bytesOfKey(key), value: account.storage.get(key) as Uint8Array }));
  }

  digest(): string {
    const views: AccountView[] = [];
    for (const account of this.#accounts.values()) {
      views.push({ address: account.address, wei: account.wei, storage: this.storageEntries(account) });
    }
    return digestAccounts(views);
  }

  #write(map: Map<string, Uint8Array>, key: string, value: Uint8Array | undefined): void {
    const before = map.get(key);
    if (value === undefined) map.delete(key);
    else map.set(key, value);
    this.#undo.push(() => {
      if (before === undefined) map.delete(key);
      else map.set(key, before);
    });
  }
}

/** Order of latin1 keys, which is the byte order of what they stand for. */
function byCodeUnits(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
