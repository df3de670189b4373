import type { Backend } from '../../engine/backend.ts';
import { defaultGasLimit } from '../../engine/context.ts';
import type { Contender } from '../agreement/run-sequence.ts';
import { gasUnitOf, mostGasOf } from './register.ts';

/**
 * Machines in the order given; those that count gas alike are held to the same gas.
 *
 * @example
 * const machines = [createWasmBackend(), createReferenceBackend(), await createEvmBackend()];
 * const contenders = contendersOf(machines);
 * console.log(contenders.map(({ gasUnit }) => gasUnit)); // [ 'wasm', 'wasm', 'evm' ]
 */
export function contendersOf(backends: readonly Backend[]): readonly Contender[] {
  const gasLimit = gasLimitAmong(backends);
  return backends.map((backend) => {
    const gasUnit = gasUnitOf(backend.name);
    return { backend, gasLimit, ...(gasUnit !== undefined && { gasUnit }) };
  });
}

/**
 * For a call that names none. Where all count alike, what each of them can give it, since contracts can see what is left. It
 * may be too little for a call that machines with another unit end.
 */
export function gasLimitAmong(backends: readonly Backend[]): bigint {
  const units = new Set(backends.map(({ name }) => gasUnitOf(name)));
  if (units.size > 1) return defaultGasLimit;
  const limits = [defaultGasLimit, ...backends.map(({ name }) => mostGasOf(name) ?? defaultGasLimit)];
  return limits.find((limit) => limits.every((other) => limit <= other)) as bigint;
}
