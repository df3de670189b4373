import type { Kernel } from '../../engine/kernel/kernel.ts';
import { kernelFunctionsForGuests } from '../../engine/kernel/kernel-exports.ts';
import type { FunctionType, ValueType } from '../../metering/format/module.ts';
import { assemble } from '../assemble.ts';

const i32: ValueType = 'i32';

/** Functions for the engine that are timed from WebAssembly as well, where a crossing costs what it costs a thunk. */
const engineFunctions: Readonly<Record<string, FunctionType>> = {
  frame_open: { params: [i32, i32, i32, i32], results: [i32] },
  frame_close: { params: [i32], results: [i32] },
  checkpoint: { params: [], results: [i32] },
  end_transaction: { params: [], results: [] },
  batch_open: { params: [i32], results: [i32] },
};

/** Where a loop takes the keys of its turn from: $key, or $other for a second one. */
const key = wordsOf('$key');
const otherKey = wordsOf('$other');
/** Key number 1, whatever the seed. */
const sameKey = '(i64.const 0x9e3779b97f4a7c15) (i64.const 7) (i64.const 0x5554) (i64.const 1)';
const value = '(i64.const 1) (i64.const 2) (i64.const 3) (local.get $seed)';
const dropFour = 'drop drop drop drop';

function wordsOf(local: string): string {
  const number = `(local.get ${local})`;
  return `(i64.mul ${number} (i64.const 0x9e3779b97f4a7c15)) (i64.const 7) (i64.xor ${number} (i64.const 0x5555)) ${number}`;
}

/** What one turn does; a frame is open unless the row says otherwise. */
export const loops: Readonly<Record<string, string>> = {
  'crossing (length)': '(call $length (i32.const 0)) drop',
  'frame_load, same slot': `${sameKey} (call $frame_load) ${dropFour}`,
  'frame_load, slot': `${key} (call $frame_load) ${dropFour}`,
  'frame_cache, same word': `${sameKey} ${value} (call $frame_cache)`,
  'frame_cache and frame_flush': `${key} ${value} (call $frame_cache) (call $frame_flush) drop`,
  'transient_store, same word': `${sameKey} ${value} (call $transient_store)`,
  get4: `(call $get4 (i32.const 0) (i32.const 0)) ${dropFour}`,
  put8: `(call $put8 (i32.const 2) (i32.const 0) ${key} ${value})`,
  keccak64: `${key} ${otherKey} (call $keccak64) ${dropFour}`,
  'keccak_scratch, 128 bytes': `(call $keccak_scratch (i32.const 128)) ${dropFour}`,
  checkpoint: '(call $checkpoint) drop',
  'frame_open and frame_close':
    '(call $frame_open (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 68)) drop (call $frame_close (i32.const 0)) drop',
  'batch_open and batch_close (no frame open)':
    '(call $batch_open (i32.const 0)) drop (call $batch_close (i32.const 0) (i64.const 1))',
  // What an ERC-20 transfer asks of its host: call data in, two mapping slots hashed, read and written, an event, a result.
  'transfer-shaped call (no frame open)': `
    (call $batch_open (i32.const 0)) drop
    (call $get8 (i32.const 0) (i32.const 0)) ${dropFour} ${dropFour}
    ${key} ${key} (call $keccak64) ${dropFour} ${key} (call $frame_load) ${dropFour}
    ${otherKey} ${otherKey} (call $keccak64) ${dropFour} ${otherKey} (call $frame_load) ${dropFour}
    ${key} ${value} (call $frame_cache) ${otherKey} ${value} (call $frame_cache) (call $frame_flush) drop
    (call $put8 (i32.const 3) (i32.const 0) ${key} ${value}) (call $put8 (i32.const 3) (i32.const 64) ${key} ${value})
    (call $event_emit (i32.const 3) (i32.const 128))
    (call $put4 (i32.const 2) (i32.const 0) ${value}) (call $output_end (i32.const 32))
    (call $batch_close (i32.const 0) (i64.const 1))`,
};

/** Runs that many turns over keys below `keyCount`, which `seed` picks. */
export type Loop = (turns: number, keyCount: bigint, seed: bigint) => void;

/** The loops as WebAssembly functions that import the kernel, as instrumented guests do. */
export async function linkLoops(kernel: Kernel): Promise<ReadonlyMap<string, Loop>> {
  const imports = Object.entries({ ...kernelFunctionsForGuests, ...engineFunctions }).map(
    ([name, { params, results }]) =>
      `(import "kernel" "${name}" (func $${name} (param ${params.join(' ')}) (result ${results.join(' ')})))`,
  );
  const functions = Object.entries(loops).map(
    ([name, body]) => `(func (export "${name}") (param $turns i32) (param $keys i64) (param $seed i64)
      (local $key i64) (local $other i64)
      (loop $next
        (local.set $seed (i64.add (i64.mul (local.get $seed) (i64.const 6364136223846793005)) (i64.const 1442695040888963407)))
        (local.set $key (i64.shr_u (i64.mul (i64.shr_u (local.get $seed) (i64.const 32)) (local.get $keys)) (i64.const 32)))
        (local.set $other (i64.shr_u (i64.mul (i64.shr_u (i64.mul (local.get $seed) (i64.const 0x9e3779b97f4a7c15)) (i64.const 32)) (local.get $keys)) (i64.const 32)))
        ${body}
        (br_if $next (local.tee $turns (i32.sub (local.get $turns) (i32.const 1))))))`,
  );
  const text = `(module ${imports.join('\n')} ${functions.join('\n')})`;
  const instance = new WebAssembly.Instance(new WebAssembly.Module(await assemble(text)), {
    kernel: kernel.exports as unknown as WebAssembly.Imports[string],
  });
  return new Map(Object.entries(instance.exports as unknown as Record<string, Loop>));
}

/** The key that the loops call number `index`, as bytes. */
export function keyBytes(index: number): Uint8Array {
  const words = BigInt.asUintN(64, BigInt(index) * 0x9e3779b97f4a7c15n);
  const bytes = new Uint8Array(32);
  const view = new DataView(bytes.buffer);
  for (const [i, word] of [words, 7n, BigInt(index) ^ 0x5555n, BigInt(index)].entries()) {
    view.setBigUint64(8 * i, word, true);
  }
  return bytes;
}
