import { checkOptions } from '../engine/argument-checks.ts';
import type { Backend } from '../engine/backend.ts';
import type { Tracer } from '../engine/trace/tracer.ts';
import { tracerOf } from '../engine/trace/tracer-option.ts';
import type { UnguardedBackend } from '../engine/unguarded-backend.ts';
import { guardBackend } from '../engine/world-guard.ts';
import { EvmProgram } from './evm-program.ts';
import type { EvmSetup } from './evm-setup.ts';
import { EvmWorld } from './evm-world.ts';
import { tracedSetup } from './traced-setup.ts';
import { tunedSetup } from './tuned-setup.ts';

/**
 * `evm`, the EVM baseline: the interpreter in JavaScript of `@ethereumjs/evm`, with the rules of mainnet's Prague hardfork,
 * on the engine's state and keccak-256. Gas is the EVM's.
 *
 * @example
 * const evm = await createEvmBackend();
 * const program = await evm.prepare({ name: 'erc20', evm: { initcode: erc20.evmInitcode } });
 * const world = await evm.createWorld();
 * const { outcome } = await world.deploy(program, { deployer, input });
 * console.log(evm.name, outcome.status); // evm success
 */
export async function createEvmBackend(options: EvmBackendOptions = {}): Promise<Backend> {
  return evmBackend(tunedSetup, options);
}

/**
 * `evm-default`: the same interpreter as `createVM()` of `@ethereumjs/vm`, a package that only this one needs, sets it up.
 *
 * @example
 * const evm = await createDefaultEvmBackend();
 * console.log(evm.name, evm.isMetered); // evm-default true
 */
export async function createDefaultEvmBackend(options: EvmBackendOptions = {}): Promise<Backend> {
  return evmBackend((await import('./default-setup.ts')).defaultSetup, options);
}

export interface EvmBackendOptions {
  /** Is told what the EVM does, which then takes longer. Default none. */
  readonly tracer?: Tracer | undefined;
}

function evmBackend(plain: EvmSetup, options: EvmBackendOptions): Backend {
  checkOptions(options, ['tracer']);
  const tracer = tracerOf(options);
  const setup = tracer === undefined ? plain : tracedSetup(plain, tracer);
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
