import type { Backend } from '../../engine/backend.ts';
import type { BlockContext } from '../../engine/context.ts';
import type { UnguardedBackend, UnguardedWorld } from '../../engine/unguarded-backend.ts';
import { guardBackend } from '../../engine/world-guard.ts';
import { ChildLost } from '../../processes/child-process.ts';
import { sentWorld } from '../../processes/sent-world.ts';
import { SentProgram, type WorldProcess } from '../../processes/world-process.ts';
import type { OpenedMachine } from '../../processes/world-requests.ts';
import { EvmProgram } from '../evm-program.ts';
import { releaseEdrProcess, startEdrProcess, takeEdrProcess } from './edr-process.ts';

/**
 * `revm`: the EVM in Rust, with the rules of mainnet's Prague hardfork, behind the provider of EDR. Each world is in a process of its
 * own, because a guest can end it: then the call in flight and all later ones reject with EngineError `machine-lost`. Gas is
 * counted as on `evm`.
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
  const { description, isMetered } = await describeEdr();
  const backend: UnguardedBackend = {
    name: 'revm',
    description,
    isMetered,
    prepare: async (code) => {
      const { name, initcode } = new EvmProgram('revm', code);
      return SentProgram.of('revm', { name, evm: { initcode } });
    },
    createWorld: createRevmWorld,
  };
  return guardBackend(backend, { isSynchronous: false });
}

async function describeEdr(): Promise<OpenedMachine> {
  const process = takeEdrProcess();
  try {
    const described = await process.opened;
    await releaseEdrProcess(process);
    return described;
  } catch (error) {
    await process.end();
    throw error;
  }
}

/** Gives up the process of a world that nobody closed. */
const abandoned = new FinalizationRegistry<() => Promise<void>>((close) => void close().catch(() => {}));

async function createRevmWorld(block: BlockContext): Promise<UnguardedWorld> {
  const taken = takeEdrProcess();
  const [process, id] = await open(taken, block).catch((error: unknown) => {
    // One that was idle may have ended before anybody here heard of it.
    if (error instanceof ChildLost) return open(startEdrProcess(), block);
    throw error;
  });
  const close = async (): Promise<void> => {
    await process.close(id);
    await releaseEdrProcess(process);
  };
  const world = sentWorld(process, id, async () => {
    abandoned.unregister(process);
    await close();
  });
  abandoned.register(world, close, process);
  return world;
}

async function open(process: WorldProcess, block: BlockContext): Promise<readonly [WorldProcess, number]> {
  try {
    await process.opened;
    return [process, await process.createWorld(block)];
  } catch (error) {
    await releaseEdrProcess(process);
    throw error;
  }
}
