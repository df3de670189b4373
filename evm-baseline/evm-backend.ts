import type { Backend } from '../engine/backend.ts';
import { defaultBlock } from '../engine/context.ts';
import { EngineError } from '../engine/errors.ts';
import { EvmProgram } from './evm-program.ts';
import { EvmWorld, type Keccak256 } from './evm-world.ts';

export interface EvmBackendOptions {
  /** In place of @ethereumjs' own keccak-256, which is plain JavaScript (@noble/hashes). */
  readonly keccak256?: Keccak256;
}

/**
 * The EVM baseline: @ethereumjs, an interpreter in JavaScript, with the rules of mainnet's Prague hardfork. With a
 * keccak-256 of the caller's it is called `evm-tuned`.
 */
export async function createEvmBackend(options: EvmBackendOptions = {}): Promise<Backend> {
  const { keccak256 } = options;
  const name = keccak256 === undefined ? 'evm' : 'evm-tuned';
  return {
    name,
    description: `@ethereumjs/evm 10.1.3, prague${keccak256 === undefined ? '' : ', other keccak-256'}`,
    isMetered: true,
    prepare: async (code) => {
      if (code.evm === undefined) throw new EngineError('no-code', `${code.name} has no EVM creation code`);
      return new EvmProgram(name, code.name, code.evm.initcode);
    },
    createWorld: (block = defaultBlock) => EvmWorld.create(name, keccak256, block),
  };
}
