import { deepFreeze } from '../../../metering/deep-freeze.ts';
import type { GuestAbi } from '../guest-abi.ts';
import { callFunctions } from './calls.ts';
import { environmentFunctions } from './environment.ts';
import { hashFunctions } from './hashing.ts';
import { inputOutputFunctions } from './input-output.ts';
import { storageFunctions } from './storage.ts';

/**
 * ink! contracts up to version 5: the stable host functions of pallet-contracts that published contracts import, by the
 * exact name and version that ink! 4 and 5 link. Others are absent, and a module that imports one is refused.
 * https://docs.rs/pallet-contracts-uapi
 *
 * Where this differs from a chain: account ids stand for 20-byte addresses (`account-id.ts`), code hashes are SHA-256,
 * there is no existential or storage deposit, a callee gets at most 63/64 of the gas (EIP-150).
 *
 * @example
 * const { entryPoints, memory } = moduleInterfaceOf(sealAbi);
 * console.log(memory.kind, entryPoints.map(({ name }) => name).join()); // imported call,deploy
 */
export const sealAbi: GuestAbi = deepFreeze({
  name: 'ink',
  memory: { kind: 'imported', module: 'env', name: 'memory' },
  call: { name: 'call', params: [], results: [], isRequired: true },
  deploy: { name: 'deploy', params: [], results: [], isRequired: true },
  hostFunctions: [
    ...inputOutputFunctions,
    ...storageFunctions,
    ...hashFunctions,
    ...callFunctions,
    ...environmentFunctions,
  ],
  entryArguments: () => [],
  /** A contract that ends without `seal_return` succeeds with nothing to say. */
  readReturn: (frame) => ({ status: 'success', output: frame.output }),
});
