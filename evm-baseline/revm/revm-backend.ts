import type { Backend } from '../../engine/backend.ts';
import type { UnguardedBackend } from '../../engine/unguarded-backend.ts';
import { guardBackend } from '../../engine/world-guard.ts';
import { mostDeadlineMs } from '../../processes/asked-child.ts';
import type { ChildCommand } from '../../processes/child-process.ts';
import { nodeCommand } from '../../processes/node-command.ts';
import { WorldHost } from '../../processes/world-host.ts';
import { sentProgram } from '../../processes/world-process.ts';
import { EvmProgram } from '../evm-program.ts';

/**
 * EDR's record of a call grows with its instructions and with the data of its inner calls, so a guest can ask for more memory
 * than there is. Beyond this, in KiB of writable memory, the process ends. Node and EDR begin with 65 MB.
 */
const MEMORY_KIB = 12 << 20;
/** No more memory than that, no core dumps, and first in line when the system runs out of memory. */
const LIMITED = `ulimit -c 0; ulimit -d ${MEMORY_KIB}; echo 1000 > /proc/self/oom_score_adj; exec "$@"`;

function edrCommand(): ChildCommand {
  const { what, binary, args } = nodeCommand('the process of revm', new URL('./edr-program.ts', import.meta.url));
  return { what, binary: '/bin/sh', args: ['-c', LIMITED, 'sh', binary, ...args] };
}

/** Of all backends: starting a process takes longer than most of what worlds are made for. */
let host: WorldHost | undefined;

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
  host ??= new WorldHost({ command: edrCommand(), machine: 'revm', deadlineMs: mostDeadlineMs, mostWorlds: 1 });
  const worlds = host;
  const { description, isMetered } = await worlds.describe();
  const backend: UnguardedBackend = {
    name: 'revm',
    description,
    isMetered,
    prepare: async (code) => {
      const { name, initcode } = new EvmProgram('revm', code);
      return sentProgram('revm', { name, evm: { initcode } });
    },
    createWorld: (block) => worlds.createWorld(block),
  };
  return guardBackend(backend, { isSynchronous: false });
}
