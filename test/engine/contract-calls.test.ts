import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import type { GuestAbi } from '../../engine/abi/guest-abi.ts';
import { stylusAbi } from '../../engine/abi/stylus/stylus-abi.ts';
import type { Backend, World } from '../../engine/backend.ts';
import { bigintToBytes, concatBytes, fromHex, toHex } from '../../engine/bytes.ts';
import { create2Address, createAddress } from '../../engine/contract-address.ts';
import { deployedAddress } from '../../engine/deployed-address.ts';
import type { Outcome } from '../../engine/outcome.ts';
import { ALICE, AMPLE_GAS, forEachMachine, meteredMachines } from '../support/guest-world.ts';
import { printOutcome } from '../support/outcome.ts';
import { stylusGuest } from '../support/stylus-guest.ts';
import { wat } from '../support/wat.ts';

/**
 * A guest that does what its input says. Byte 0: 0 call, 1 static call, 2 delegate call (address at 1, value at 32,
 * gas at 64 little-endian, calldata from 96); the output is the status byte and the return data. 3: store byte 1 in
 * slot 0, emit it, then by byte 2: 0 succeed, 1 revert, 2 trap, 3 loop; the output is sender, self and value.
 * 4: create1, 5: create2 (endowment at 32, salt at 64, creation code from 96); the output is the address.
 */
const ACTOR = `
(module
  (import "vm_hooks" "read_args" (func $read_args (param i32)))
  (import "vm_hooks" "write_result" (func $write_result (param i32 i32)))
  (import "vm_hooks" "read_return_data" (func $read_return_data (param i32 i32 i32) (result i32)))
  (import "vm_hooks" "storage_cache_bytes32" (func $store (param i32 i32)))
  (import "vm_hooks" "storage_flush_cache" (func $flush (param i32)))
  (import "vm_hooks" "emit_log" (func $emit (param i32 i32 i32)))
  (import "vm_hooks" "msg_sender" (func $msg_sender (param i32)))
  (import "vm_hooks" "msg_value" (func $msg_value (param i32)))
  (import "vm_hooks" "contract_address" (func $contract_address (param i32)))
  (import "vm_hooks" "call_contract" (func $call (param i32 i32 i32 i32 i64 i32) (result i32)))
  (import "vm_hooks" "static_call_contract" (func $static (param i32 i32 i32 i64 i32) (result i32)))
  (import "vm_hooks" "delegate_call_contract" (func $delegate (param i32 i32 i32 i64 i32) (result i32)))
  (import "vm_hooks" "create1" (func $create1 (param i32 i32 i32 i32 i32)))
  (import "vm_hooks" "create2" (func $create2 (param i32 i32 i32 i32 i32 i32)))
  (memory (export "memory") 1 1)
  (func $finish (param $status i32) (param $length i32) (result i32)
    (i32.store8 (i32.const 8192) (local.get $status))
    (drop (call $read_return_data (i32.const 8193) (i32.const 0) (local.get $length)))
    (call $write_result (i32.const 8192) (i32.add (i32.const 1) (local.get $length)))
    (i32.const 0))
  (func (export "user_entrypoint") (param $length i32) (result i32) (local $inner i32)
    (call $read_args (i32.const 1024))
    (local.set $inner (i32.sub (local.get $length) (i32.const 96)))
    (block $create2 (block $create1 (block $write (block $delegate (block $static (block $call
      (br_table $call $static $delegate $write $create1 $create2 (i32.load8_u (i32.const 1024))))
      (return (call $finish
        (call $call (i32.const 1025) (i32.const 1120) (local.get $inner) (i32.const 1056) (i64.load (i32.const 1088)) (i32.const 0))
        (i32.load (i32.const 0)))))
      (return (call $finish
        (call $static (i32.const 1025) (i32.const 1120) (local.get $inner) (i64.load (i32.const 1088)) (i32.const 0))
        (i32.load (i32.const 0)))))
      (return (call $finish
        (call $delegate (i32.const 1025) (i32.const 1120) (local.get $inner) (i64.load (i32.const 1088)) (i32.const 0))
        (i32.load (i32.const 0)))))
      (i32.store8 (i32.const 95) (i32.load8_u (i32.const 1025)))
      (call $store (i32.const 32) (i32.const 64)) (call $flush (i32.const 0))
      (call $emit (i32.const 95) (i32.const 1) (i32.const 0))
      (call $msg_sender (i32.const 100)) (call $contract_address (i32.const 120)) (call $msg_value (i32.const 140))
      (call $write_result (i32.const 100) (i32.const 72))
      (block $loop (block $trap (block $revert (block $succeed
        (br_table $succeed $revert $trap $loop (i32.load8_u (i32.const 1026))))
        (return (i32.const 0)))
        (return (i32.const 1)))
        (unreachable))
      (loop $forever (br $forever)))
      (call $create1 (i32.const 1120) (local.get $inner) (i32.const 1056) (i32.const 200) (i32.const 0))
      (call $write_result (i32.const 200) (i32.const 20)) (return (i32.const 0)))
    (call $create2 (i32.const 1120) (local.get $inner) (i32.const 1056) (i32.const 1088) (i32.const 200) (i32.const 0))
    (call $write_result (i32.const 200) (i32.const 20))
    (i32.const 0))
  (func (export "user_constructor") (param $length i32) (result i32)
    (call $read_args (i32.const 1024))
    (call $write_result (i32.const 1024) (local.get $length))
    (if (result i32) (local.get $length) (then (i32.load8_u (i32.const 1024))) (else (i32.const 0)))))
`;

