import { EngineError } from '../errors.ts';
import { Kernel } from '../kernel/kernel.ts';
import type { Event } from '../outcome.ts';
import type { Schedule } from '../schedule.ts';
import { type KernelAccount, KernelAccounts } from './kernel-accounts.ts';
import { KernelDigest } from './kernel-digest.ts';
import { addKernelEvent, eventsUpTo } from './kernel-events.ts';
import { isSlotKey, isWord, KernelSlots } from './kernel-slots.ts';
import { KernelSnapshots } from './kernel-snapshots.ts';
import type { StorageEntry } from './storage-entry.ts';
import { bytesOfKey, compareKeys, putOrDelete } from './storage-key.ts';
import { type Account, type Checkpoint, EMPTY_ACCOUNTS_KEPT, type KernelBackedState } from './world-state.ts';

type AccountField = 'wei' | 'nonce' | 'codeHash';

/** Limits that the kernel enforces for guests that call it. */
type KernelLimits = Pick<Schedule, 'payloadBytes' | 'events'>;

/**
 * A world whose 32-byte slots, transient storage, events and undo log live in the kernel. Balances, nonces, code and what
 * does not fit in slots stay here. One log orders both: a change out here leaves a note in the kernel's journal, and a
 * revert tells how many notes it took back.
 */
export class KernelState implements KernelBackedState {
  readonly kernel: Kernel = new Kernel();
  readonly #accounts = new KernelAccounts(this.kernel);
  readonly #slots = new KernelSlots(this.kernel);
  readonly #emptyAccountsKept: number;
  /** One step for each note in the kernel's journal. */
  readonly #undo: (() => void)[] = [];
  readonly #oddTransient = new Map<string, Uint8Array>();
  readonly #modules = new Set<string>();
  readonly #snapshots = new KernelSnapshots();
  readonly #digest = new KernelDigest(this.kernel);

  /** @param emptyAccountsKept Fewer than usual for a test. */
  constructor({ payloadBytes, events }: KernelLimits, emptyAccountsKept: number = EMPTY_ACCOUNTS_KEPT) {
    this.#emptyAccountsKept = emptyAccountsKept;
    this.kernel.run((kernel) => kernel.configure(payloadBytes, events));
  }

  get kernelBacked(): this {
    return this;
  }

  account(address: Uint8Array): KernelAccount {
    return this.#accounts.at(address);
  }

  accountOfWords(a: number, b: number, c: number, d: number, e: number): KernelAccount {
    return this.#accounts.ofWords(a, b, c, d, e);
  }

  heldAccount(address: Uint8Array): KernelAccount {
    const account = this.account(address);
    account.isHeld = true;
    return account;
  }

  find(address: Uint8Array): KernelAccount | undefined {
    return this.#accounts.find(address);
  }

  /** Of accounts that are held: for measurements and tests. */
  get accountCount(): number {
    return this.#accounts.count;
  }

  numberOf(account: Account): number {
    return this.#accounts.numberOf(account as KernelAccount);
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
    this.#set(account, 'wei', wei);
  }

  setNonce(account: KernelAccount, nonce: bigint): void {
    this.#set(account, 'nonce', nonce);
  }

  setCodeHash(account: KernelAccount, codeHash: string | undefined): void {
    this.#set(account, 'codeHash', codeHash);
  }

  knowsModule(hash: string): boolean {
    return this.#modules.has(hash);
  }

