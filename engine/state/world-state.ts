import type { Kernel } from '../kernel/kernel.ts';
import type { Event } from '../outcome.ts';
import type { StorageEntry } from './storage-entry.ts';

/** One account. Change it only through `WorldState`, which can then undo the change. */
export interface Account {
  readonly address: Uint8Array;
  /** The address as a map key. */
  readonly id: string;
  readonly wei: bigint;
  readonly nonce: bigint;
  /** SHA-256 of the module (hex), or undefined for an account without code. */
  readonly codeHash: string | undefined;
}

/** Accounts without anything in them that are remembered for a while, as those who call often are. */
export const EMPTY_ACCOUNTS_KEPT = 1024;

/** A place in the undo log. */
export type Checkpoint = number;

/**
 * Accounts and their storage with everything that a transaction needs to be undone. Storage keys are strings as
 * `storage-key.ts` makes them. Accounts are those that this state has handed out.
 *
 * Two implementations behave alike: `PlainState`, in JavaScript and easy to follow, and `KernelState`, whose slots live where
 * WebAssembly reaches them. Another one may read from a store when it is asked, and write when a transaction ends.
 */
export interface WorldState {
  /** This state as machines see it that link guests to its kernel. Undefined for a state without one. @internal */
  readonly kernelBacked: KernelBackedState | undefined;

  /** For what may change: an account that stays empty is forgotten some time after the transaction, so hold none beyond it. */
  account(address: Uint8Array): Account;
  /** To look something up: undefined for an account of which nothing is known, and which is as good as empty. */
  find(address: Uint8Array): Account | undefined;

  checkpoint(): Checkpoint;
  /** Takes back all that came after; checkpoints taken since are then void. */
  revert(to: Checkpoint): void;

  setWei(account: Account, wei: bigint): void;
  setNonce(account: Account, nonce: bigint): void;
  setCodeHash(account: Account, codeHash: string | undefined): void;

  /** Whether contracts may create instances of a module: it was deployed, or is being deployed. By SHA-256 (hex). */
  knowsModule(hash: string): boolean;
  learnModule(hash: string): void;

  hasStorage(account: Account): boolean;
  /** Undefined where nothing is stored, which an empty value is not. */
  findStorage(account: Account, key: string): Uint8Array | undefined;
  /** Undefined clears the slot. The state may keep `value`: hand over bytes that nobody changes. */
  putStorage(account: Account, key: string, value: Uint8Array | undefined): void;
  /** All that is stored, in byte order of the keys. */
  storageEntries(account: Account): readonly StorageEntry[];

  /** Transient storage (EIP-1153) lives until the end of the outermost call. */
  findTransient(account: Account, key: string): Uint8Array | undefined;
  putTransient(account: Account, key: string, value: Uint8Array | undefined): void;

  readonly eventCount: number;
  addEvent(event: Event): void;

  /** Ends an outermost call: hands out its events, drops transient storage, and makes its checkpoints void. */
  endTransaction(): readonly Event[];

  /**
   * Index of a new snapshot of everything but events and transient storage, which are empty between calls.
   *
   * @throws EngineError `internal` within a transaction.
   */
  snapshot(): number;
  /**
   * Back to a snapshot, which stays; later ones are dropped. Returns false for one that does not exist (any more).
   *
   * @throws EngineError `internal` within a transaction.
   */
  restore(snapshot: number): boolean;

  /** See `digest.ts`. */
  digest(): string;
}

/**
 * A state whose slots, transient storage, events and journal lie in a kernel. A change outside the kernel leaves a note in the
 * kernel's journal.
 */
export interface KernelBackedState extends WorldState {
  readonly kernel: Kernel;
  /** The kernel's number of an account of this state. */
  numberOf(account: Account): number;
  /** The account of an address given as WebAssembly hands it over: five i32, as they lie in memory. */
  accountOfWords(a: number, b: number, c: number, d: number, e: number): Account;
  /** An account that is never forgotten. */
  heldAccount(address: Uint8Array): Account;
  /** Takes back what the kernel has said belongs to a revert: see `frame_close`. */
  undoNotes(count: number): void;
  /** As `endTransaction`, of a call that the kernel has closed; both parameters are as `call_close` has left them: see `endedCall`. */
  endClosedCall(lastEvent: number, isOpen: boolean): readonly Event[];
}

/** Where a transaction of a state with a kernel begins. */
export const TRANSACTION_START: Checkpoint = 0;
