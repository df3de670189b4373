import assert from 'node:assert/strict';
import fc from 'fast-check';
import { BatchTally } from '../../engine/batch-tally.ts';
import { type CallMessage, defaultBlock } from '../../engine/context.ts';
import { createWasmBackend } from '../../engine/wasm-backend.ts';
import { countMade } from '../support/count-made.ts';
import { ALICE, guestWorld } from '../support/guest-world.ts';
import { printOutcome } from '../support/outcome.ts';
import { smugglingGuest, smugglingInput, smugglingStep } from '../support/smuggling-guest.ts';

/**
 * A guest that tries to smuggle state from one call into the next. Input byte 0 says what to do, bytes 4 to 7 where:
 * 0 write memory, 1 write a global, 2 grow memory, 3 write and trap, 4 recurse until the stack budget is gone,
 * 5 write and burn all gas, 6 write and revert, 7 write and leave through exit_early. Every call first returns what it found: the
 * word at `where`, the global, the memory size and a checksum of all memory.
 */
const SMUGGLER = `
(module
  (import "vm_hooks" "read_args" (func $read_args (param i32)))
  (import "vm_hooks" "write_result" (func $write_result (param i32 i32)))
  (import "vm_hooks" "exit_early" (func $exit_early (param i32)))
  (memory (export "memory") 2 6)
  (global $cell (mut i64) (i64.const 7))
  (global $count (mut i32) (i32.const -1))
  (table 2 2 funcref)
  (elem (i32.const 0) $dive)
  (data (i32.const 1000) "initial data")
  (data (i32.const 131060) "near the end")
  (func $dive (drop (i32.const 1)) (call $dive))
  (func $sum (result i32) (local $at i32) (local $end i32) (local $hash i32)
    (local.set $end (i32.mul (memory.size) (i32.const 65536)))
    (loop $next
      (local.set $hash (i32.add (i32.mul (local.get $hash) (i32.const 31)) (i32.load (local.get $at))))
      (local.set $at (i32.add (local.get $at) (i32.const 64)))
      (br_if $next (i32.lt_u (local.get $at) (local.get $end))))
    (local.get $hash))
  (func (export "user_entrypoint") (param $length i32) (result i32) (local $where i32) (local $before i32) (local $hash i32)
    (local.set $hash (call $sum))
    (call $read_args (i32.const 0))
    (local.set $where (i32.and (i32.load (i32.const 4)) (i32.const 0x1fff8)))
    (local.set $before (i32.load (local.get $where)))
    (i32.store (i32.const 16) (local.get $before))
    (i64.store (i32.const 20) (global.get $cell))
    (i32.store (i32.const 28) (memory.size))
    (i32.store (i32.const 32) (local.get $hash))
    (i32.store (i32.const 36) (global.get $count))
    (call $write_result (i32.const 16) (i32.const 24))
    (i64.store (local.get $where) (i64.const 0x123456789abcdef))
    (global.set $cell (i64.extend_i32_u (local.get $where)))
    (global.set $count (i32.add (global.get $count) (i32.const 1)))
    (block $revert (block $burn (block $deep (block $trap (block $grow (block $done (block $exit
      (br_table $done $done $grow $trap $deep $burn $revert $exit $done (i32.load8_u (i32.const 0))))
      (call $exit_early (i32.const 0)) (unreachable))
      (return (i32.const 0)))
      (drop (memory.grow (i32.const 1)))
      (i32.store (i32.const 131072) (i32.const 99))
      (return (i32.const 0)))
      (unreachable))
      (call_indirect (i32.const 0)) (return (i32.const 0)))
      (loop $forever (br $forever)))
    (i32.const 1)))
`;

interface Step {
  readonly action: number;
  readonly where: number;
}

function inputOf({ action, where }: Step): Uint8Array {
  const input = new Uint8Array(8);
  input[0] = action;
  new DataView(input.buffer).setUint32(4, where, true);
  return input;
}

