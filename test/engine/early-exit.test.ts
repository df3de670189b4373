import assert from 'node:assert/strict';
import type { GuestAbi } from '../../engine/abi/guest-abi.ts';
import type { HostFunction } from '../../engine/abi/host-function.ts';
import { stylusAbi } from '../../engine/abi/stylus/stylus-abi.ts';
import { BatchTally } from '../../engine/batch-tally.ts';
import { deployedAddress } from '../../engine/deployed-address.ts';
import { createWasmBackend } from '../../engine/wasm-backend.ts';
import { ALICE, AMPLE_GAS } from '../support/guest-world.ts';
import { wat } from '../support/wat.ts';

/** Counts in slot 0, emits an event, and leaves by its input's first byte: 0 success, else revert. */
const LEAVER = `(module
  (import "vm_hooks" "read_args" (func $read_args (param i32)))
  (import "vm_hooks" "write_result" (func $write_result (param i32 i32)))
  (import "vm_hooks" "exit_early" (func $exit_early (param i32)))
  (import "vm_hooks" "storage_load_bytes32" (func $load (param i32 i32)))
  (import "vm_hooks" "storage_cache_bytes32" (func $store (param i32 i32)))
  (import "vm_hooks" "storage_flush_cache" (func $flush (param i32)))
  (import "vm_hooks" "emit_log" (func $emit_log (param i32 i32 i32)))
  (memory (export "memory") 1 1)
  (func $leave (call $exit_early (i32.load8_u (i32.const 1024))))
  (func (export "user_entrypoint") (param i32) (result i32)
    (call $read_args (i32.const 1024))
    (call $load (i32.const 32) (i32.const 64))
    (i32.store8 (i32.const 95) (i32.add (i32.load8_u (i32.const 95)) (i32.const 1)))
    (call $store (i32.const 32) (i32.const 64)) (call $flush (i32.const 1))
    (call $emit_log (i32.const 64) (i32.const 32) (i32.const 1))
    (call $write_result (i32.const 64) (i32.const 32))
    (call $leave)
    unreachable))`;

describe('a guest that leaves early', () => {
  it('runs once per message of a batch, which comes to what single calls do', async () => {
    let exits = 0;
    const countExit =
      (run: HostFunction['run']): HostFunction['run'] =>
      (frame, args) => {
        exits += 1;
        return run(frame, args);
      };
    const abi: GuestAbi = {
      ...stylusAbi,
      hostFunctions: stylusAbi.hostFunctions.map((row) =>
        row.name === 'exit_early' ? { ...row, run: countExit(row.run) } : row,
      ),
    };
    const bytes = await wat(LEAVER);
    const open = async () => {
      const backend = createWasmBackend();
      const program = await backend.prepare({ name: 'leaver', wasm: { bytes, abi } });
      const world = await backend.createWorld();
      const message = { deployer: ALICE, value: 0n, input: new Uint8Array(0), gasLimit: AMPLE_GAS };
      const address = deployedAddress(await world.deploy(program, message));
      return { world, address };
    };
    const [batched, single] = [await open(), await open()];
    const messages = [1, 0, 2, 0, 1].map((status) => ({
      caller: ALICE,
      to: batched.address,
      value: 0n,
      input: Uint8Array.of(status),
      gasLimit: 100_000n,
    }));
    const tally = new BatchTally();
    for (const message of messages) tally.add(await single.world.call(message));
    assert.equal(exits, messages.length);
    const batch = await batched.world.loadBatch(messages);
    assert.deepEqual(await batch.run(), tally.summary());
    assert.equal(exits, 2 * messages.length);
    assert.equal(tally.summary().successCount, 2);
    assert.equal(await batched.world.stateDigest(), await single.world.stateDigest());
  });
});
