import { createCustomCommon, Hardfork, Mainnet } from '@ethereumjs/common';
import { createVM } from '@ethereumjs/vm';
import type { EvmSetup } from './evm-setup.ts';
import { pointEvaluationCrypto } from './point-evaluation-crypto.ts';
import { RecordedMerkleState } from './recorded-merkle-state.ts';

/** As `createVM()` of @ethereumjs/vm sets itself up: state in Merkle tries in memory, no caches, keccak-256 in JavaScript. */
export const defaultSetup: EvmSetup = {
  name: 'evm-default',
  description: '@ethereumjs/vm 10.1.3, prague, as createVM() sets it up',
  createState: () => new RecordedMerkleState(),
  createEvm: async (stateManager, chainId) => {
    const common = createCustomCommon({ chainId: String(chainId) }, Mainnet, {
      hardfork: Hardfork.Prague,
      customCrypto: pointEvaluationCrypto,
    });
    return (await createVM({ common, stateManager })).evm;
  },
};
