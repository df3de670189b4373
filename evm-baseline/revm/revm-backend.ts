import type { Backend } from '../../engine/backend.ts';
import { guardBackend, type UnguardedBackend } from '../../engine/world-guard.ts';
import { EvmProgram } from '../evm-program.ts';
import { checkEdr, RemoteWorld } from './remote-world.ts';

/**
 * `revm`: the EVM in Rust, with the rules of mainnet's Prague hardfork, behind the provider of EDR. Each world is in a process of its
 * own, because a guest can end it. Gas is counted as on `evm`.
 *
 * @throws EngineError `backend-unavailable` where EDR is not installed.
 *
 * @example
 * const revm = await createRevmBackend();
 * const world = await revm.createWorld();
 * console.log(revm.name, await world.balanceOf(bob)); // revm 0n
 * await world.close();
 */
export async function createRevmBackend(): Promise<Backend> {
  await checkEdr();
  const backend: UnguardedBackend = {
    name: 'revm',
    description: 'revm, through the provider of @nomicfoundation/edr 0.22.0, prague',
    isMetered: true,
    prepare: async (code) => new EvmProgram('revm', code),
    createWorld: (block) => RemoteWorld.create(block),
  };
  return guardBackend(backend, { isSynchronous: false });
}
