import type { AccountFields } from '@ethereumjs/common';
import { Account, type Address, bytesToUnprefixedHex, setLengthLeft, unpadBytes } from '@ethereumjs/util';
import { EngineError } from '../engine/errors.ts';
import { keccak256 } from '../engine/kernel/keccak.ts';
import { PlainState } from '../engine/state/plain-state.ts';
import type { StorageEntry } from '../engine/state/storage-entry.ts';
import { keyOfBytes } from '../engine/state/storage-key.ts';
import type { Checkpoint, Account as StateAccount, WorldState } from '../engine/state/world-state.ts';
import type { EvmState } from './evm-state.ts';

const EMPTY: Uint8Array = new Uint8Array(0);

/** For storage that is not empty. Only creations look, and only whether it is the root of nothing (EIP-7610). */
const SOME_ROOT: Uint8Array = new Uint8Array(32).fill(1);

interface Code {
  readonly bytes: Uint8Array;
  readonly hash: Uint8Array;
}

/**
 * @ethereumjs' view of the engine's `WorldState`, so that the EVM reports storage and digests exactly as the other
 * machines do. @ethereumjs' own SimpleStateManager copies every account and slot at each checkpoint, and a benchmark
 * on it would time the size of the state; here a checkpoint is a number.
 *
 * An account that is empty in the sense of EIP-161, and has no storage, is no account. `codeHash` in the state is keccak-256 in hex.
 */
export class WorldStateManager implements EvmState {
  readonly #state: WorldState = new PlainState();
  /** By code hash. Only grows, so that reverting an account's code hash is enough. */
  readonly #codes = new Map<string, Code>();
  readonly #checkpoints: Checkpoint[] = [];
  /** Values before the transaction of the slots it has written, for the gas of SSTORE (EIP-2200). */
  readonly #originals = new Map<string, Uint8Array>();

  readonly originalStorageCache: EvmState['originalStorageCache'] = {
    get: async ({ bytes }, key) => {
      const account = this.#state.account(bytes);
      const slot = keyOfBytes(key);
      return unpadBytes(this.#originals.get(account.id + slot) ?? this.#valueAt(account, slot));
    },
    clear: () => this.#originals.clear(),
  };

  async getAccount({ bytes }: Address): Promise<Account | undefined> {
    const account = this.#state.find(bytes);
    if (account === undefined) return undefined;
    const { nonce, wei } = account;
    const code = this.#codeOf(account);
    const hasStorage = this.#state.hasStorage(account);
    if (nonce === 0n && wei === 0n && code === undefined && !hasStorage) return undefined;
    return new Account(nonce, wei, hasStorage ? SOME_ROOT : undefined, code?.hash);
  }

  /** Takes nonce and balance; code arrives through `putCode` alone. */
  async putAccount(address: Address, account: Account | undefined): Promise<void> {
    if (account === undefined) return this.deleteAccount(address);
    return this.modifyAccountFields(address, { nonce: account.nonce, balance: account.balance });
  }

  async modifyAccountFields({ bytes }: Address, { nonce, balance }: AccountFields): Promise<void> {
    const account = this.#state.account(bytes);
    if (nonce !== undefined && nonce !== account.nonce) this.#state.setNonce(account, nonce);
    if (balance !== undefined && balance !== account.wei) this.#state.setWei(account, balance);
  }

  async deleteAccount(address: Address): Promise<void> {
    await this.modifyAccountFields(address, { nonce: 0n, balance: 0n });
    this.#state.setCodeHash(this.#state.account(address.bytes), undefined);
    await this.clearStorage(address);
  }

  async getCode({ bytes }: Address): Promise<Uint8Array> {
    const account = this.#state.find(bytes);
    return account === undefined ? EMPTY : (this.#codeOf(account)?.bytes ?? EMPTY);
  }

  async getCodeSize(address: Address): Promise<number> {
    return (await this.getCode(address)).length;
  }

  async putCode({ bytes: address }: Address, bytes: Uint8Array): Promise<void> {
    const hash = keccak256(bytes);
    const id = bytesToUnprefixedHex(hash);
    this.#codes.set(id, { bytes, hash });
    this.#state.setCodeHash(this.#state.account(address), bytes.length === 0 ? undefined : id);
  }

  /** Without leading zeros, as @ethereumjs compares values. */
  async getStorage({ bytes }: Address, key: Uint8Array): Promise<Uint8Array> {
    return unpadBytes(this.#valueAt(this.#state.account(bytes), keyOfBytes(key)));
  }

  async putStorage({ bytes }: Address, key: Uint8Array, value: Uint8Array): Promise<void> {
    const account = this.#state.account(bytes);
    this.#write(account, keyOfBytes(key), value.length === 0 ? EMPTY : setLengthLeft(value, 32));
  }

  async clearStorage({ bytes }: Address): Promise<void> {
    const account = this.#state.account(bytes);
    for (const { key } of this.#state.storageEntries(account)) this.#write(account, keyOfBytes(key), EMPTY);
  }

  async checkpoint(): Promise<void> {
    this.#checkpoints.push(this.#state.checkpoint());
  }

  async commit(): Promise<void> {
    this.#endCheckpoint(() => {});
  }

  async revert(): Promise<void> {
    this.#endCheckpoint((checkpoint) => this.#state.revert(checkpoint));
  }

  async abandon(): Promise<void> {
    while (this.#checkpoints.length > 0) await this.revert();
  }

  async storageEntries(address: Uint8Array): Promise<readonly StorageEntry[]> {
    return this.#state.storageEntries(this.#state.account(address));
  }

  async digest(): Promise<string> {
    return this.#state.digest();
  }

  async snapshot(): Promise<number> {
    return this.#state.snapshot();
  }

  async restore(snapshot: number): Promise<boolean> {
    return this.#state.restore(snapshot);
  }

  clearCaches(): void {}

  readonly getStateRoot: () => never = noStateRoot;
  readonly setStateRoot: () => never = noStateRoot;
  readonly hasStateRoot: () => never = noStateRoot;

  shallowCopy(): never {
    throw new EngineError('internal', 'the state of a world is not shared between EVMs');
  }

  #endCheckpoint(end: (checkpoint: Checkpoint) => void): void {
    const checkpoint = this.#checkpoints.pop();
    if (checkpoint === undefined) throw new EngineError('internal', 'no checkpoint to end');
    end(checkpoint);
    if (this.#checkpoints.length > 0) return;
    this.#originals.clear();
    this.#state.endTransaction();
  }

  #codeOf({ codeHash }: StateAccount): Code | undefined {
    return codeHash === undefined ? undefined : this.#codes.get(codeHash);
  }

  #valueAt(account: StateAccount, slot: string): Uint8Array {
    return this.#state.findStorage(account, slot) ?? EMPTY;
  }

  #write(account: StateAccount, slot: string, value: Uint8Array): void {
    const id = account.id + slot;
    if (!this.#originals.has(id)) this.#originals.set(id, this.#valueAt(account, slot));
    this.#state.putStorage(account, slot, value.length === 0 ? undefined : value);
  }
}

function noStateRoot(): never {
  throw new EngineError('internal', 'there is no Merkle state');
}
