import assert from 'node:assert/strict';
import { sealAbi } from '../../engine/abi/seal/seal-abi.ts';
import type { World } from '../../engine/backend.ts';
import { deployedAddress } from '../../engine/deployed-address.ts';
import { type Outcome, trapName } from '../../engine/outcome.ts';
import { payloadBytes } from '../../engine/payload-limits.ts';
import { ALICE, AMPLE_GAS, meteredMachines } from '../support/guest-world.ts';
import { printOutcome } from '../support/outcome.ts';
import { wat } from '../support/wat.ts';

const MIB = 1 << 20;
const SIZES = [0, 1, payloadBytes - 1, payloadBytes, payloadBytes + 1, MIB, 16 * MIB - 65_536];
const mode = { success: 0, revert: 1, event: 2, storage: 3 } as const;

/** Input: mode (1), size (4), padding. Success returns `size` bytes; an event or a stored value of `size` returns none. */
const GUEST = `(module
  (import "seal0" "input" (func $input (param i32 i32)))
  (import "seal0" "seal_return" (func $return (param i32 i32 i32)))
  (import "seal0" "deposit_event" (func $event (param i32 i32 i32 i32)))
  (import "seal2" "set_storage" (func $set (param i32 i32 i32 i32) (result i32)))
  (import "env" "memory" (memory 256 256))
  (func (export "deploy"))
  (func (export "call") (local $mode i32) (local $size i32)
    (i32.store (i32.const 0) (i32.const 1000000))
    (call $input (i32.const 16) (i32.const 0))
    (local.set $mode (i32.load8_u (i32.const 16)))
    (local.set $size (i32.load (i32.const 17)))
    (if (i32.eq (local.get $mode) (i32.const 2))
      (then (call $event (i32.const 0) (i32.const 0) (i32.const 65536) (local.get $size))
        (call $return (i32.const 0) (i32.const 0) (i32.const 0))))
    (if (i32.eq (local.get $mode) (i32.const 3))
      (then (drop (call $set (i32.const 16) (i32.const 1) (i32.const 65536) (local.get $size)))
        (call $return (i32.const 0) (i32.const 0) (i32.const 0))))
    (call $return (local.get $mode) (i32.const 65536) (local.get $size))))`;

function inputOf(kind: number, size: number, lengthBytes = 5): Uint8Array {
  const input = new Uint8Array(lengthBytes);
  input[0] = kind;
  new DataView(input.buffer).setUint32(1, size, true);
  return input;
}

describe('sizes around every limit of an ink! contract', function () {
  this.timeout(60_000);
  const rows: { readonly name: string; readonly world: World; readonly address: Uint8Array }[] = [];

  before(async () => {
    const bytes = await wat(GUEST);
    for (const [name, create] of Object.entries(meteredMachines)) {
      const backend = create();
      const program = await backend.prepare({ name: 'sizes', wasm: { bytes, abi: sealAbi } });
      const world = await backend.createWorld();
      const input = new Uint8Array(0);
      const deployment = { deployer: ALICE, value: 0n, input, gasLimit: AMPLE_GAS };
      rows.push({ name, world, address: deployedAddress(await world.deploy(program, deployment)) });
    }
  });
  after(() => Promise.all(rows.map(({ world }) => world.close())));

  const call = (row: (typeof rows)[number], input: Uint8Array): Promise<Outcome> =>
    row.world.call({ caller: ALICE, to: row.address, value: 0n, input, gasLimit: AMPLE_GAS });

  for (const [name, kind] of Object.entries(mode)) {
    it(`of ${name} end in one outcome, gas and state on every machine`, async () => {
      for (const size of SIZES) {
        const seen = new Set<string>();
        for (const row of rows) {
          const before = await row.world.stateDigest();
          const outcome = await call(row, inputOf(kind, size));
          const what = `${row.name}: ${size}`;
          const digest = await row.world.stateDigest();
          if (size > payloadBytes) {
            assert.equal(outcome.status === 'trap' && trapName(outcome.code), 'HostArgumentInvalid', what);
            assert.equal(outcome.gasUsed, AMPLE_GAS, what);
            assert.equal(digest, before, what);
          } else {
            assert.ok(outcome.status !== 'trap', what);
            assert.equal(outcome.status === 'revert', kind === mode.revert, what);
            const isOutput = kind === mode.success || kind === mode.revert;
            assert.equal(outcome.output.length, isOutput ? size : 0, what);
            const events = outcome.status === 'success' ? outcome.events : [];
            assert.deepEqual(
              events.map(({ data }) => data.length),
              kind === mode.event ? [size] : [],
              what,
            );
            const stored = (await row.world.storageOf(row.address)).map(({ value }) => value.length);
            if (kind === mode.storage) assert.deepEqual(stored, [size], what);
          }
          seen.add(
            JSON.stringify([printOutcome(outcome), digest], (_, each) => (typeof each === 'bigint' ? `${each}` : each)),
          );
        }
        assert.equal(seen.size, 1, `${size}`);
      }
    });
  }

  it('of call data reach the contract whole, or nothing hears of them', async () => {
    for (const size of SIZES.filter((each) => each >= 5)) {
      const gas = new Set<bigint>();
      for (const row of rows) {
        const input = inputOf(mode.success, 7, size);
        if (size > payloadBytes) {
          await assert.rejects(call(row, input), { name: 'EngineError', code: 'bad-argument' }, row.name);
        } else {
          const outcome = await call(row, input);
          assert.equal(outcome.status, 'success', row.name);
          gas.add(outcome.gasUsed);
        }
      }
      assert.equal(gas.size, size > payloadBytes ? 0 : 1, `${size}`);
    }
  });
});
