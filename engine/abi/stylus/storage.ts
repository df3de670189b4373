import { equalBytes } from '../../bytes.ts';
import type { Frame } from '../../frame.ts';
import { GuestTrap } from '../../guest-exit.ts';
import { readBytes, writeBytes } from '../../guest-memory.ts';
import { TrapCode } from '../../outcome.ts';
import { keyOfBytes } from '../../state/storage-key.ts';
import { refuseInStaticCall } from '../frame-checks.ts';
import { type HostFunction, hostFunction } from '../host-function.ts';
import { vmHook } from './vm-hook.ts';

const ZERO_WORD: Uint8Array = new Uint8Array(32);

/**
 * Storage of 32-byte words. Writes wait in the frame's cache until they are flushed; what is not flushed when the call
 * ends is lost. A flush empties the cache whether or not the guest asks for it, so that a cached word can never be
 * older than the state, which is what SLOAD and SSTORE promise.
 *
 * A static frame may write to its cache, and may flush words that it knows to be as they were: only a flush that has
 * something to write traps, as on Nitro (OffchainLabs/nitro, arbitrator/arbutil/src/evm/storage.rs).
 */
export const storageFunctions: readonly HostFunction[] = [
  hostFunction(vmHook('storage_load_bytes32', ['i32', 'i32'], undefined), (frame, key, dest) => {
    const id = readKey(frame, key);
    writeBytes(frame.memory, dest, frame.storageCache.get(id) ?? loadWord(frame, id));
  }),
  hostFunction(vmHook('storage_cache_bytes32', ['i32', 'i32'], undefined), (frame, key, value) => {
    frame.storageCache.set(readKey(frame, key), readBytes(frame.memory, value, 32));
  }),
  hostFunction(
    vmHook('storage_flush_cache', ['i32'], undefined, ({ message, storageCache }) => {
      return message.isStatic ? 0 : storageCache.size;
    }),
    (frame, clear) => {
      if (frame.message.isStatic) flushNothing(frame, clear !== 0);
      else for (const [id, value] of frame.storageCache) frame.state.putStorage(frame.account, id, stored(value));
      frame.storageCache.clear();
    },
  ),
  hostFunction(vmHook('transient_load_bytes32', ['i32', 'i32'], undefined), (frame, key, dest) => {
    writeBytes(frame.memory, dest, frame.state.findTransient(frame.account, readKey(frame, key)) ?? ZERO_WORD);
  }),
  hostFunction(vmHook('transient_store_bytes32', ['i32', 'i32'], undefined), (frame, key, value) => {
    refuseInStaticCall(frame);
    frame.state.putTransient(frame.account, readKey(frame, key), stored(readBytes(frame.memory, value, 32)));
  }),
];

/** A static frame remembers what it has loaded: writing that is no write. */
function loadWord(frame: Frame, id: string): Uint8Array {
  const found = frame.state.findStorage(frame.account, id) ?? ZERO_WORD;
  // An empty value is one of another ABI's, and nothing to this one.
  const word = found.length === 0 ? ZERO_WORD : found;
  if (frame.message.isStatic) frame.loadedWords.set(id, word);
  return word;
}

/** Traps if there is something to write. Clearing the cache forgets what was loaded. */
function flushNothing(frame: Frame, isCleared: boolean): void {
  for (const [id, value] of frame.storageCache) {
    const loaded = frame.loadedWords.get(id);
    if (loaded === undefined || !equalBytes(loaded, value)) throw new GuestTrap(TrapCode.StaticCallViolation);
  }
  if (isCleared) frame.loadedWords.clear();
}

function readKey(frame: Frame, pointer: number): string {
  return keyOfBytes(readBytes(frame.memory, pointer, 32));
}

/** Zero is the absence of a value, as on the EVM. */
function stored(word: Uint8Array): Uint8Array | undefined {
  return word.every((byte) => byte === 0) ? undefined : word;
}
