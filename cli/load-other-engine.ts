import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { InputRejected } from '../contracts/input-rejected.ts';
import type { GuestAbi } from '../engine/abi/guest-abi.ts';
import type { Backend, ContractCode } from '../engine/backend.ts';
import type { Schedule } from '../engine/schedule.ts';
import type { createWasmBackend } from '../engine/wasm-backend.ts';

interface Engine {
  readonly createWasmBackend: typeof createWasmBackend;
  readonly flatV1Schedule: Schedule;
  readonly stylusAbi: GuestAbi;
}

/**
 * The `wasm` machine of another checkout of this repository, beside our own in one process: its engine, with its schedule and ABI.
 *
 * @throws InputRejected for a folder without an engine that can be loaded.
 */
export async function loadOtherEngine(directory: string): Promise<Backend> {
  const entry = join(resolve(directory), 'engine/index.ts');
  let other: Partial<Engine>;
  try {
    other = (await import(pathToFileURL(entry).href)) as Partial<Engine>;
  } catch (error) {
    const [reason] = String(error instanceof Error ? error.message : error).split('\n');
    throw new InputRejected(`--against ${directory}`, `no engine that can be loaded (${reason})`);
  }
  const { createWasmBackend: create, flatV1Schedule, stylusAbi } = other;
  if (create === undefined || flatV1Schedule === undefined || stylusAbi === undefined) {
    throw new InputRejected(
      `--against ${directory}`,
      `its engine has no createWasmBackend, flatV1Schedule and stylusAbi`,
    );
  }
  const backend = create({ schedule: flatV1Schedule });
  return {
    name: backend.name,
    description: backend.description,
    isMetered: backend.isMetered,
    createWorld: (block) => backend.createWorld(block),
    prepare: ({ wasm, ...rest }: ContractCode) =>
      backend.prepare(wasm === undefined ? rest : { ...rest, wasm: { bytes: wasm.bytes, abi: stylusAbi } }),
  };
}
