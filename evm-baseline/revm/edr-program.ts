/** The program of the process that EDR runs in. A guest can make EDR panic, and a panic in native code ends its process. */
import { serveWorlds } from '../../processes/serve-worlds.ts';
import { EvmProgram } from '../evm-program.ts';
import { loadEdr } from './edr.ts';
import { RevmWorld } from './revm-world.ts';

await serveWorlds(async () => {
  await loadEdr();
  return {
    description: 'revm, through the provider of @nomicfoundation/edr 0.22.0, prague',
    isMetered: true,
    prepare: async (code) => new EvmProgram('revm', code),
    createWorld: (block) => RevmWorld.create(block),
  };
});
