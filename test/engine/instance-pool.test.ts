import assert from 'node:assert/strict';
import { DirtyBlocks } from '../../engine/wasm/dirty-blocks.ts';
import { InstancePool, instancePool, Shelf } from '../../engine/wasm/instance-pool.ts';
import { createWasmBackend } from '../../engine/wasm-backend.ts';
import { countMade } from '../support/count-made.ts';
import { type GuestWorld, guestWorld } from '../support/guest-world.ts';

/** Calls itself as deep as its gas takes it. */
function selfCaller(pages: number, number = 0): string {
  return `(module
    (import "vm_hooks" "contract_address" (func $contract_address (param i32)))
    (import "vm_hooks" "call_contract" (func $call_contract (param i32 i32 i32 i32 i64 i32) (result i32)))
    (memory (export "memory") ${pages})
    (data (i32.const 0) "number ${number}") (data (i32.const ${pages * 65_536 - 4}) "last")
    (func (export "user_entrypoint") (param i32) (result i32)
      (call $contract_address (i32.const 64))
      (drop (call $call_contract (i32.const 64) (i32.const 0) (i32.const 0) (i32.const 128) (i64.const -1) (i32.const 32)))
      (i32.const 0)))`;
}

async function callBoth(guest: GuestWorld, gasLimit: bigint): Promise<void> {
  const { status } = await guest.call(undefined, { gasLimit });
  assert.equal(status, 'success');
}

describe('the pool of idle instances', () => {
  it('keeps no more than its limits, and lets go of those that were not used for longest', () => {
    const pool = new InstancePool({ instances: 3, residentBytes: 100 });
    const [first, second] = [new Shelf<string>(pool), new Shelf<string>(pool)];
    first.put('a', 10);
    second.put('b', 10);
    first.put('c', 10);
    second.put('d', 10);
    assert.deepEqual([pool.count, pool.residentBytes], [3, 30]);
    assert.equal(first.take(), 'c');
    assert.equal(first.take(), undefined);
    first.put('c', 85);
    assert.deepEqual([pool.count, pool.residentBytes], [2, 95]);
    assert.deepEqual([second.take(), second.take()], ['d', undefined]);
    second.put('too large', 101);
    assert.equal(second.take(), undefined);
    assert.equal(first.take(), 'c');
    assert.deepEqual([pool.count, pool.residentBytes], [0, 0]);
  });

  it('holds to its limits when many modules call themselves, on any state', async () => {
    for (const usesKernel of [true, false]) {
      for (let number = 0; number < 30; number++) {
        await callBoth(await guestWorld(createWasmBackend({ usesKernel }), selfCaller(1, number)), 200_000n);
        assert.ok(instancePool.count <= 256 && instancePool.residentBytes <= 64 << 20);
      }
    }
  });

  it('has little memory of large modules that write little, and makes no instance anew for them', async () => {
    const before = instancePool.residentBytes;
    const guest = await guestWorld(createWasmBackend(), selfCaller(256));
    await callBoth(guest, 200_000n);
    const made = await countMade('Instance', () => callBoth(guest, 200_000n));
    assert.equal(made, 0);
    assert.ok(instancePool.residentBytes - before < 64 * 40_000, `${instancePool.residentBytes - before} bytes`);
  });
});

describe('the list of dirty blocks', () => {
  it('has each block once, those in memory alone, and tells how many there ever were', () => {
    const blocks = new DirtyBlocks(3 * 65_536);
    blocks.mark(4095, 2);
    blocks.mark(4096, 1);
    blocks.mark(3 * 65_536 - 1, 0x7fff_ffff);
    blocks.mark(-1, 1);
    blocks.mark(100_000, 0);
    const listed = (): number[] => {
      const found: number[] = [];
      for (let at = blocks.next(); at !== -1; at = blocks.next()) found.push(at);
      return found.sort((a, b) => a - b);
    };
    assert.deepEqual(listed(), [0, 4096, 3 * 65_536 - 4096]);
    blocks.mark(0, 10_000);
    assert.deepEqual(listed(), [0, 4096, 8192]);
    assert.equal(blocks.residentBytes, 4 * 8192);
  });
});
