import { EngineError } from '../errors.ts';
import { Kernel } from '../kernel/kernel.ts';
import { eventRecord } from '../kernel/kernel-exports.ts';
import type { Event } from '../outcome.ts';
import { balanceElement, DigestSum, slotElement } from './digest.ts';
import type { StorageEntry } from './storage-entry.ts';
import { bytesOfKey, compareKeys, keyOfBytes, putOrDelete } from './storage-key.ts';
import { type Account, type Checkpoint, EMPTY_ACCOUNTS_KEPT, type KernelBackedState } from './world-state.ts';

interface KernelAccount extends Account {
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
export type AddressWords = readonly [number, number, number, number, number];

/** What an account was like outside the kernel. */
interface Fields {
  readonly wei: bigint;
  readonly nonce: bigint;
  readonly codeHash: string | undefined;
}

/** An entry outside the kernel as it was, by account id and key. */
interface OddEntry {
  readonly account: KernelAccount;
  readonly key: string;
  readonly value: Uint8Array | undefined;
}

interface Snapshot {
  /** In the kernel's history. */
  readonly place: number;
  /** What has changed since, up to the next snapshot, as it was. */
  readonly fields: Map<KernelAccount, Fields>;
  readonly odd: Map<string, OddEntry>;
  readonly modules: string[];
}

const EMPTY: Uint8Array = new Uint8Array(0);
const NO_EVENTS: readonly Event[] = Object.freeze([]);
const WORD_BYTES = 32;
/** An address has a word for itself. */
const ADDRESS_ROOM = 32;
/** Below the kernel's own bound, and far from where 32-bit numbers end. */
const LARGEST_EVENT = 1 << 29;
const ZERO_WORD: Uint8Array = new Uint8Array(WORD_BYTES);
/** Accounts that are found again by their words: a power of two. */
const RECENT_ACCOUNTS = 1024;

/** Limits that the kernel enforces for guests that call it. */
export interface KernelLimits {
  readonly payloadBytes: number;
  readonly events: number;
}

/**
 * A world whose 32-byte slots, transient storage, events and undo log live in the kernel. Balances, nonces, code and what
 * does not fit in slots stay here. One log orders both: a change out here leaves a note in the kernel's journal, and a
 * revert tells how many notes it took back.
 */
export class KernelState implements KernelBackedState {
  readonly kernel: Kernel = new Kernel();
  readonly #exchange: number;
  readonly #accounts = new Map<string, KernelAccount>();
  /** Those of which it is not known yet whether they are to stay. */
  #young: KernelAccount[] = [];
  readonly #emptyAccountsKept: number;
  readonly #byNumber: (KernelAccount | undefined)[] = [];
  /** Of accounts that were forgotten. */
  readonly #freeNumbers: number[] = [];
  /** By a mix of the words. Only time depends on what is in here. */
  readonly #recent: (KernelAccount | undefined)[] = new Array(RECENT_ACCOUNTS).fill(undefined);
  /** One step for each note in the kernel's journal. */
  readonly #undo: (() => void)[] = [];
  readonly #oddTransient = new Map<string, Uint8Array>();
  readonly #modules = new Set<string>();
  readonly #snapshots: Snapshot[] = [];
  #sum: DigestSum | undefined;
  /** What has changed since the last digest, as it was then. */
  readonly #digestedWei = new Map<KernelAccount, bigint>();
  readonly #digestedOdd = new Map<string, OddEntry>();

  /** @param emptyAccountsKept Fewer than usual for a test. */
  constructor({ payloadBytes, events }: KernelLimits, emptyAccountsKept: number = EMPTY_ACCOUNTS_KEPT) {
    this.#emptyAccountsKept = emptyAccountsKept;
    this.kernel.run((kernel) => kernel.configure(payloadBytes, events));
    this.#exchange = this.kernel.exports.exchange();
  }

  get kernelBacked(): this {
    return this;
  }

  account(address: Uint8Array): KernelAccount {
    return this.accountOfWords(
      wordAt(address, 0),
      wordAt(address, 4),
      wordAt(address, 8),
      wordAt(address, 12),
      wordAt(address, 16),
    );
  }

  /** The account of an address given as `AddressWords`. */
  accountOfWords(a: number, b: number, c: number, d: number, e: number): KernelAccount {
    const place = placeOf(a, b, c, d, e);
    const recent = this.#recent[place];
    if (recent !== undefined) {
      const { words } = recent;
      if (words[0] === a && words[1] === b && words[2] === c && words[3] === d && words[4] === e) return recent;
    }
    const account = this.#accountAt([a, b, c, d, e]);
    this.#recent[place] = account;
    return account;
  }

  /** An account that is never forgotten. */
  heldAccount(address: Uint8Array): KernelAccount {
    const account = this.account(address);
    account.isHeld = true;
    return account;
  }

