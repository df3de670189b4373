import { equalBytes } from '../../bytes.ts';
import type { Frame } from '../../frame.ts';
import { GuestTrap } from '../../guest-exit.ts';
import { readBytes, writeBytes } from '../../guest-memory.ts';
import { TrapCode } from '../../outcome.ts';
import { keyOfBytes } from '../../state/storage-key.ts';
import { type HostFunction, hostFunction } from '../host-function.ts';
import { vmHook } from './vm-hook.ts';

const EMPTY: Uint8Array = new Uint8Array(0);
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
    const id = keyOfBytes(readBytes(frame.memory, key, 32));
    writeWord(frame, dest, frame.storageCache.get(id) ?? loadWord(frame, id));
  }),
  hostFunction(vmHook('storage_cache_bytes32', ['i32', 'i32'], undefined), (frame, key, value) => {
    const id = keyOfBytes(readBytes(frame.memory, key, 32));
    frame.storageCache.set(id, readWord(frame, value));
  }),
  hostFunction(
    {
      ...vmHook('storage_flush_cache', ['i32'], undefined),
      pricedBytes: (frame) => (frame.message.isStatic ? 0 : frame.storageCache.size),
    },
    (frame, clear) => {
      if (frame.message.isStatic) flushNothing(frame, clear !== 0);
      else for (const [id, value] of frame.storageCache) frame.state.setStorage(frame.account, id, value);
      frame.storageCache.clear();
    },
  ),
  hostFunction(vmHook('transient_load_bytes32', ['i32', 'i32'], undefined), (frame, key, dest) => {
    const id = keyOfBytes(readBytes(frame.memory, key, 32));
    writeWord(frame, dest, frame.state.getTransient(frame.account, id));
  }),
  hostFunction(vmHook('transient_store_bytes32', ['i32', 'i32'], undefined), (frame, key, value) => {
    refuseInStaticCall(frame);
    const id = keyOfBytes(readBytes(frame.memory, key, 32));
    frame.state.setTransient(frame.account, id, readWord(frame, value));
  }),
];

/** A static frame remembers what it has loaded: writing that is no write. */
function loadWord(frame: Frame, id: string): Uint8Array {
  const word = frame.state.getStorage(frame.account, id);
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

function refuseInStaticCall(frame: Frame): void {
  if (frame.message.isStatic) throw new GuestTrap(TrapCode.StaticCallViolation);
}

/** Zero is the absence of a value, as on the EVM. */
function readWord(frame: Frame, pointer: number): Uint8Array {
  const word = readBytes(frame.memory, pointer, 32);
  return word.every((byte) => byte === 0) ? EMPTY : word;
}

function writeWord(frame: Frame, pointer: number, word: Uint8Array): void {
  writeBytes(frame.memory, pointer, word.length === 0 ? ZERO_WORD : word);
}
