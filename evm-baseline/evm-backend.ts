import type { Backend } from '../engine/backend.ts';
import { guardBackend, type UnguardedBackend } from '../engine/world-guard.ts';
import { EvmProgram } from './evm-program.ts';
import type { EvmSetup } from './evm-setup.ts';
import { EvmWorld } from './evm-world.ts';
import { tunedSetup } from './tuned-setup.ts';

/**
 * The EVM baseline, `evm`: @ethereumjs, an interpreter in JavaScript, with the rules of mainnet's Prague hardfork, on the
 * engine's state and keccak-256.
 */
export async function createEvmBackend(): Promise<Backend> {
  return evmBackend(tunedSetup);
}

/** `evm-default`: the same interpreter as @ethereumjs/vm, a package that only this one needs, sets it up. */
export async function createDefaultEvmBackend(): Promise<Backend> {
  return evmBackend((await import('./default-setup.ts')).defaultSetup);
}

function evmBackend(setup: EvmSetup): Backend {
  const { name, description } = setup;
  const backend: UnguardedBackend = {
    name,
    description,
    isMetered: true,
    prepare: async (code) => new EvmProgram(name, code),
    createWorld: (block) => EvmWorld.create(setup, block),
  };
  return guardBackend(backend, { isSynchronous: false });
}