  learnModule(hash: string): void {
    if (this.#modules.has(hash)) return;
    this.#note(() => this.#modules.delete(hash));
    this.#snapshots.keepModule(hash);
    this.#modules.add(hash);
  }

  hasStorage(account: KernelAccount): boolean {
    return account.odd.size > 0 || this.#slots.count(account.number) > 0;
  }

  findStorage(account: KernelAccount, key: string): Uint8Array | undefined {
    return this.#slots.read('slot_read', account.number, key) ?? account.odd.get(key);
  }

  putStorage(account: KernelAccount, key: string, value: Uint8Array | undefined): void {
    // Logs out here know the account from now on, even if this is taken back.
    account.isHeld = true;
    const word = isSlotKey(key) && isWord(value) ? value : undefined;
    if (word !== undefined || (isSlotKey(key) && this.#slots.count(account.number) > 0)) {
      this.#slots.write('slot_write', this.numberOf(account), key, word);
    }
    const odd = word === undefined ? value : undefined;
    const before = account.odd.get(key);
    if (odd === before) return;
    if (isSlotKey(key)) this.kernel.exports.account_bar(this.numberOf(account));
    this.#note(() => this.#putOdd(account, key, before));
    this.#snapshots.keepOdd(account, key);
    this.#putOdd(account, key, odd);
  }

  storageEntries(account: KernelAccount): readonly StorageEntry[] {
    const { number, odd } = account;
    const entries = [...odd].map(([key, value]) => ({ id: key, key: bytesOfKey(key), value }));
    if (number !== undefined && this.#slots.count(number) > 0) entries.push(...this.#slots.list(number));
    return entries.sort((a, b) => compareKeys(a.id, b.id)).map(({ key, value }) => ({ key, value }));
  }

  findTransient(account: KernelAccount, key: string): Uint8Array | undefined {
    return this.#slots.read('transient_read', account.number, key) ?? this.#oddTransient.get(account.id + key);
  }

  putTransient(account: KernelAccount, key: string, value: Uint8Array | undefined): void {
    account.isHeld = true;
    const word = isSlotKey(key) && isWord(value) ? value : undefined;
    if (isSlotKey(key)) this.#slots.write('transient_write', this.numberOf(account), key, word);
    const id = account.id + key;
    const before = this.#oddTransient.get(id);
    const odd = word === undefined ? value : undefined;
    if (odd === before) return;
    if (isSlotKey(key)) this.kernel.exports.account_bar(this.numberOf(account));
    this.#note(() => putOrDelete(this.#oddTransient, id, before));
    putOrDelete(this.#oddTransient, id, odd);
  }

  get eventCount(): number {
    return this.kernel.exports.event_count();
  }

  addEvent(event: Event): void {
    addKernelEvent(this.kernel, this.numberOf(this.account(event.address)), event);
  }

  /** Frames that a host failure has left open are closed. */
  endTransaction(): readonly Event[] {
    const kernel = this.kernel.exports;
    const events = eventsUpTo(kernel.event_last(), this.kernel, this.#accounts);
    while (kernel.frame_depth() > 0) kernel.frame_close(0);
    kernel.end_transaction();
    this.#forgetTransaction();
    return events;
  }

  endClosedCall(lastEvent: number, isOpen: boolean): readonly Event[] {
    const events = eventsUpTo(lastEvent, this.kernel, this.#accounts);
    if (isOpen) this.kernel.exports.end_transaction();
    this.#forgetTransaction();
    return events;
  }

  #forgetTransaction(): void {
    if (this.#undo.length > 0) this.#undo.length = 0;
    if (this.#oddTransient.size > 0) this.#oddTransient.clear();
    if (this.#accounts.youngCount > this.#emptyAccountsKept) this.#forgetEmpty();
  }

  snapshot(): number {
    this.#refuseInTransaction();
    return this.#snapshots.take(this.kernel.exports.snapshot());
  }

  restore(index: number): boolean {
    this.#refuseInTransaction();
    const place = this.#snapshots.placeOf(index);
    if (place === undefined) return false;
    this.kernel.run((kernel) => kernel.restore(place));
    for (const { fields, odd, modules } of this.#snapshots.dropFrom(index)) {
      for (const [account, { wei, nonce, codeHash }] of fields) {
        this.#put(account, 'wei', wei);
        account.nonce = nonce;
        account.codeHash = codeHash;
      }
      for (const { account, key, value } of odd.values()) this.#putOdd(account, key, value);
      for (const hash of modules) this.#modules.delete(hash);
    }
    this.#snapshots.take(place);
    return true;
  }

  digest(): string {
    return this.#digest.hex(this.#accounts.all());
  }

  #note(undo: () => void): void {
    this.kernel.run((kernel) => kernel.note());
    this.#undo.push(undo);
  }

  #set<F extends AccountField>(account: KernelAccount, field: F, value: KernelAccount[F]): void {
    const { isChanged, [field]: before } = account;
    account.isChanged = true;
    this.#note(() => {
      account.isChanged = isChanged;
      this.#put(account, field, before);
    });
    this.#snapshots.keepFields(account);
    this.#put(account, field, value);
  }

  #forgetEmpty(): void {
    this.#accounts.forgetEmpty(
      ({ number }) => this.#slots.count(number) === 0,
      (account) => {
        this.#digest.forget(account);
        this.#snapshots.forget(account);
      },
    );
  }

  #put<F extends AccountField>(account: KernelAccount, field: F, value: KernelAccount[F]): void {
    if (field === 'wei') this.#digest.keepWei(account);
    account[field] = value;
  }

  #putOdd(account: KernelAccount, key: string, value: Uint8Array | undefined): void {
    this.#digest.keepOdd(account, key);
    putOrDelete(account.odd, key, value);
  }

  #refuseInTransaction(): void {
    if (this.kernel.exports.change_count() > 0) throw new EngineError('internal', 'a transaction is open');
  }
}
