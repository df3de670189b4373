import { fileURLToPath } from 'node:url';
import { stylusAbi } from '../../engine/abi/stylus/stylus-abi.ts';
import type { ContractCode } from '../../engine/backend.ts';
import { bigintToBytes, fromHex } from '../../engine/bytes.ts';
import { stylusImports } from '../support/stylus-guest.ts';
import { wat } from '../support/wat.ts';

/** What the courier does with the number in its input. Added to `nested` it calls itself to do that. */
export const courierMode = { hash: 0, output: 1, revert: 2, event: 3, events: 4, create: 6, nested: 8 } as const;

/**
 * Input: a mode (a word), a number (a word), the number again (4 bytes, little-endian), anything. Mode 0 returns the hash of the
 * input, and takes what is shorter too. Every other one stores the number under the mode. Then mode 1 returns so many bytes, 2 reverts
 * with them, 3 emits them: of the input and of zeros behind it. Mode 4 emits so many empty events. Mode 6,
 * not on EVMs, creates from so many bytes of the input with the 32 bytes at 68 in place of the mode, and returns the address. Mode 8 calls the courier itself
 * in mode 0 with so many bytes, modes 9 to 12 in modes 1 to 4; they return 1 or 0 for success, and the hash of what came back.
 * The constructor stores the hash of its input under 5.
 */
export async function courierCode(): Promise<ContractCode> {
  return {
    name: 'courier',
    wasm: { bytes: await wat(WASM_COURIER), abi: stylusAbi },
    evm: { initcode: EVM_COURIER },
    native: { sourceFile: fileURLToPath(new URL('../native-ref/fixtures/courier.cpp', import.meta.url)) },
  };
}

export function courierInput(mode: number, size: number, lengthBytes = 100): Uint8Array {
  const input = Uint8Array.from({ length: lengthBytes }, (_, i) => (i * 37) ^ (i >> 8));
  input.set(bigintToBytes(BigInt(mode), 32), 0);
  input.set(bigintToBytes(BigInt(size), 32), 32);
  new DataView(input.buffer).setUint32(64, size, true);
  return input;
}

/** Memory for 1 MiB behind the input. 16 MiB there are more than the 256 pages that a module may have: only their number is given. */
const WASM_COURIER = `(module ${stylusImports}
  (memory (export "memory") 20 20)
  (data (i32.const 383) "\\05")
  (func (export "user_constructor") (param $length i32) (result i32)
    (call $read_args (i32.const 1024))
    (call $native_keccak256 (i32.const 1024) (local.get $length) (i32.const 64))
    (call $storage_cache_bytes32 (i32.const 352) (i32.const 64))
    (call $storage_flush_cache (i32.const 1))
    (i32.const 0))
  (func $call_self (param $inner i32) (param $size i32)
    (call $contract_address (i32.const 256))
    (i32.store8 (i32.const 1055) (local.get $inner))
    (i32.store8 (i32.const 128) (i32.eqz (call $call_contract (i32.const 256) (i32.const 1024)
      (select (i32.const 68) (local.get $size) (local.get $inner)) (i32.const 0) (i64.const -1) (i32.const 512))))
    (call $native_keccak256 (i32.const 1024)
      (call $read_return_data (i32.const 1024) (i32.const 0) (i32.load (i32.const 512))) (i32.const 129))
    (call $write_result (i32.const 128) (i32.const 33)))
  (func (export "user_entrypoint") (param $length i32) (result i32) (local $mode i32) (local $size i32)
    (call $read_args (i32.const 1024))
    (local.set $mode (i32.load8_u (i32.const 1055)))
    (if (i32.eqz (local.get $mode)) (then
      (call $native_keccak256 (i32.const 1024) (local.get $length) (i32.const 64))
      (call $write_result (i32.const 64) (i32.const 32))
      (return (i32.const 0))))
    (local.set $size (i32.load (i32.const 1088)))
    (call $storage_cache_bytes32 (i32.const 1024) (i32.const 1056))
    (call $storage_flush_cache (i32.const 1))
    (if (i32.ge_u (local.get $mode) (i32.const 8)) (then
      (call $call_self (i32.sub (local.get $mode) (i32.const 8)) (local.get $size))
      (return (i32.const 0))))
    (if (i32.eq (local.get $mode) (i32.const 3)) (then
      (call $emit_log (i32.const 992) (i32.add (local.get $size) (i32.const 32)) (i32.const 1))))
    (if (i32.eq (local.get $mode) (i32.const 4)) (then
      (block $done (loop $next
        (br_if $done (i32.eqz (local.get $size)))
        (call $emit_log (i32.const 0) (i32.const 0) (i32.const 0))
        (local.set $size (i32.sub (local.get $size) (i32.const 1)))
        (br $next)))))
    (if (i32.eq (local.get $mode) (i32.const 6)) (then
      (memory.copy (i32.const 1024) (i32.const 1092) (i32.const 32))
      (call $create1 (i32.const 1024) (local.get $size) (i32.const 0) (i32.const 256) (i32.const 512))
      (call $write_result (i32.const 256) (i32.const 20))
      (return (i32.const 0))))
    (if (i32.gt_u (local.get $mode) (i32.const 2)) (then (return (i32.const 0))))
    (call $write_result (i32.const 1024) (local.get $size))
    (i32.eq (local.get $mode) (i32.const 2))))`;

const hex4 = (value: number): string => value.toString(16).padStart(4, '0');

/** Puts places for names: `:x` is a JUMPDEST, `@x` a PUSH2 of where it is. */
function assembled(source: string): string {
  const parts = source.split(/\s+/).filter((part) => part !== '');
  const places = new Map<string, number>();
  let at = 0;
  for (const part of parts) {
    if (part.startsWith(':')) places.set(part.slice(1), at);
    at += part.startsWith(':') ? 1 : part.startsWith('@') ? 3 : part.length / 2;
  }
  const text = (part: string) => {
    if (part.startsWith(':')) return '5b';
    return part.startsWith('@') ? `61${hex4(places.get(part.slice(1)) as number)}` : part;
  };
  return parts.map(text).join('');
}

const EVM_RUNTIME = assembled(`
  36 5f 5f 37  5f 51  80 15 @hash 57
  6020 51 81 55
  80 6001 14 @output 57  80 6002 14 @revert 57  80 6003 14 @event 57  80 6004 14 @events 57
  6008 90 03  80 5f 52  80 15 6020 51 02  90 15 15 6044 02 01
  5f 5f 82 5f 5f 30 5a f1  3d 5f 5f 3e  3d 5f 20  6001 52  5f 53  6021 5f f3
  :hash 36 5f 20 5f 52 6020 5f f3
  :output 6020 51 5f f3
  :revert 6020 51 5f fd
  :event 5f 6020 51 5f a1 00
  :events 6020 51 :next 80 15 @done 57 5f 5f a0 6001 90 03 @next 56 :done 00`);

/** The hash of what is behind the code under 5; then the runtime. */
const EVM_COURIER = ((): Uint8Array => {
  const headBytes = 32;
  const runtimeBytes = EVM_RUNTIME.length / 2;
  const end = hex4(headBytes + runtimeBytes);
  const head = `61${end}3803 8061${end}5f39 5f20600555 61${hex4(runtimeBytes)}8061${hex4(headBytes)}5f39 5ff3`;
  return fromHex(`0x${head.replaceAll(' ', '').padEnd(2 * headBytes, '0')}${EVM_RUNTIME}`);
})();