const MOST_GAS = (1n << 64n) - 1n;
const kinds = { call: 0, static: 1, delegate: 2 } as const;
const endings = { succeed: 0, revert: 1, trap: 2, loop: 3 } as const;

function callInput(
  kind: keyof typeof kinds,
  to: Uint8Array,
  inner: Uint8Array,
  value = 0n,
  gas = MOST_GAS,
): Uint8Array {
  const gasBytes = bigintToBytes(gas, 8).reverse();
  return concatBytes([
    Uint8Array.of(kinds[kind]),
    to,
    new Uint8Array(11),
    bigintToBytes(value, 32),
    gasBytes,
    new Uint8Array(24),
    inner,
  ]);
}

function writeInput(byte: number, ending: keyof typeof endings): Uint8Array {
  return Uint8Array.of(3, byte, endings[ending]);
}

interface Actors {
  readonly world: World;
  readonly outer: Uint8Array;
  readonly inner: Uint8Array;
  readonly moduleHash: Uint8Array;
  send(to: Uint8Array, input: Uint8Array, gasLimit?: bigint): Promise<Outcome>;
}

async function actors(backend: Backend): Promise<Actors> {
  const bytes = await wat(ACTOR);
  const program = await backend.prepare({ name: 'actor', wasm: { bytes, abi: stylusAbi } });
  const world = await backend.createWorld();
  await world.setBalance(ALICE, 1000n);
  const deploy = async (): Promise<Uint8Array> => {
    const message = { deployer: ALICE, value: 100n, input: new Uint8Array(0), gasLimit: AMPLE_GAS };
    return deployedAddress(await world.deploy(program, message));
  };
  return {
    world,
    outer: await deploy(),
    inner: await deploy(),
    moduleHash: new Uint8Array(createHash('sha256').update(bytes).digest()),
    send: (to, input, gasLimit = 10_000_000n) => world.call({ caller: ALICE, to, value: 0n, input, gasLimit }),
  };
}

async function slotZero(world: World, address: Uint8Array): Promise<number> {
  return (await world.storageOf(address))[0]?.value[31] ?? 0;
}

function outputOf(outcome: Outcome): Uint8Array {
  if (outcome.status === 'trap')
    assert.fail(JSON.stringify(printOutcome(outcome), (_, v) => (typeof v === 'bigint' ? `${v}` : v)));
  return outcome.output;
}