describe('isolation of warm calls', () => {
  const steps = fc.array(
    fc.record({ action: fc.integer({ min: 0, max: 8 }), where: fc.integer({ min: 0, max: 0x1ffff }) }),
    {
      minLength: 1,
      maxLength: 12,
    },
  );

  it('cannot be told from a fresh instance per call, whatever earlier calls did', async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (sequence) => {
        const warm = await guestWorld(createWasmBackend(), SMUGGLER);
        const fresh = await guestWorld(createWasmBackend({ reusesInstances: false }), SMUGGLER);
        for (const step of sequence) {
          const options = { gasLimit: 1_000_000n };
          assert.deepEqual(
            printOutcome(await warm.call(inputOf(step), options)),
            printOutcome(await fresh.call(inputOf(step), options)),
          );
        }
      }),
      { numRuns: 60 },
    );
  });

  it('cannot be told from a fresh instance by guests that write everywhere and in every way, in calls or in a batch', async () => {
    const gasLimit = 4_000_000n;
    const someSteps = fc.array(smugglingStep, { minLength: 2, maxLength: 12 });
    const block = { ...defaultBlock, baseFee: 7n, coinbase: ALICE };
    await fc.assert(
      fc.asyncProperty(smugglingGuest, someSteps, async (text, sequence) => {
        const fresh = await guestWorld(createWasmBackend({ reusesInstances: false }), text);
        const warm = await guestWorld(createWasmBackend(), text);
        const plain = await guestWorld(createWasmBackend({ usesKernel: false }), text);
        const batched = await guestWorld(createWasmBackend(), text);
        for (const { world } of [fresh, warm, plain, batched]) await world.setBlock(block);
        const tally = new BatchTally();
        for (const step of sequence) {
          const input = smugglingInput(step);
          const expected = await fresh.call(input, { gasLimit });
          tally.add(expected);
          assert.deepEqual(printOutcome(await warm.call(input, { gasLimit })), printOutcome(expected));
          assert.deepEqual(printOutcome(await plain.call(input, { gasLimit })), printOutcome(expected));
        }
        const messages = sequence.map(
          (step): CallMessage => ({
            caller: ALICE,
            to: batched.address,
            value: 0n,
            input: smugglingInput(step),
            gasLimit,
          }),
        );
        assert.deepEqual(await (await batched.world.loadBatch(messages)).run(), tally.summary());
      }),
      { numRuns: 80 },
    );
  });

  it('gives no message of a batch the memory that one before it has grown', async () => {
    const growing = `(module (import "vm_hooks" "write_result" (func $write_result (param i32 i32)))
      (memory (export "memory") 1 4)
      (func (export "user_entrypoint") (param i32) (result i32)
        (i32.store (i32.const 0) (memory.grow (i32.const 1)))
        (call $write_result (i32.const 0) (i32.const 4))
        (i32.const 0)))`;
    const { world, address, call } = await guestWorld(createWasmBackend(), growing);
    const message: CallMessage = { caller: ALICE, to: address, value: 0n, input: new Uint8Array(0), gasLimit: 20_000n };
    const tally = new BatchTally();
    for (let i = 0; i < 5; i++) tally.add(await call(undefined, { gasLimit: 20_000n }));
    assert.equal(tally.summary().gasUsed, 5n * (1096n + 2n * 6144n));
    assert.deepEqual(await (await world.loadBatch(Array.from({ length: 5 }, () => message))).run(), tally.summary());
  });

  it('makes no new instance for a warm call, but one to run traps again, also after a revert and an early exit', async () => {
    const { call } = await guestWorld(createWasmBackend(), SMUGGLER);
    const made = await countMade('Instance', async () => {
      for (const action of [0, 1, 3, 4, 5, 6, 7, 0])
        await call(inputOf({ action, where: 4096 }), { gasLimit: 1_000_000n });
    });
    assert.equal(made, 2);
  });

  it('replaces an instance whose memory has grown, because memory cannot shrink', async () => {
    const { call } = await guestWorld(createWasmBackend(), SMUGGLER);
    const made = await countMade('Instance', async () => {
      for (const action of [2, 0, 0, 2, 0]) await call(inputOf({ action, where: 4096 }));
    });
    assert.equal(made, 3);
  });
});
