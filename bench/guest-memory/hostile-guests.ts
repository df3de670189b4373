/** Texts of guests that are cheap in gas and could be dear in time or memory. */

const IMPORTS = `
  (import "vm_hooks" "read_args" (func $read_args (param i32)))
  (import "vm_hooks" "exit_early" (func $exit_early (param i32)))
  (import "vm_hooks" "contract_address" (func $contract_address (param i32)))
  (import "vm_hooks" "account_balance" (func $account_balance (param i32 i32)))
  (import "vm_hooks" "account_code_size" (func $account_code_size (param i32) (result i32)))
  (import "vm_hooks" "account_codehash" (func $account_codehash (param i32 i32)))
  (import "vm_hooks" "storage_load_bytes32" (func $storage_load (param i32 i32)))
  (import "vm_hooks" "storage_cache_bytes32" (func $storage_cache (param i32 i32)))
  (import "vm_hooks" "storage_flush_cache" (func $storage_flush (param i32)))
  (import "vm_hooks" "transient_store_bytes32" (func $transient_store (param i32 i32)))
  (import "vm_hooks" "emit_log" (func $emit_log (param i32 i32 i32)))
  (import "vm_hooks" "call_contract" (func $call_contract (param i32 i32 i32 i32 i64 i32) (result i32)))`;

/** What a called contract does in its memory of a number of pages, and ends by. */
export const memoryWorks: Readonly<Record<string, string>> = {
  'return at once': '(i32.const 0)',
  'trap at once': '(unreachable)',
  'revert at once': '(i32.const 1)',
  'leave early': '(call $exit_early (i32.const 0)) (unreachable)',
  'one store': '(i32.store (i32.const 60000) (i32.const 1)) (i32.const 0)',
  'one store and a trap': '(i32.store (i32.const 60000) (i32.const 1)) (unreachable)',
  'fill 64 KiB': '(memory.fill (i32.const 0) (i32.const 1) (i32.const 65536)) (i32.const 0)',
  'grow by a page': '(drop (memory.grow (i32.const 1))) (i32.const 0)',
  'grow page by page': '(loop (br_if 0 (i32.ne (memory.grow (i32.const 1)) (i32.const -1)))) (i32.const 0)',
  'call itself': `(call $contract_address (i32.const 64))
    (drop (call $call_contract (i32.const 64) (i32.const 0) (i32.const 0) (i32.const 128) (i64.const -1) (i32.const 32)))
    (i32.const 0)`,
};

export function memoryGuest(pages: number, work: string): string {
  return `(module ${IMPORTS} (memory (export "memory") ${pages} 256)
    (func (export "user_entrypoint") (param i32) (result i32) ${work}))`;
}

/** Calls the contract whose address is its call data, with so much gas, a number of times. */
export function repeatingCaller(times: number, gas: number): string {
  return `(module ${IMPORTS} (memory (export "memory") 1)
    (func (export "user_entrypoint") (param i32) (result i32) (local $i i32)
      (call $read_args (i32.const 0))
      (loop $next
        (drop (call $call_contract (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 96) (i64.const ${gas}) (i32.const 32)))
        (br_if $next (i32.ne (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const ${times}))))
      (i32.const 0)))`;
}

/** Host functions called with something new each time, which a failed call should leave nothing of. */
export const keepingWorks: Readonly<Record<string, string>> = {
  account_balance: '(call $account_balance (i32.const 0) (i32.const 64))',
  account_code_size: '(drop (call $account_code_size (i32.const 0)))',
  account_codehash: '(call $account_codehash (i32.const 0) (i32.const 64))',
  'call_contract, a new address':
    '(drop (call $call_contract (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 96) (i64.const 0) (i32.const 32)))',
  storage_load_bytes32: '(call $storage_load (i32.const 0) (i32.const 64))',
  'storage_cache_bytes32, not flushed': '(call $storage_cache (i32.const 0) (i32.const 0))',
  'storage_cache_bytes32 and a flush':
    '(call $storage_cache (i32.const 0) (i32.const 0)) (call $storage_flush (i32.const 1))',
  transient_store_bytes32: '(call $transient_store (i32.const 0) (i32.const 0))',
  emit_log: '(call $emit_log (i32.const 0) (i32.const 32) (i32.const 1))',
};

/** Does it until its gas has come down to a thousand, and reverts. */
export function keepingGuest(work: string, times: number): string {
  return `(module ${IMPORTS} (memory (export "memory") 1)
    (func (export "user_entrypoint") (param i32) (result i32) (local $i i32)
      (call $read_args (i32.const 4))
      (loop $next
        (i32.store (i32.const 0) (local.tee $i (i32.add (local.get $i) (i32.const 1))))
        ${work}
        (br_if $next (i32.ne (local.get $i) (i32.const ${times}))))
      (i32.const 1)))`;
}
