import { bytesOfKey } from '../state/storage-key.ts';
import type { Account, Checkpoint, WorldState } from '../state/world-state.ts';
import { beginningOf, type TraceLog } from './trace-log.ts';
import type { StorageAccess } from './tracer.ts';

const EMPTY: Uint8Array = new Uint8Array(0);

/** A state whose storage tells who uses it. It has no kernel: guests would get at that without asking. */
export function tracedState(state: WorldState, log: TraceLog): WorldState {
  const tell = (kind: StorageAccess['kind'], account: Account, key: string, value: Uint8Array | undefined): void => {
    const bytes = value ?? EMPTY;
    const address = new Uint8Array(account.address);
    log.tell({
      kind,
      depth: log.depth,
      address,
      key: bytesOfKey(key),
      value: beginningOf(bytes),
      valueBytes: bytes.length,
    });
  };
  return {
    kernelBacked: undefined,
    account: (address) => state.account(address),
    find: (address) => state.find(address),
    checkpoint: () => state.checkpoint(),
    revert: (to: Checkpoint) => state.revert(to),
    setWei: (account, wei) => state.setWei(account, wei),
    setNonce: (account, nonce) => state.setNonce(account, nonce),
    setCodeHash: (account, codeHash) => state.setCodeHash(account, codeHash),
    knowsModule: (hash) => state.knowsModule(hash),
    learnModule: (hash) => state.learnModule(hash),
    hasStorage: (account) => state.hasStorage(account),
    getStorage: (account, key) => {
      const value = state.getStorage(account, key);
      tell('load', account, key, value);
      return value;
    },
    setStorage: (account, key, value) => {
      tell('store', account, key, value);
      state.setStorage(account, key, value);
    },
    findStorage: (account, key) => {
      const value = state.findStorage(account, key);
      tell('load', account, key, value);
      return value;
    },
    putStorage: (account, key, value) => {
      tell('store', account, key, value);
      state.putStorage(account, key, value);
    },
    storageEntries: (account) => state.storageEntries(account),
    getTransient: (account, key) => {
      const value = state.getTransient(account, key);
      tell('transient load', account, key, value);
      return value;
    },
    setTransient: (account, key, value) => {
      tell('transient store', account, key, value);
      state.setTransient(account, key, value);
    },
    get eventCount() {
      return state.eventCount;
    },
    addEvent: (event) => state.addEvent(event),
    endTransaction: () => state.endTransaction(),
    snapshot: () => state.snapshot(),
    restore: (snapshot) => state.restore(snapshot),
    digest: () => state.digest(),
  };
}
