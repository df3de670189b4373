import { createCustomCommon, Hardfork, Mainnet } from '@ethereumjs/common';
import { createEVM } from '@ethereumjs/evm';
import { keccak256 } from '../engine/kernel/keccak.ts';
import type { EvmSetup } from './evm-setup.ts';
import { pointEvaluationCrypto } from './point-evaluation-crypto.ts';
import { WorldStateManager } from './world-state-manager.ts';

/** The state is the engine's, keccak-256 its WebAssembly: what is left to time is @ethereumjs' interpreter. */
export const tunedSetup: EvmSetup = {
  name: 'evm',
  description: '@ethereumjs/evm 10.1.3, prague, state in maps, keccak-256 in WebAssembly',
  createState: () => new WorldStateManager(),
  createEvm: (stateManager, chainId) => {
    const options = { hardfork: Hardfork.Prague, customCrypto: { ...pointEvaluationCrypto, keccak256 } };
    return createEVM({ common: createCustomCommon({ chainId: String(chainId) }, Mainnet, options), stateManager });
  },
};
