/**
 * Contracts in WebAssembly text that do nothing but call one host function: `turns` times, where `turns` is the length of
 * their input in bytes.
 */

export interface HostProgram {
  readonly name: string;
  readonly text: string;
  /** Largest number of turns that the engine's limits allow. */
  readonly maxTurns: number;
}

const MANY = 10_000;
/** Below the limit on events of one call. */
const FEW = 200;

function hostProgram(name: string, signature: string, body: string, maxTurns: number = MANY): HostProgram {
  return { name, maxTurns, text: contractText([[name, signature]], body) };
}

function contractText(imports: readonly (readonly [name: string, signature: string])[], body: string): string {
  return `(module
  ${imports.map(([name, signature]) => `(import "vm_hooks" "${name}" (func $${name} ${signature}))`).join('\n  ')}
  (memory (export "memory") 1 1)
  (func (export "user_entrypoint") (param $turns i32) (result i32)
    (local $k i32)
    (if (i32.eqz (local.get $turns)) (then (return (i32.const 0))))
    (loop $again
      (i32.store (i32.const 28) (i32.and (local.get $k) (i32.const 15)))
      ${body}
      (br_if $again (i32.lt_u (local.tee $k (i32.add (local.get $k) (i32.const 1))) (local.get $turns))))
    (i32.const 0)))`;
}

const pointer = '(param i32)';
const two = '(param i32 i32)';
const three = '(param i32 i32 i32)';

/** The same loop without a host function: what is subtracted from the others. */
export const emptyHostLoop: HostProgram = { name: 'nothing', maxTurns: MANY, text: contractText([], '') };

/** A key is at address 0 and changes from turn to turn among sixteen; values are at 32, results go to 64. */
export const hostPrograms: readonly HostProgram[] = [
  hostProgram('block_number', '(result i64)', '(drop (call $block_number))'),
  hostProgram('msg_sender', pointer, '(call $msg_sender (i32.const 64))'),
  hostProgram('msg_value', pointer, '(call $msg_value (i32.const 64))'),
  hostProgram('storage_load_bytes32', two, '(call $storage_load_bytes32 (i32.const 0) (i32.const 64))'),
  hostProgram('storage_cache_bytes32', two, '(call $storage_cache_bytes32 (i32.const 0) (i32.const 0))'),
  hostProgram('transient_load_bytes32', two, '(call $transient_load_bytes32 (i32.const 0) (i32.const 64))'),
  hostProgram('transient_store_bytes32', two, '(call $transient_store_bytes32 (i32.const 0) (i32.const 0))'),
  hostProgram('account_balance', two, '(call $account_balance (i32.const 0) (i32.const 64))'),
  hostProgram('math_mul_mod', three, '(call $math_mul_mod (i32.const 64) (i32.const 0) (i32.const 0))'),
  hostProgram('emit_log', three, '(call $emit_log (i32.const 0) (i32.const 64) (i32.const 1))', FEW),
  {
    ...hostProgram('native_keccak256', three, '(call $native_keccak256 (i32.const 0) (i32.const 64) (i32.const 128))'),
  },
  {
    ...hostProgram(
      'native_keccak256',
      three,
      '(call $native_keccak256 (i32.const 0) (i32.const 2112) (i32.const 4096))',
    ),
    name: 'native_keccak256 +2048 bytes',
  },
  {
    name: 'storage_flush_cache, 1 word',
    maxTurns: MANY,
    text: contractText(
      [
        ['storage_cache_bytes32', two],
        ['storage_flush_cache', pointer],
      ],
      '(i64.store (i32.const 32) (i64.extend_i32_u (i32.add (local.get $k) (i32.const 1)))) (call $storage_cache_bytes32 (i32.const 0) (i32.const 32)) (call $storage_flush_cache (i32.const 1))',
    ),
  },
];