describe('contract calls', () => {
  forEachMachine('keep what a successful child did', async (backend) => {
    const { world, outer, inner, send } = await actors(backend);
    const outcome = await send(outer, callInput('call', inner, writeInput(7, 'succeed'), 5n));
    assert.equal(
      toHex(outputOf(outcome)),
      `0x00${toHex(outer).slice(2)}${toHex(inner).slice(2)}${'5'.padStart(64, '0')}`,
    );
    assert.equal(await slotZero(world, inner), 7);
    assert.equal(await world.balanceOf(inner), 105n);
    assert.deepEqual(outcome.status === 'success' && outcome.events.map(({ address }) => toHex(address)), [
      toHex(inner),
    ]);
  });

  for (const ending of ['revert', 'trap', 'loop'] as const) {
    forEachMachine(`take back only what a child did that ends in a ${ending}`, async (backend) => {
      const { world, outer, inner, send } = await actors(backend);
      await send(outer, writeInput(3, 'succeed'));
      const outcome = await send(outer, callInput('call', inner, writeInput(7, ending), 5n));
      assert.equal(outputOf(outcome)[0], 2);
      assert.equal(await slotZero(world, inner), 0);
      assert.equal(await slotZero(world, outer), 3);
      assert.equal(await world.balanceOf(inner), 100n);
      assert.deepEqual(outcome.status === 'success' && outcome.events, []);
    });
  }

  forEachMachine('give a child at most 63/64 of the gas left, so that its parent can go on', async (backend) => {
    const { outer, inner, send } = await actors(backend);
    const outcome = await send(outer, callInput('call', inner, writeInput(0, 'loop')), 640_000n);
    assert.equal(outcome.status, 'success');
    assert.ok(outcome.gasUsed > 620_000n && outcome.gasUsed < 640_000n, `${outcome.gasUsed}`);
  });

  forEachMachine('give a child no more gas than its parent names', async (backend) => {
    const { outer, inner, send } = await actors(backend);
    const outcome = await send(outer, callInput('call', inner, writeInput(0, 'loop'), 0n, 1234n), 640_000n);
    assert.equal(outputOf(outcome)[0], 2);
    assert.ok(outcome.gasUsed < 20_000n, `${outcome.gasUsed}`);
  });

  forEachMachine('run a delegate call on the storage, sender and value of its caller', async (backend) => {
    const { world, outer, inner, send } = await actors(backend);
    const outcome = await send(outer, callInput('delegate', inner, writeInput(9, 'succeed')));
    assert.equal(toHex(outputOf(outcome)), `0x00${toHex(ALICE).slice(2)}${toHex(outer).slice(2)}${'0'.repeat(64)}`);
    assert.equal(await slotZero(world, outer), 9);
    assert.equal(await slotZero(world, inner), 0);
  });

  forEachMachine('trap a write in a static call, however deep', async (backend) => {
    const { world, outer, inner, send } = await actors(backend);
    assert.equal(outputOf(await send(outer, callInput('static', inner, writeInput(9, 'succeed'))))[0], 2);
    const indirect = callInput('static', outer, callInput('call', inner, writeInput(9, 'succeed')));
    assert.equal(toHex(outputOf(await send(outer, indirect))), '0x0002');
    assert.equal(await slotZero(world, inner), 0);
  });

  forEachMachine('fail a call that sends value from inside a static call, and go on', async (backend) => {
    const { outer, inner, send } = await actors(backend);
    const indirect = callInput('static', outer, callInput('call', inner, writeInput(9, 'succeed'), 1n));
    const outcome = await send(outer, indirect);
    assert.equal(toHex(outputOf(outcome)), '0x0002');
    assert.ok(outcome.gasUsed < 20_000n, `${outcome.gasUsed}`);
  });

  forEachMachine('fail a call that sends more than its caller has, at no cost', async (backend) => {
    const { outer, inner, send } = await actors(backend);
    const outcome = await send(outer, callInput('call', inner, writeInput(9, 'succeed'), 101n));
    assert.equal(toHex(outputOf(outcome)), '0x02');
    assert.ok(outcome.gasUsed < 10_000n, `${outcome.gasUsed}`);
  });

  forEachMachine('succeed on an account without code', async (backend) => {
    const { world, outer, send } = await actors(backend);
    const nobody = new Uint8Array(20).fill(0x99);
    assert.equal(toHex(outputOf(await send(outer, callInput('call', nobody, new Uint8Array(0), 5n)))), '0x00');
    assert.equal(await world.balanceOf(nobody), 5n);
  });

  forEachMachine('stop a chain of calls at the depth limit, and only there', async (backend) => {
    const { world, outer, inner, send } = await actors(backend);
    const chain = (length: number): Uint8Array => {
      let input = writeInput(4, 'succeed');
      for (let i = 0; i < length; i++) input = callInput('call', i % 2 === 0 ? inner : outer, input);
      return input;
    };
    const gasLimit = 1_000_000_000n;
    const deepest = outputOf(await send(outer, chain(64), gasLimit));
    assert.deepEqual([...deepest.slice(0, 64)], new Array(64).fill(0));
    assert.equal((await slotZero(world, inner)) + (await slotZero(world, outer)), 4);
    const tooDeep = outputOf(await send(outer, chain(65), gasLimit));
    assert.equal(toHex(tooDeep), `0x${'00'.repeat(64)}02`);
  });

  forEachMachine('create a contract at the address that CREATE and CREATE2 give', async (backend) => {
    const { world, outer, moduleHash, send } = await actors(backend);
    const header = (kind: number): Uint8Array =>
      concatBytes([Uint8Array.of(kind), new Uint8Array(31), bigintToBytes(3n, 32)]);
    const salt = new Uint8Array(32).fill(5);
    const created = outputOf(await send(outer, concatBytes([header(4), salt, moduleHash])));
    assert.equal(toHex(created), toHex(createAddress(outer, 1n)));
    assert.equal(await world.balanceOf(created), 3n);
    const salted = outputOf(await send(outer, concatBytes([header(5), salt, moduleHash])));
    assert.equal(toHex(salted), toHex(create2Address(outer, salt, moduleHash, new Uint8Array(0))));
    assert.equal((await send(created, writeInput(6, 'succeed'))).status, 'success');
    assert.equal(await slotZero(world, created), 6);
    const again = outputOf(await send(outer, concatBytes([header(5), salt, moduleHash])));
    assert.equal(toHex(again), `0x${'00'.repeat(20)}`);
  });

  forEachMachine('create nothing when the constructor reverts or the module is unknown', async (backend) => {
    const { world, outer, moduleHash, send } = await actors(backend);
    const header = concatBytes([Uint8Array.of(4), new Uint8Array(31), bigintToBytes(3n, 32), new Uint8Array(32)]);
    for (const code of [concatBytes([moduleHash, Uint8Array.of(1)]), new Uint8Array(32), new Uint8Array(3)]) {
      assert.equal(toHex(outputOf(await send(outer, concatBytes([header, code])))), `0x${'00'.repeat(20)}`);
    }
    assert.equal(await world.balanceOf(outer), 100n);
  });

  forEachMachine('hand back what a child returned that ended early, and call it again', async (backend) => {
    const bytes = await wat(`(module
      (import "vm_hooks" "exit_early" (func $exit (param i32)))
      (import "vm_hooks" "write_result" (func $write_result (param i32 i32)))
      (memory (export "memory") 1 1)
      (global $runs (mut i32) (i32.const 0))
      (func (export "user_entrypoint") (param $length i32) (result i32)
        (global.set $runs (i32.add (global.get $runs) (i32.const 1)))
        (i32.store8 (i32.const 5000) (i32.add (i32.load8_u (i32.const 5000)) (global.get $runs)))
        (call $write_result (i32.const 5000) (i32.const 1))
        (call $exit (local.get $length))
        (unreachable)))`);
    const { world, outer, send } = await actors(backend);
    const program = await backend.prepare({ name: 'early', wasm: { bytes, abi: stylusAbi } });
    const input = new Uint8Array(0);
    const address = deployedAddress(
      await world.deploy(program, { deployer: ALICE, value: 0n, input, gasLimit: AMPLE_GAS }),
    );
    for (const inner of [input, input, Uint8Array.of(9), input]) {
      const outcome = await send(outer, callInput('call', address, inner));
      assert.equal(toHex(outputOf(outcome)), inner.length === 0 ? '0x0001' : '0x0201');
    }
  });

  it('come to the same outcomes, gas and state on every machine', async () => {
    const run = async (backend: Backend): Promise<unknown[]> => {
      const { world, outer, inner, moduleHash, send } = await actors(backend);
      const inputs = [
        ...Object.keys(kinds).flatMap((kind) =>
          Object.keys(endings).map((ending) =>
            callInput(kind as keyof typeof kinds, inner, writeInput(8, ending as keyof typeof endings), 0n, 50_000n),
          ),
        ),
        callInput('call', inner, callInput('delegate', outer, writeInput(2, 'succeed')), 2n),
        concatBytes([Uint8Array.of(4), new Uint8Array(95), moduleHash]),
      ];
      const results: unknown[] = [];
      for (const input of inputs) {
        results.push(printOutcome(await send(outer, input)), await world.stateDigest());
      }
      return results;
    };
    const [first, ...others] = await Promise.all(Object.values(meteredMachines).map((create) => run(create())));
    for (const other of others) assert.deepEqual(other, first);
  });

  it('end alike at whatever gas limit, frames inside frames run again and taken back', async () => {
    const nested = await Promise.all(Object.values(meteredMachines).map((create) => actors(create())));
    const [{ outer, inner, world, send }] = nested as [Actors];
    const input = callInput('call', inner, callInput('call', outer, writeInput(7, 'succeed'), 2n), 5n);
    const start = await world.snapshot();
    const enough = await send(outer, input);
    assert.equal(await slotZero(world, outer), 7);
    await world.restore(start);
    for (let gasLimit = 0n; gasLimit < enough.gasUsed + 1000n; gasLimit += 61n) {
      const results = await Promise.all(
        nested.map(async ({ world, send }) => {
          const snapshot = await world.snapshot();
          const outcome = printOutcome(await send(outer, input, gasLimit));
          const digest = await world.stateDigest();
          await world.restore(snapshot);
          return { outcome, digest };
        }),
      );
      for (const result of results) assert.deepEqual(result, results[0], `gas limit ${gasLimit}`);
    }
  });

  it('derives CREATE addresses as the Yellow Paper does', () => {
    // Widely published example: the first two contracts of this account.
    const creator = fromHex('0x6ac7ea33f8831ea9dcc53393aaa88b25a785dbf0');
    assert.equal(toHex(createAddress(creator, 0n)), '0xcd234a471b72ba2f1ccf0a70fcaba648a5eecd8d');
    assert.equal(toHex(createAddress(creator, 1n)), '0x343c43a37d37dff08ae8c4a11544c718abb4fcf8');
  });

  it('leave the callee its input while it makes calls itself, also where only the caller has thunks', async () => {
    const { thunks: _, ...withoutThunks } = stylusAbi;
    // Both call the address at the beginning of their input. The first hands on the rest of it and returns what comes back.
    const caller = stylusGuest(`
      (drop (call $call_contract (i32.const 1024) (i32.const 1044) (i32.const 32) (i32.const 0) (i64.const -1) (i32.const 64)))
      (drop (call $read_return_data (i32.const 128) (i32.const 0) (i32.const 32)))
      (call $write_result (i32.const 128) (i32.const 32))
      (i32.const 0)`);
    const callee = stylusGuest(`
      (drop (call $call_contract (i32.const 1024) (i32.const 4096) (i32.const 64) (i32.const 0) (i64.const -1) (i32.const 64)))
      (call $read_args (i32.const 2048))
      (call $write_result (i32.const 2048) (i32.const 32))
      (i32.const 0)`);
    const used = new Set<bigint>();
    for (const [name, create] of Object.entries(meteredMachines)) {
      const backend = create();
      const world = await backend.createWorld();
      const deploy = async (source: string, abi: GuestAbi): Promise<Uint8Array> =>
        deployedAddress(
          await world.deploy(await backend.prepare({ name, wasm: { bytes: await wat(source), abi } }), {
            deployer: ALICE,
            value: 0n,
            input: new Uint8Array(0),
            gasLimit: AMPLE_GAS,
          }),
        );
      const last = await deploy(stylusGuest('(i32.const 0)'), stylusAbi);
      const inner = concatBytes([last, new Uint8Array(12).fill(0x77)]);
      const input = concatBytes([await deploy(callee, withoutThunks), inner]);
      const to = await deploy(caller, stylusAbi);
      const outcome = await world.call({ caller: ALICE, to, value: 0n, input, gasLimit: AMPLE_GAS });
      assert.equal(outcome.status === 'success' && toHex(outcome.output), toHex(inner), name);
      used.add(outcome.gasUsed);
    }
    assert.equal(used.size, 1);
  });
});
