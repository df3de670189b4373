import { MerkleStateManager } from '@ethereumjs/statemanager';
import { type Account, Address, setLengthLeft } from '@ethereumjs/util';
import { type AccountView, digestAccounts } from '../engine/state/digest.ts';
import type { StorageEntry } from '../engine/state/storage-entry.ts';
import { bytesOfKey, compareKeys, keyOfBytes } from '../engine/state/storage-key.ts';
import type { EvmState } from './evm-state.ts';

/**
 * @ethereumjs' own state, as it comes. Its tries know hashes of keys only, so the keys that were ever written are kept
 * beside it: what they hold is read from the tries. State roots are snapshots, because nothing is pruned.
 */
export class RecordedMerkleState extends MerkleStateManager implements EvmState {
  /** Slots by account, both as map keys. */
  readonly #written = new Map<string, Set<string>>();
  readonly #roots: Uint8Array[] = [];

  override putAccount(address: Address, account: Account | undefined): Promise<void> {
    this.#slotsOf(address.bytes);
    return super.putAccount(address, account);
  }

  override putStorage(address: Address, key: Uint8Array, value: Uint8Array): Promise<void> {
    this.#slotsOf(address.bytes).add(keyOfBytes(key));
    return super.putStorage(address, key, value);
  }

  override async deleteAccount(address: Address): Promise<void> {
    // Left alone, the tries in use would give an account that comes back its old storage.
    if (this.#slotsOf(address.bytes).size > 0) await this.clearStorage(address);
    await super.deleteAccount(address);
  }

  async abandon(): Promise<void> {
    while (this._checkpointCount > 0) await this.revert();
  }

  async storageEntries(address: Uint8Array): Promise<readonly StorageEntry[]> {
    const entries: StorageEntry[] = [];
    for (const slot of [...this.#slotsOf(address)].sort(compareKeys)) {
      const key = bytesOfKey(slot);
      const value = await this.getStorage(new Address(address), key);
      if (value.length > 0) entries.push({ key, value: setLengthLeft(value, 32) });
    }
    return entries;
  }

  async digest(): Promise<string> {
    const views: AccountView[] = [];
    for (const id of this.#written.keys()) {
      const address = bytesOfKey(id);
      const account = await this.getAccount(new Address(address));
      views.push({ address, wei: account?.balance ?? 0n, storage: await this.storageEntries(address) });
    }
    return digestAccounts(views);
  }

  async snapshot(): Promise<number> {
    return this.#roots.push(await this.getStateRoot()) - 1;
  }

  async restore(snapshot: number): Promise<boolean> {
    const root = this.#roots[snapshot];
    if (root === undefined) return false;
    this.#roots.length = snapshot + 1;
    await this.setStateRoot(root);
    return true;
  }

  #slotsOf(address: Uint8Array): Set<string> {
    const id = keyOfBytes(address);
    let slots = this.#written.get(id);
    if (slots === undefined) {
      slots = new Set();
      this.#written.set(id, slots);
    }
    return slots;
  }
}
