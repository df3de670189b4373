import { EngineError } from '../errors.ts';
import type { Event } from '../outcome.ts';
import { type AccountView, digestAccounts } from './digest.ts';
import type { StorageEntry } from './storage-entry.ts';
import { bytesOfKey, compareKeys, keyOfBytes, putOrDelete } from './storage-key.ts';
import { type Account, type Checkpoint, EMPTY_ACCOUNTS_KEPT, type WorldState } from './world-state.ts';

export interface PlainAccount extends Account {
  wei: bigint;
  nonce: bigint;
  codeHash: string | undefined;
  /** Whether a change of it has not been taken back. Otherwise it is as empty as when it was made. */
  isChanged: boolean;
  /** Values are never changed in place; an empty one is no absent one. */
  readonly storage: Map<string, Uint8Array>;
}

/**
 * Accounts with an undo log. Every change appends the step that takes it back; reverting plays them backwards, so a
 * revert costs what was written and never a copy of the state.
 */
export class PlainState implements WorldState {
  readonly kernelBacked: undefined;
  readonly #accounts = new Map<string, PlainAccount>();
  /** Those of which it is not known yet whether they are to stay. */
  #young: PlainAccount[] = [];
  readonly #emptyAccountsKept: number;
  readonly #modules = new Set<string>();
  readonly #transient = new Map<string, Uint8Array>();
  readonly #undo: (() => void)[] = [];
  /** How much of the undo log belongs to transactions that have ended; it is kept for the snapshots. */
  #endedSteps = 0;
  readonly #events: Event[] = [];
  readonly #snapshots: Checkpoint[] = [];

  /** @param emptyAccountsKept Fewer than usual for a test. */
  constructor(emptyAccountsKept: number = EMPTY_ACCOUNTS_KEPT) {
    this.#emptyAccountsKept = emptyAccountsKept;
  }

  account(address: Uint8Array): PlainAccount {
    const id = keyOfBytes(address);
    let account = this.#accounts.get(id);
    if (account === undefined) {
      account = {
        address: address.slice(),
        id,
        wei: 0n,
        nonce: 0n,
        codeHash: undefined,
        isChanged: false,
        storage: new Map(),
      };
      this.#accounts.set(id, account);
      this.#young.push(account);
    }
    return account;
  }

  find(address: Uint8Array): PlainAccount | undefined {
    return this.#accounts.get(keyOfBytes(address));
  }

  /** Of accounts that are held: for measurements and tests. */
  get accountCount(): number {
    return this.#accounts.size;
  }

  checkpoint(): Checkpoint {
    return this.#undo.length;
  }

  revert(to: Checkpoint): void {
    while (this.#undo.length > to) (this.#undo.pop() as () => void)();
  }

  setWei(account: PlainAccount, wei: bigint): void {
    this.#set(account, 'wei', wei);
  }

  setNonce(account: PlainAccount, nonce: bigint): void {
    this.#set(account, 'nonce', nonce);
  }

  setCodeHash(account: PlainAccount, codeHash: string | undefined): void {
    this.#set(account, 'codeHash', codeHash);
  }

  knowsModule(hash: string): boolean {
    return this.#modules.has(hash);
  }

  learnModule(hash: string): void {
    if (this.#modules.has(hash)) return;
    this.#modules.add(hash);
    this.#undo.push(() => {
      this.#modules.delete(hash);
    });
  }

  hasStorage(account: PlainAccount): boolean {
    return account.storage.size > 0;
  }

  findStorage(account: PlainAccount, key: string): Uint8Array | undefined {
    return account.storage.get(key);
  }

  putStorage(account: PlainAccount, key: string, value: Uint8Array | undefined): void {
    this.#changed(account, putUndoably(account.storage, key, value));
  }

  storageEntries(account: PlainAccount): readonly StorageEntry[] {
    const keys = [...account.storage.keys()].sort(compareKeys);
    return keys.map((key) => ({ key: bytesOfKey(key), value: account.storage.get(key) as Uint8Array }));
  }

  findTransient(account: PlainAccount, key: string): Uint8Array | undefined {
    return this.#transient.get(account.id + key);
  }

  putTransient(account: PlainAccount, key: string, value: Uint8Array | undefined): void {
    this.#undo.push(putUndoably(this.#transient, account.id + key, value));
  }

  get eventCount(): number {
    return this.#events.length;
  }

  addEvent({ address, topics, data }: Event): void {
    this.#events.push({ address: address.slice(), topics, data });
    this.#undo.push(() => {
      this.#events.pop();
    });
  }

  endTransaction(): readonly Event[] {
    const events = this.#events.splice(0);
    if (this.#transient.size > 0) this.#transient.clear();
    if (this.#snapshots.length === 0) this.#undo.length = 0;
    this.#endedSteps = this.#undo.length;
    if (this.#young.length > this.#emptyAccountsKept) this.#forgetEmpty();
    return events;
  }

  snapshot(): number {
    this.#refuseInTransaction();
    return this.#snapshots.push(this.#undo.length) - 1;
  }

  restore(snapshot: number): boolean {
    this.#refuseInTransaction();
    const checkpoint = this.#snapshots[snapshot];
    if (checkpoint === undefined) return false;
    this.#snapshots.length = snapshot + 1;
    this.revert(checkpoint);
    this.#endedSteps = checkpoint;
    // The log also took back transient writes and events of calls that have long ended.
    this.#transient.clear();
    this.#events.length = 0;
    return true;
  }

  digest(): string {
    const views: AccountView[] = [];
    for (const account of this.#accounts.values()) {
      views.push({ address: account.address, wei: account.wei, storage: this.storageEntries(account) });
    }
    return digestAccounts(views);
  }

  #refuseInTransaction(): void {
    if (this.#undo.length !== this.#endedSteps) throw new EngineError('internal', 'a transaction is open');
  }

  #set<F extends 'wei' | 'nonce' | 'codeHash'>(account: PlainAccount, field: F, value: PlainAccount[F]): void {
    const before = account[field];
    account[field] = value;
    this.#changed(account, () => {
      account[field] = before;
    });
  }

  #changed(account: PlainAccount, undo: () => void): void {
    const { isChanged } = account;
    account.isChanged = true;
    this.#undo.push(() => {
      account.isChanged = isChanged;
      undo();
    });
  }

  #forgetEmpty(): void {
    for (const { id, isChanged } of this.#young) if (!isChanged) this.#accounts.delete(id);
    this.#young = [];
  }
}

/** Returns what takes it back. */
function putUndoably(map: Map<string, Uint8Array>, key: string, value: Uint8Array | undefined): () => void {
  const before = map.get(key);
  putOrDelete(map, key, value);
  return () => putOrDelete(map, key, before);
}
