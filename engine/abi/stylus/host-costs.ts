import type { HostCost } from '../../schedule.ts';

/**
 * Prices in units of one WebAssembly instruction, about a third of a nanosecond on V8's optimising tier. Bases follow
 * what was measured on x64: a crossing 5 to 6 ns, a storage look-up by a 32-byte key 50 to 60 ns, keccak-256 in
 * WebAssembly about 2.5 ns per byte with at least one 136-byte block, a contract call about a microsecond.
 */
const measured = 'estimate from measured times on x64, V8 11 to 13';

function rows(base: number, perByte: number, names: readonly string[]): [string, HostCost][] {
  return names.map((name) => [`vm_hooks.${name}`, { base, perByte, source: measured }]);
}

export const stylusHostCosts: Readonly<Record<string, HostCost>> = Object.fromEntries([
  ...rows(40, 0, ['block_gas_limit', 'block_number', 'block_timestamp', 'chainid', 'evm_gas_left', 'evm_ink_left']),
  ...rows(40, 0, ['tx_ink_price', 'msg_reentrant', 'return_data_size', 'pay_for_memory_grow', 'exit_early']),
  ...rows(60, 0, ['block_basefee', 'block_coinbase', 'tx_gas_price', 'tx_origin']),
  ...rows(60, 0, ['msg_sender', 'msg_value', 'contract_address']),
  ...rows(60, 1, ['read_args', 'write_result', 'read_return_data']),
  ...rows(300, 0, ['storage_load_bytes32', 'transient_load_bytes32']),
  ...rows(300, 0, ['storage_cache_bytes32', 'transient_store_bytes32']),
  // "Bytes" of a flush are the words written.
  ...rows(100, 300, ['storage_flush_cache']),
  ...rows(300, 2, ['emit_log']),
  ...rows(1200, 8, ['native_keccak256', 'account_codehash']),
  ...rows(300, 0, ['account_balance', 'account_code_size']),
  ...rows(300, 1, ['account_code']),
  ...rows(500, 0, ['math_div', 'math_mod', 'math_add_mod', 'math_mul_mod']),
  ...rows(20_000, 0, ['math_pow']),
  ...rows(6000, 1, ['call_contract', 'static_call_contract', 'delegate_call_contract']),
  ...rows(20_000, 1, ['create1', 'create2']),
]);
