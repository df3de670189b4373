import type { HostCost } from '../../schedule.ts';

/**
 * Prices in units of one WebAssembly instruction. Estimates, set beside the Stylus function that does the same work and
 * not measured one by one; chains price these functions in weights of their own, which have nothing to do with ours.
 * Storage writes cost what a cached Stylus word costs with its flush. BLAKE2 is the exception: measured at 5.2 us per
 * 128-byte block in JavaScript, many times what keccak costs in WebAssembly.
 */
const analogy = 'estimate by analogy with the Stylus host functions';
const measured = 'estimate from 5.2 us per 128-byte block, x64, V8 11';

function rows(base: number, perByte: number, names: readonly string[], source: string = analogy): [string, HostCost][] {
  return names.map((name) => [name, { base, perByte, source }]);
}

export const sealHostCosts: Readonly<Record<string, HostCost>> = Object.fromEntries([
  ...rows(80, 0, ['seal0.caller', 'seal0.address', 'seal0.value_transferred', 'seal0.balance']),
  ...rows(80, 0, ['seal0.minimum_balance', 'seal0.gas_left', 'seal0.weight_to_fee', 'seal0.now', 'seal0.block_number']),
  ...rows(80, 1, ['seal0.input', 'seal0.seal_return', 'seal0.debug_message']),
  ...rows(300, 1, ['seal1.get_storage', 'seal1.contains_storage']),
  ...rows(700, 2, ['seal2.set_storage', 'seal1.clear_storage', 'seal0.take_storage']),
  ...rows(300, 2, ['seal0.deposit_event']),
  ...rows(15_000, 120, ['seal0.hash_blake2_128', 'seal0.hash_blake2_256'], measured),
  ...rows(1200, 8, ['seal0.hash_sha2_256', 'seal0.hash_keccak_256']),
  ...rows(300, 0, ['seal0.is_contract', 'seal0.own_code_hash', 'seal0.set_code_hash']),
  ...rows(700, 0, ['seal0.transfer']),
  ...rows(6000, 1, ['seal1.call']),
  ...rows(20_000, 1, ['seal1.instantiate']),
]);
