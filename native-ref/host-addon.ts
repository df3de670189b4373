import { copyFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { isMainThread, threadId } from 'node:worker_threads';
import { EngineError } from '../engine/errors.ts';

declare const handle: unique symbol;

/** C++ objects that live as long as JavaScript holds them. */
export type ProgramHandle = { readonly [handle]: 'program' };
export type WorldHandle = { readonly [handle]: 'world' };
type BatchHandle = { readonly [handle]: 'batch' };

/** Runs one of the EVM's precompiles, by number from 1 on: trap code (1 byte, 0 for none) and output. */
type NativePrecompiles = (number: number, input: Uint8Array) => Uint8Array;

/** The functions of `host/addon.cpp`, which trusts its arguments. Byte formats: `wire.ts`. */
export interface HostAddon {
  loadProgram(path: Uint8Array, id: Uint8Array, code: Uint8Array): ProgramHandle;
  createWorld(callDepth: number, payloadBytes: number, events: number, precompiles: NativePrecompiles): WorldHandle;
  closeWorld(world: WorldHandle): void;
  setBlock(world: WorldHandle, block: Uint8Array): void;
  setBalance(world: WorldHandle, addressAndWei: Uint8Array): void;
  /** Of one account, or of all if `address` is empty. */
  readState(world: WorldHandle, address: Uint8Array): Uint8Array;
  deploy(world: WorldHandle, program: ProgramHandle, message: Uint8Array): Uint8Array;
  callMany(world: WorldHandle, messages: Uint8Array): Uint8Array;
  loadBatch(messages: Uint8Array): BatchHandle;
  runBatch(world: WorldHandle, batch: BatchHandle): Uint8Array;
  snapshot(world: WorldHandle): number;
  restore(world: WorldHandle, snapshot: number): boolean;
}

/** @throws EngineError `backend-unavailable` if the system refuses the addon. */
export function loadHostAddon(file: string): HostAddon {
  try {
    return createRequire(import.meta.url)(file) as HostAddon;
  } catch (error) {
    throw new EngineError('backend-unavailable', `the native host ${file} does not load`, { cause: error });
  }
}

/**
 * Loads a contract's shared object. A contract has static memory, which one thread alone may use: a worker therefore
 * loads a copy, which the system keeps apart because it is another file.
 */
export async function loadProgram(
  addon: HostAddon,
  file: string,
  id: Uint8Array,
  code: Uint8Array,
): Promise<ProgramHandle> {
  const ownFile = isMainThread ? file : `${file}.${process.pid}.${threadId}`;
  if (ownFile !== file) await copyFile(file, ownFile);
  try {
    return addon.loadProgram(new TextEncoder().encode(ownFile), id, code);
  } catch (error) {
    throw new EngineError('bad-argument', `the native contract ${file} does not load`, { cause: error });
  } finally {
    if (ownFile !== file) await rm(ownFile);
  }
}
