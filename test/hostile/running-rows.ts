/** Guests that run, and must end as all machines say: with a trap or without, at the same gas. */

import { trapName } from '../../engine/outcome.ts';
import { stylusGuest } from '../support/stylus-guest.ts';
import { trappingGuest, traps } from '../support/trap-bodies.ts';
import { wat } from '../support/wat.ts';
import type { HostileRow } from './row.ts';

interface Running extends Omit<HostileRow, 'make'> {
  readonly body: string;
  /** In place of a guest with all host functions. */
  readonly module?: string;
}

const loop = (body: string): string => `(local.set $status (i32.const 100000))
  (loop $again ${body}
    (br_if $again (local.tee $status (i32.sub (local.get $status) (i32.const 1)))))`;
const plain = (body: string, rest = '', memory = '1 1'): string =>
  `(module ${rest} (memory (export "memory") ${memory}) (func $main (export "user_entrypoint") (param $length i32) (result i32) (local $n i32) ${body} (i32.const 0)))`;

const rows: readonly Running[] = [
  {
    id: 'R1-loop',
    what: 'a loop without end',
    body: '',
    module: plain('(loop $again (br $again))'),
    gasLimit: 50_000n,
    ends: 'trap OutOfGas 50000',
  },
  {
    id: 'R1-nested',
    what: 'loops that begin at one place',
    body: '',
    module: plain('(loop $a (loop $b (br_if $b (local.get $length)) (br $a)))'),
    gasLimit: 50_000n,
    ends: 'trap OutOfGas 50000',
  },
  {
    id: 'R1-if',
    what: 'a loop whose way back is in an if',
    body: '',
    module: plain('(loop $a (if (i32.eqz (local.get $n)) (then (br $a))))'),
    gasLimit: 50_000n,
    ends: 'trap OutOfGas 50000',
  },
  {
    id: 'R1-table',
    what: 'a loop by br_table',
    body: '',
    module: plain('(loop $a (br_table $a $a (local.get $n)))'),
    gasLimit: 50_000n,
    ends: 'trap OutOfGas 50000',
  },
  {
    id: 'R2-most',
    what: 'the largest gas limit there is',
    body: '',
    module: plain('unreachable'),
    gasLimit: (1n << 62n) - 1n,
    ends: 'trap Unreachable 4611686018427387903',
  },
  { id: 'R2-none', what: 'no gas', body: '', module: plain(''), gasLimit: 0n, ends: 'trap OutOfGas 0' },
  { id: 'R2-one', what: 'one unit of gas', body: '', module: plain(''), gasLimit: 1n, ends: 'trap OutOfGas 1' },
  {
    id: 'R3-direct',
    what: 'recursion',
    body: '',
    module: plain('(drop (call $main (i32.const 0)))'),
    ends: 'trap StackExhausted 10000000',
  },
  {
    id: 'R3-mutual',
    what: 'two functions that call each other',
    body: '',
    module: plain('(call $a)', '(func $a (call $b)) (func $b (call $a))'),
    ends: 'trap StackExhausted 10000000',
  },
  {
    id: 'R3-indirect',
    what: 'recursion through the table',
    body: '',
    module: plain(
      '(call $a)',
      '(table 1 1 funcref) (elem (i32.const 0) $a) (type $t (func)) (func $a (call_indirect (type $t) (i32.const 0)))',
    ),
    ends: 'trap StackExhausted 10000000',
  },
  {
    id: 'R3-large',
    what: 'recursion with a frame of 256 locals',
    body: '',
    module: plain('(call $a)', `(func $a (local ${'i64 '.repeat(256)}) (call $a) (local.set 3 (i64.const 1)))`),
    ends: 'trap StackExhausted 10000000',
  },
  {
    id: 'R3-tree',
    what: 'recursion that doubles at every level',
    body: '',
    module: plain(
      '(call $a (i32.const 60))',
      '(func $a (param i32) (if (local.get 0) (then (call $a (i32.sub (local.get 0) (i32.const 1))) (call $a (i32.sub (local.get 0) (i32.const 1))))))',
    ),
    gasLimit: 300_000n,
    ends: 'trap OutOfGas 300000',
  },
  {
    id: 'R4-grow',
    what: 'memory.grow without end',
    body: '',
    module: plain('(loop $a (drop (memory.grow (i32.const 1))) (br $a))', '', '1'),
    gasLimit: 2_000_000n,
    ends: 'trap OutOfGas 2000000',
  },
  {
    id: 'R4-all',
    what: 'memory.grow by 65,535 pages',
    body: '',
    module: plain('(if (i32.ne (memory.grow (i32.const 65535)) (i32.const -1)) (then unreachable))', '', '1'),
    gasLimit: 1_000_000_000_000n,
    ends: 'success 7',
  },
  {
    id: 'R4-cap',
    what: 'memory.grow to the limit and one page more',
    body: '',
    module: plain(
      '(drop (memory.grow (i32.const 255))) (if (i32.ne (memory.grow (i32.const 1)) (i32.const -1)) (then unreachable))',
      '',
      '1',
    ),
    gasLimit: 1_000_000_000_000n,
    ends: 'success 1833994',
  },
  {
    id: 'R4-max',
    what: "memory.grow beyond the module's own maximum",
    body: '',
    module: plain('(if (i32.ne (memory.grow (i32.const 3)) (i32.const -1)) (then unreachable))', '', '1 3'),
    ends: 'success 7',
  },
  {
    id: 'R4-negative',
    what: 'memory.grow by -1',
    body: '',
    module: plain('(if (i32.ne (memory.grow (i32.const -1)) (i32.const -1)) (then unreachable))', '', '1'),
    gasLimit: 1_000_000_000_000n,
    ends: 'success 7',
  },
  {
    id: 'R4-fill',
    what: 'a fill of a page, again and again',
    body: '',
    module: plain('(loop $a (memory.fill (i32.const 0) (i32.const 1) (i32.const 65536)) (br $a))'),
    gasLimit: 300_000n,
    ends: 'trap OutOfGas 300000',
  },
  {
    id: 'R4-fill-lie',
    what: 'a fill of 4 GiB',
    body: '',
    module: plain('(memory.fill (i32.const 0) (i32.const 1) (i32.const -1))'),
    ends: 'trap OutOfGas 10000000',
  },
  {
    id: 'R4-copy-edge',
    what: 'a copy of nothing at the end of memory',
    body: '',
    module: plain('(memory.copy (i32.const 65536) (i32.const 65536) (i32.const 0))'),
    ends: 'success 6',
  },
  {
    id: 'R4-copy-over',
    what: 'a copy of nothing beyond the end of memory',
    body: '',
    module: plain('(memory.copy (i32.const 65537) (i32.const 0) (i32.const 0))'),
    ends: 'trap MemoryOutOfBounds 10000000',
  },
  {
    id: 'M13-then',
    what: 'exports named then, __proto__, constructor and toString',
    body: '',
    module: plain(
      '',
      '(func (export "then") (param i32 i32) unreachable) (func (export "__proto__") unreachable) (func (export "constructor") unreachable) (func (export "toString") unreachable)',
    ),
    ends: 'success 2',
  },
  {
    id: 'M13-gas',
    what: 'exports named like what metering adds',
    body: '',
    module: plain(
      '(global.set $g (i64.const 9223372036854775807)) (loop $a (br $a))',
      '(global $g (export "gas") (mut i64) (i64.const 1)) (global (export "gas_left") (mut i64) (i64.const 1)) (global (export "stack") (mut i32) (i32.const 1))',
    ),
    gasLimit: 50_000n,
    ends: 'trap OutOfGas 50000',
  },
  {
    id: 'M14-globals',
    what: 'a guest that overwrites every global it has',
    body: '',
    module: plain(
      '(global.set $a (i64.const -1)) (global.set $b (i32.const -1)) (loop $c (br $c))',
      '(global $a (mut i64) (i64.const 1)) (global $b (mut i32) (i32.const 1))',
    ),
    gasLimit: 50_000n,
    ends: 'trap OutOfGas 50000',
  },
  {
    id: 'M16-null',
    what: 'a call of an empty table slot',
    body: '',
    module: plain('(call_indirect (type $t) (i32.const 0))', '(type $t (func)) (table 1 1 funcref)'),
    ends: 'trap IndirectCallMismatch 10000000',
  },
  {
    id: 'M16-beyond',
    what: 'a call beyond the table, where injected functions could be',
    body: '',
    module: plain('(call_indirect (type $t) (i32.const -1))', '(type $t (func)) (table 1 1 funcref)'),
    ends: 'trap TableOutOfBounds 10000000',
  },
  {
    id: 'H1-wrap',
    what: 'a pointer and a length that wrap',
    body: '(call $write_result (i32.const -1) (i32.const 2)) (i32.const 0)',
    ends: 'trap HostPointerOutOfBounds 10000000',
  },
  {
    id: 'H1-long',
    what: 'a length of 4 GiB',
    body: '(call $write_result (i32.const 0) (i32.const -1)) (i32.const 0)',
    ends: 'trap OutOfGas 10000000',
  },
  {
    id: 'H1-end',
    what: 'nothing at the end of memory',
    body: '(call $write_result (i32.const 65536) (i32.const 0)) (i32.const 0)',
    ends: 'success 127',
  },
  {
    id: 'H1-over',
    what: 'nothing beyond the end of memory',
    body: '(call $write_result (i32.const 65537) (i32.const 0)) (i32.const 0)',
    ends: 'trap HostPointerOutOfBounds 10000000',
  },
  {
    id: 'H1-last',
    what: 'a word that ends a byte beyond memory',
    body: '(call $storage_load_bytes32 (i32.const 0) (i32.const 65505)) (i32.const 0)',
    ends: 'trap HostPointerOutOfBounds 10000000',
  },
  {
    id: 'H1-overlap',
    what: 'a key that its own value overwrites',
    body: '(call $storage_load_bytes32 (i32.const 100) (i32.const 110)) (i32.const 0)',
    ends: 'success 367',
  },
  {
    id: 'H1-early',
    what: 'a write before a bad pointer is taken back',
    body: '(call $storage_cache_bytes32 (i32.const 0) (i32.const 1000)) (call $storage_flush_cache (i32.const 0)) (call $emit_log (i32.const 0) (i32.const 32) (i32.const 1)) (call $storage_cache_bytes32 (i32.const -4) (i32.const 0)) (i32.const 0)',
    ends: 'trap HostPointerOutOfBounds 10000000',
  },
  {
    id: 'H1-hash',
    what: 'keccak of 4 GiB',
    body: '(call $native_keccak256 (i32.const 0) (i32.const -1) (i32.const 0)) (i32.const 0)',
    ends: 'trap OutOfGas 10000000',
  },
  {
    id: 'H2-reentrant-grow',
    what: 'a contract that calls itself and grows memory there',
    body: '',
    module: `(module (import "vm_hooks" "contract_address" (func $self (param i32))) (import "vm_hooks" "call_contract" (func $call (param i32 i32 i32 i32 i64 i32) (result i32)))
    (memory (export "memory") 1 4)
    (func (export "user_entrypoint") (param $length i32) (result i32)
      (call $self (i32.const 0))
      (drop (memory.grow (i32.const 1)))
      (if (i32.eqz (local.get $length)) (then (drop (call $call (i32.const 0) (i32.const 64) (i32.const 1) (i32.const 32) (i64.const -1) (i32.const 131060)))))
      (i32.const 0)))`,
    ends: 'success 32771',
  },
  {
    id: 'H3-spam',
    what: 'slots without end',
    body: `${loop('(i32.store (i32.const 0) (local.get $status)) (call $storage_cache_bytes32 (i32.const 0) (i32.const 0)) (call $storage_flush_cache (i32.const 1))')} (i32.const 0)`,
    gasLimit: 2_000_000n,
    ends: 'trap OutOfGas 2000000',
  },
  {
    id: 'H3-refund',
    what: 'a slot set and cleared again and again',
    body: `${loop('(i32.store (i32.const 32) (i32.and (local.get $status) (i32.const 1))) (call $storage_cache_bytes32 (i32.const 0) (i32.const 32)) (call $storage_flush_cache (i32.const 1))')} (i32.const 0)`,
    gasLimit: 2_000_000n,
    ends: 'trap OutOfGas 2000000',
  },
  {
    id: 'H4-events',
    what: 'events without end',
    body: `${loop('(call $emit_log (i32.const 0) (i32.const 0) (i32.const 0))')} (i32.const 0)`,
    gasLimit: 100_000_000n,
    ends: 'trap HostArgumentInvalid 100000000',
  },
  {
    id: 'H4-topics',
    what: 'an event of five topics',
    body: '(call $emit_log (i32.const 0) (i32.const 160) (i32.const 5)) (i32.const 0)',
    ends: 'trap HostArgumentInvalid 10000000',
  },
  {
    id: 'H4-topics-lie',
    what: 'more topics than bytes',
    body: '(call $emit_log (i32.const 0) (i32.const 31) (i32.const 1)) (i32.const 0)',
    ends: 'trap HostArgumentInvalid 10000000',
  },
  {
    id: 'H4-large',
    what: 'an event of more than 128 KiB',
    body: '',
    module:
      '(module (import "vm_hooks" "emit_log" (func $emit (param i32 i32 i32))) (memory (export "memory") 4 4) (func (export "user_entrypoint") (param i32) (result i32) (call $emit (i32.const 0) (i32.const 131073) (i32.const 0)) (i32.const 0)))',
    ends: 'trap HostArgumentInvalid 10000000',
  },
  {
    id: 'H5-reentrancy',
    what: 'a contract that calls itself until the depth ends',
    body: '(call $contract_address (i32.const 0)) (call $call_contract (i32.const 0) (i32.const 64) (i32.const 0) (i32.const 32) (i64.const -1) (i32.const 128))',
    gasLimit: 100_000_000n,
    ends: 'revert 398580',
  },
  {
    id: 'H5-delegate',
    what: 'a delegate call of itself that writes',
    body: '(call $contract_address (i32.const 0)) (if (result i32) (local.get $length) (then (call $storage_cache_bytes32 (i32.const 32) (i32.const 0)) (call $storage_flush_cache (i32.const 0)) (i32.const 0)) (else (call $delegate_call_contract (i32.const 0) (i32.const 64) (i32.const 1) (i64.const -1) (i32.const 128))))',
    ends: 'success 6968',
  },
  {
    id: 'H5-static',
    what: 'a write in a static call of itself',
    body: '(call $contract_address (i32.const 0)) (if (result i32) (local.get $length) (then (call $storage_cache_bytes32 (i32.const 32) (i32.const 0)) (call $storage_flush_cache (i32.const 0)) (i32.const 0)) (else (call $static_call_contract (i32.const 0) (i32.const 64) (i32.const 1) (i64.const -1) (i32.const 128))))',
    ends: 'revert 9843846',
  },
  {
    id: 'H6-forward',
    what: 'a callee that burns all it is given',
    body: '(call $contract_address (i32.const 0)) (if (result i32) (local.get $length) (then (loop $burn (br $burn)) (i32.const 0)) (else (call $call_contract (i32.const 0) (i32.const 64) (i32.const 1) (i32.const 32) (i64.const 100000) (i32.const 128))))',
    ends: 'revert 106135',
  },
  {
    id: 'H6-value',
    what: 'a call that sends more than there is',
    body: '(call $contract_address (i32.const 0)) (i32.store8 (i32.const 32) (i32.const 255)) (call $call_contract (i32.const 0) (i32.const 64) (i32.const 0) (i32.const 32) (i64.const 100000) (i32.const 128))',
    ends: 'revert 6135',
  },
  {
    id: 'H7-output',
    what: 'a result of more than 128 KiB',
    body: '',
    module:
      '(module (import "vm_hooks" "write_result" (func $write (param i32 i32))) (memory (export "memory") 4 4) (func (export "user_entrypoint") (param i32) (result i32) (call $write (i32.const 0) (i32.const 131073)) (i32.const 0)))',
    ends: 'trap HostArgumentInvalid 10000000',
  },
  {
    id: 'H7-revert',
    what: 'a revert with 128 KiB',
    body: '',
    module:
      '(module (import "vm_hooks" "write_result" (func $write (param i32 i32))) (memory (export "memory") 4 4) (func (export "user_entrypoint") (param i32) (result i32) (call $write (i32.const 0) (i32.const 131072)) (i32.const 1)))',
    ends: 'revert 131136',
  },
  {
    id: 'H7-calldata',
    what: 'the most call data there may be, in a memory of one page',
    body: '(i32.const 0)',
    input: new Uint8Array(128 << 10),
    ends: 'trap HostPointerOutOfBounds 10000000',
  },
  {
    id: 'H7-data',
    what: 'a call with 4 GiB of call data',
    body: '(call $contract_address (i32.const 0)) (call $call_contract (i32.const 0) (i32.const 0) (i32.const -1) (i32.const 32) (i64.const -1) (i32.const 128))',
    ends: 'trap OutOfGas 10000000',
  },
  {
    id: 'H7-read',
    what: 'return data from beyond its end',
    body: '(drop (call $read_return_data (i32.const 0) (i32.const -1) (i32.const -1))) (i32.const 0)',
    ends: 'success 129',
  },
  {
    id: 'H8-create',
    what: 'a creation of code that is not there',
    body: '(call $create1 (i32.const 0) (i32.const 32) (i32.const 64) (i32.const 96) (i32.const 128)) (i32.const 0)',
    ends: 'success 20102',
  },
  {
    id: 'H8-create-short',
    what: 'a creation of less than a hash',
    body: '(call $create1 (i32.const 0) (i32.const 31) (i32.const 64) (i32.const 96) (i32.const 128)) (i32.const 0)',
    ends: 'success 20101',
  },
  {
    id: 'H8-exit',
    what: 'an early exit with a status of -1',
    body: '(call $exit_early (i32.const -1)) (i32.const 0)',
    ends: 'revert 105',
  },
  { id: 'J5-status', what: 'a status that is the smallest integer', body: '(i32.const 0x80000000)', ends: 'revert 64' },
  {
    id: 'J5-gas',
    what: 'a gas argument of 2^64 - 1 to an account without code',
    body: '(call $call_contract (i32.const 0) (i32.const 64) (i32.const 0) (i32.const 32) (i64.const -1) (i32.const 128))',
    ends: 'success 6070',
  },
];

export const runningRows: readonly HostileRow[] = [
  ...rows.map(({ body, module = stylusGuest(body), ...row }) => ({ ...row, make: () => wat(module) })),
  ...traps.map(([what, code, body], at) => ({
    id: `R6-${at + 1}`,
    what,
    make: () => wat(trappingGuest(body)),
    gasLimit: 200_000n,
    ends: `trap ${trapName(code)} 200000`,
  })),
];
