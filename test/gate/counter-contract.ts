import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stylusGuest } from '../support/stylus-guest.ts';
import { wat } from '../support/wat.ts';

/** Methods without arguments, by selector. `get` returns what `add` counts up in slot 0, `fail` reverts. */
const abi = ['add', 'get', 'fail'].map((name) => {
  const outputs = name === 'get' ? [{ name: '', type: 'uint256' }] : [];
  return { type: 'function', name, inputs: [], outputs, stateMutability: name === 'get' ? 'view' : 'nonpayable' };
});

export interface CounterOptions {
  /** By how much `add` counts up. */
  readonly by?: number;
  /** Instructions that do nothing and cost a unit of gas each, in `add`. */
  readonly idle?: number;
  readonly pages?: number;
}

/** A Stylus module of a counter, with its selectors at the beginning of the call data. */
export function counterModule({ by = 1, idle = 0, pages = 1 }: CounterOptions = {}): Promise<Uint8Array> {
  const body = `
      (local.set $status (i32.load (i32.const 1024)))
      ;; add() 0x4f2be91f
      (if (i32.eq (local.get $status) (i32.const 0x1fe92b4f)) (then
        ${'(nop)'.repeat(idle)}
        (call $storage_load_bytes32 (i32.const 0) (i32.const 32))
        (i32.store8 (i32.const 63) (i32.add (i32.load8_u (i32.const 63)) (i32.const ${by})))
        (call $storage_cache_bytes32 (i32.const 0) (i32.const 32))
        (call $storage_flush_cache (i32.const 1))
        (return (i32.const 0))))
      ;; get() 0x6d4ce63c
      (if (i32.eq (local.get $status) (i32.const 0x3ce64c6d)) (then
        (call $storage_load_bytes32 (i32.const 0) (i32.const 32))
        (call $write_result (i32.const 32) (i32.const 32))
        (return (i32.const 0))))
      (i32.const 1)`;
  return wat(
    stylusGuest(body).replace('(memory (export "memory") 1 1)', `(memory (export "memory") ${pages} ${pages})`),
  );
}

/** `counter.wasm`, `counter.abi.json` and `calls.json` in a folder. */
export async function writeCounter(folder: string, options: CounterOptions = {}): Promise<void> {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'counter.wasm'), await counterModule(options));
  writeFileSync(join(folder, 'counter.abi.json'), JSON.stringify(abi));
  const steps = ['add', 'add', 'get', 'fail'].map((method) => ({ method, args: [] }));
  writeFileSync(join(folder, 'calls.json'), JSON.stringify({ steps }));
}

/** `trimeter.json` beside it. */
export function writeConfig(folder: string, more: object = {}): void {
  const contract = { contract: 'counter.wasm', abi: 'counter.abi.json', calls: ['calls.json'], ...more };
  writeFileSync(join(folder, 'trimeter.json'), JSON.stringify({ contracts: [contract] }));
}
