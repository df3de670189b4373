import type { Backend } from '../../engine/backend.ts';
import { defaultGasLimit } from '../../engine/context.ts';
import type { Contender } from '../agreement/run-sequence.ts';
import { gasUnitOf } from './register.ts';

/**
 * Machines in the order given; those that count gas alike are held to the same gas.
 *
 * @example
 * const machines = [createWasmBackend(), createReferenceBackend(), await createEvmBackend()];
 * const contenders = contendersOf(machines);
 * console.log(contenders.map(({ gasUnit }) => gasUnit)); // [ 'wasm', 'wasm', 'evm' ]
 */
export function contendersOf(backends: readonly Backend[]): readonly Contender[] {
  return backends.map((backend) => {
    const gasUnit = gasUnitOf(backend.name);
    return { backend, gasLimit: defaultGasLimit, ...(gasUnit !== undefined && { gasUnit }) };
  });
}
