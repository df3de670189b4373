import assert from 'node:assert/strict';
import * as Hash from 'ox/Hash';
import * as Hex from 'ox/Hex';
import { stylusAbi } from '../../engine/abi/stylus/stylus-abi.ts';
import { stylusSdkAbi } from '../../engine/abi/stylus/stylus-sdk-abi.ts';
import { toHex } from '../../engine/bytes.ts';
import { createReferenceBackend, createWasmBackend } from '../../engine/wasm-backend.ts';
import { stylusGuest } from '../support/stylus-guest.ts';
import { wat } from '../support/wat.ts';

/** Keeps the first word of its input in slot 0, and reverts for an input of seven bytes. */
const guest = stylusGuest(`
  (call $storage_cache_bytes32 (i32.const 0) (i32.const 1024))
  (call $storage_flush_cache (i32.const 0))
  (i32.eq (local.get $length) (i32.const 7))`);

describe('a contract of the Stylus SDK for Rust', () => {
  const machines = [createWasmBackend(), createWasmBackend({ usesKernel: false }), createReferenceBackend()];
  const deployer = new Uint8Array(20).fill(7);
  const args = new Uint8Array(28).fill(0xab);

  it('has its constructor entered by the selector of stylus_constructor(), on every machine for the same gas', async () => {
    const selector = Hex.slice(Hash.keccak256(Hex.fromString('stylus_constructor()')), 0, 4);
    const bytes = await wat(guest);
    const gas = new Set<bigint>();
    for (const machine of machines) {
      const program = await machine.prepare({ name: 'sdk', wasm: { bytes, abi: stylusSdkAbi } });
      const world = await machine.createWorld();
      const { address, outcome } = await world.deploy(program, { deployer, input: args });
      assert.ok(address !== undefined && outcome.status === 'success');
      gas.add(outcome.gasUsed);
      const [slot] = await world.storageOf(address);
      assert.equal(toHex(slot?.value ?? new Uint8Array()), `${selector}${'ab'.repeat(28)}`);
      await world.close();
    }
    assert.deepEqual([...gas].length, 1);
    assert.ok([...gas].every((used) => used > 0n));
  });

  it('does not stand where its constructor reverts', async () => {
    const bytes = await wat(guest);
    for (const machine of machines) {
      const program = await machine.prepare({ name: 'sdk', wasm: { bytes, abi: stylusSdkAbi } });
      const world = await machine.createWorld();
      const { address, outcome } = await world.deploy(program, { deployer, input: args.subarray(0, 3) });
      assert.deepEqual([address, outcome.status], [undefined, 'revert']);
      await world.close();
    }
  });

  it('without a constructor is deployed without being run, as on a chain', async () => {
    const bytes = await wat(guest);
    for (const machine of machines) {
      const program = await machine.prepare({ name: 'plain', wasm: { bytes, abi: stylusAbi } });
      const world = await machine.createWorld();
      const { address, outcome } = await world.deploy(program, { deployer });
      assert.equal(outcome.status, 'success');
      assert.deepEqual(await world.storageOf(address as Uint8Array), []);
      await world.close();
    }
  });
});