  find(address: Uint8Array): KernelAccount | undefined {
    return this.#accounts.get(keyOfBytes(address));
  }

  /** Of accounts that are held: for measurements and tests. */
  get accountCount(): number {
    return this.#accounts.size;
  }

  #accountAt(words: AddressWords): KernelAccount {
    const address = new Uint8Array(Int32Array.from(words).buffer);
    const id = keyOfBytes(address);
    let account = this.#accounts.get(id);
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
      this.#accounts.set(id, account);
      this.#young.push(account);
    }
    return account;
  }

  /** The number in the kernel of an account of this state. */
  numberOf(anyAccount: Account): number {
    const account = anyAccount as KernelAccount;
    if (account.number !== undefined) return account.number;
    const number = this.#freeNumbers.pop() ?? this.kernel.run((kernel) => kernel.account_add());
    this.kernel.write(this.kernel.exports.account_address(number), ADDRESS_ROOM, account.address);
    account.number = number;
    this.#byNumber[number] = account;
    return number;
  }

  checkpoint(): Checkpoint {
    return this.kernel.exports.checkpoint();
  }

  revert(to: Checkpoint): void {
    this.undoNotes(this.kernel.run((kernel) => kernel.revert(to)));
  }

  /** Takes back what the kernel has said belongs to a revert: see `frame_close`. */
  undoNotes(count: number): void {
    for (let left = count; left > 0; left--) (this.#undo.pop() as () => void)();
  }

  setWei(account: KernelAccount, wei: bigint): void {
    const before = account.wei;
    this.#noteChange(account, () => this.#putWei(account, before));
    this.#keepFields(account);
    this.#putWei(account, wei);
  }

  setNonce(account: KernelAccount, nonce: bigint): void {
    const before = account.nonce;
    this.#noteChange(account, () => {
      account.nonce = before;
    });
    this.#keepFields(account);
    account.nonce = nonce;
  }

  setCodeHash(account: KernelAccount, codeHash: string | undefined): void {
    const before = account.codeHash;
    this.#noteChange(account, () => {
      account.codeHash = before;
    });
    this.#keepFields(account);
    account.codeHash = codeHash;
  }

  knowsModule(hash: string): boolean {
    return this.#modules.has(hash);
  }

  learnModule(hash: string): void {
    if (this.#modules.has(hash)) return;
    this.#note(() => this.#modules.delete(hash));
    this.#snapshots.at(-1)?.modules.push(hash);
    this.#modules.add(hash);
  }

  hasStorage(account: KernelAccount): boolean {
    return account.odd.size > 0 || this.#slotCount(account) > 0;
  }

  getStorage(account: KernelAccount, key: string): Uint8Array {
    return this.findStorage(account, key) ?? EMPTY;
  }

  setStorage(account: KernelAccount, key: string, value: Uint8Array): void {
    this.putStorage(account, key, value.length === 0 ? undefined : value);
  }

  findStorage(account: KernelAccount, key: string): Uint8Array | undefined {
    if (key.length === WORD_BYTES && account.number !== undefined) {
      this.#writeExchange(key, undefined);
      if (this.kernel.exports.slot_read(account.number) !== 0) return this.#exchangedValue();
    }
    return account.odd.get(key);
  }

  putStorage(account: KernelAccount, key: string, value: Uint8Array | undefined): void {
    // Logs out here know the account from now on, even if this is taken back.
    account.isHeld = true;
    const word = key.length === WORD_BYTES && isWord(value) ? value : undefined;
    if (word !== undefined || (key.length === WORD_BYTES && this.#slotCount(account) > 0)) {
      const number = this.numberOf(account);
      this.#writeExchange(key, word ?? ZERO_WORD);
      this.kernel.run((kernel) => kernel.slot_write(number));
    }
    const odd = word === undefined ? value : undefined;
    const before = account.odd.get(key);
    if (odd === before) return;
    if (key.length === WORD_BYTES) this.kernel.exports.account_bar(this.numberOf(account));
    this.#note(() => this.#putOdd(account, key, before));
    const saved = this.#snapshots.at(-1)?.odd;
    if (saved !== undefined && !saved.has(account.id + key))
      saved.set(account.id + key, { account, key, value: before });
    this.#putOdd(account, key, odd);
  }

  storageEntries(account: KernelAccount): readonly StorageEntry[] {
    const entries = [...account.odd].map(([key, value]) => ({ id: key, key: bytesOfKey(key), value }));
    if (this.#slotCount(account) > 0) {
      const number = this.numberOf(account);
      const count = this.kernel.run((kernel) => kernel.slots_list(number));
      const bytes = this.kernel.bytes();
      const start = this.kernel.exports.scratch_reserve(0) >>> 0;
      for (let at = start; at < start + 2 * WORD_BYTES * count; at += 2 * WORD_BYTES) {
        const key = bytes.slice(at, at + WORD_BYTES);
        entries.push({ id: keyOfBytes(key), key, value: bytes.slice(at + WORD_BYTES, at + 2 * WORD_BYTES) });
      }
    }
    return entries.sort((a, b) => compareKeys(a.id, b.id)).map(({ key, value }) => ({ key, value }));
  }

  getTransient(account: KernelAccount, key: string): Uint8Array {
    if (key.length === WORD_BYTES && account.number !== undefined) {
      this.#writeExchange(key, undefined);
      if (this.kernel.exports.transient_read(account.number) !== 0) return this.#exchangedValue();
    }
    return this.#oddTransient.get(account.id + key) ?? EMPTY;
  }

  setTransient(account: KernelAccount, key: string, value: Uint8Array): void {
    account.isHeld = true;
    const word = key.length === WORD_BYTES && isWord(value) ? value : undefined;
    if (key.length === WORD_BYTES) {
      const number = this.numberOf(account);
      this.#writeExchange(key, word ?? ZERO_WORD);
      this.kernel.run((kernel) => kernel.transient_write(number));
    }
    const id = account.id + key;
    const before = this.#oddTransient.get(id);
    const odd = word !== undefined || value.length === 0 ? undefined : value;
    if (odd === before) return;
    if (key.length === WORD_BYTES) this.kernel.exports.account_bar(this.numberOf(account));
    this.#note(() => putOrDelete(this.#oddTransient, id, before));
    putOrDelete(this.#oddTransient, id, odd);
  }

  get eventCount(): number {
    return this.kernel.exports.event_count();
  }

  addEvent({ address, topics, data }: Event): void {
    const number = this.numberOf(this.account(address));
    const sizeBytes = WORD_BYTES * topics.length + data.length;
    if (sizeBytes > LARGEST_EVENT) throw new EngineError('internal', `an event of ${sizeBytes} bytes`);
    let at = this.kernel.run((kernel) => kernel.event_add(number, topics.length, sizeBytes)) >>> 0;
    for (const topic of topics) {
      this.kernel.write(at, WORD_BYTES, topic);
      at += WORD_BYTES;
    }
    this.kernel.write(at, data.length, data);
  }

  /** Frames that a host failure has left open are closed. */
  endTransaction(): readonly Event[] {
    const kernel = this.kernel.exports;
    const events = kernel.event_count() > 0 ? this.#events() : NO_EVENTS;
    while (kernel.frame_depth() > 0) kernel.frame_close(0);
    kernel.end_transaction();
    if (this.#undo.length > 0) this.#undo.length = 0;
    if (this.#oddTransient.size > 0) this.#oddTransient.clear();
    if (this.#young.length > this.#emptyAccountsKept) this.#forgetEmpty();
    return events;
  }

  snapshot(): number {
    this.#refuseInTransaction();
    return this.#snapshots.push(newSnapshot(this.kernel.exports.snapshot())) - 1;
  }

  restore(index: number): boolean {
    this.#refuseInTransaction();
    const snapshot = this.#snapshots[index];
    if (snapshot === undefined) return false;
    this.kernel.run((kernel) => kernel.restore(snapshot.place));
    for (const { fields, odd, modules } of this.#snapshots.splice(index).reverse()) {
      for (const [account, { wei, nonce, codeHash }] of fields) {
        this.#putWei(account, wei);
        account.nonce = nonce;
        account.codeHash = codeHash;
      }
      for (const { account, key, value } of odd.values()) this.#putOdd(account, key, value);
      for (const hash of modules) this.#modules.delete(hash);
    }
    this.#snapshots.push(newSnapshot(snapshot.place));
    return true;
  }

  /** Costs what has changed since the last one; the first one costs what there is. */
  digest(): string {
    const sum = this.#sum ?? new DigestSum(this.kernel);
    if (this.#sum === undefined) {
      for (const account of this.#accounts.values()) {
        if (account.wei !== 0n) sum.add(balanceElement(account.address, account.wei));
        for (const [key, value] of account.odd) sum.add(slotElement(account.address, bytesOfKey(key), value));
      }
    }
    for (const [account, before] of this.#digestedWei) {
      if (before === account.wei) continue;
      if (before !== 0n) sum.remove(balanceElement(account.address, before));
      if (account.wei !== 0n) sum.add(balanceElement(account.address, account.wei));
    }
    for (const { account, key, value: before } of this.#digestedOdd.values()) {
      const value = account.odd.get(key);
      if (before !== undefined) sum.remove(slotElement(account.address, bytesOfKey(key), before));
      if (value !== undefined) sum.add(slotElement(account.address, bytesOfKey(key), value));
    }
    this.#digestedWei.clear();
    this.#digestedOdd.clear();
    this.kernel.run((kernel) => kernel.digest_slots());
    this.#sum = sum;
    return sum.hex();
  }

  #slotCount({ number }: KernelAccount): number {
    return number === undefined ? 0 : this.kernel.exports.slot_count(number);
  }

  #note(undo: () => void): void {
    this.kernel.run((kernel) => kernel.note());
    this.#undo.push(undo);
  }

  #noteChange(account: KernelAccount, undo: () => void): void {
    const { isChanged } = account;
    account.isChanged = true;
    this.#note(() => {
      account.isChanged = isChanged;
      undo();
    });
  }

  /**
   * A number can be given out again: whatever the kernel's logs say of its slots says that they were zero, as those of an
   * account are that never was more than empty.
   */
  #forgetEmpty(): void {
    for (const account of this.#young) {
      if (account.isChanged || account.isHeld || this.#slotCount(account) > 0) continue;
      const { id, number, words } = account;
      this.#accounts.delete(id);
      // A digest within a call may have counted what was reverted later; the next one takes it away.
      if (this.#digestedWei.get(account) === 0n) this.#digestedWei.delete(account);
      for (const { fields } of this.#snapshots) fields.delete(account);
      const place = placeOf(...words);
      if (this.#recent[place] === account) this.#recent[place] = undefined;
      if (number === undefined) continue;
      this.#byNumber[number] = undefined;
      this.#freeNumbers.push(number);
    }
    this.#young = [];
  }

  #putWei(account: KernelAccount, wei: bigint): void {
    if (this.#sum !== undefined && !this.#digestedWei.has(account)) this.#digestedWei.set(account, account.wei);
    account.wei = wei;
  }

  #putOdd(account: KernelAccount, key: string, value: Uint8Array | undefined): void {
    const id = account.id + key;
    if (this.#sum !== undefined && !this.#digestedOdd.has(id)) {
      this.#digestedOdd.set(id, { account, key, value: account.odd.get(key) });
    }
    putOrDelete(account.odd, key, value);
  }

  /** For the youngest snapshot, once. */
  #keepFields(account: KernelAccount): void {
    const saved = this.#snapshots.at(-1)?.fields;
    if (saved === undefined || saved.has(account)) return;
    const { wei, nonce, codeHash } = account;
    saved.set(account, { wei, nonce, codeHash });
  }

  #writeExchange(key: string, value: Uint8Array | undefined): void {
    const bytes = this.kernel.bytes();
    const at = this.#exchange;
    for (let i = 0; i < WORD_BYTES; i++) bytes[at + i] = key.charCodeAt(i);
    if (value !== undefined) this.kernel.write(at + WORD_BYTES, WORD_BYTES, value);
  }

  #exchangedValue(): Uint8Array {
    return this.kernel.bytes().slice(this.#exchange + WORD_BYTES, this.#exchange + 2 * WORD_BYTES);
  }

  #events(): readonly Event[] {
    const events: Event[] = [];
    const bytes = this.kernel.bytes();
    let at = this.kernel.exports.event_last() >>> 0;
    while (at !== 0) {
      const start = at + eventRecord.sizeBytes;
      const dataStart = start + WORD_BYTES * wordAt(bytes, at + eventRecord.topicCount);
      const topics: Uint8Array[] = [];
      for (let topic = start; topic < dataStart; topic += WORD_BYTES)
        topics.push(bytes.slice(topic, topic + WORD_BYTES));
      const { address } = this.#byNumber[wordAt(bytes, at + eventRecord.account)] as KernelAccount;
      const data = bytes.slice(dataStart, start + wordAt(bytes, at + eventRecord.dataBytes));
      events.push({ address: new Uint8Array(address), topics, data });
      at = wordAt(bytes, at + eventRecord.previous) >>> 0;
    }
    return events.reverse();
  }

  #refuseInTransaction(): void {
    if (this.kernel.exports.change_count() > 0) throw new EngineError('internal', 'a transaction is open');
  }
}

function placeOf(...[a, b, c, d, e]: AddressWords): number {
  return Math.imul(a ^ b ^ c ^ d ^ e, 0x9e3779b1) >>> 22;
}

function newSnapshot(place: number): Snapshot {
  return { place, fields: new Map(), odd: new Map(), modules: [] };
}

function wordAt(bytes: Uint8Array, at: number): number {
  return (
    (bytes[at] as number) |
    ((bytes[at + 1] as number) << 8) |
    ((bytes[at + 2] as number) << 16) |
    ((bytes[at + 3] as number) << 24)
  );
}

/** Whether the kernel can hold a value: it has no other zero than absence. */
function isWord(value: Uint8Array | undefined): boolean {
  return value?.length === WORD_BYTES && value.some((byte) => byte !== 0);
}
