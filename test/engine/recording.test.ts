import assert from 'node:assert/strict';
import { bundledCases } from '../../contracts/bundled-cases.ts';
import type { Backend } from '../../engine/backend.ts';
import { EngineError } from '../../engine/errors.ts';
import { guestBackend } from '../../engine/guest-backend.ts';
import { TrapCode } from '../../engine/outcome.ts';
import { mostCommitments, mostRecordedSteps, type Recording, type RecordOptions } from '../../engine/recording.ts';
import { defaultSchedule } from '../../engine/schedules.ts';
import { ModuleCache } from '../../engine/wasm/module-cache.ts';
import { wasmMachine } from '../../engine/wasm/wasm-machine.ts';
import { createReferenceBackend, createWasmBackend } from '../../engine/wasm-backend.ts';
import { createEvmBackend } from '../../evm-baseline/evm-backend.ts';
import { type RecordedCall, recordSequence } from '../../harness/divergence/record-sequence.ts';
import { createProcessBackend } from '../../harness/machines/process-backend.ts';
import { loadCase, loadSubject } from '../../harness/subjects/load.ts';
import { partsOf } from '../../harness/subjects/subject.ts';
import { AMPLE_GAS, guestWorld } from '../support/guest-world.ts';

/** The deployment of a bundled contract, its examples and the first call of its smallest workload. */
async function recordCase(backend: Backend, id: string, options: RecordOptions): Promise<readonly RecordedCall[]> {
  const subject = await loadSubject(id);
  const { examples, workloads } = await loadCase(id);
  const small = workloads.find(({ size }) => size === 'small') ?? workloads[0];
  const calls = [...examples.slice(0, 4), ...(small?.setup ?? []), ...(small?.calls.slice(0, 1) ?? [])];
  const sequence = subject.encode(subject.constructorArgs, calls.slice(0, 8));
  return recordSequence(backend, partsOf(subject), sequence, AMPLE_GAS, options);
}

/** Too much for every value to be told. */
const long: ReadonlySet<string> = new Set(['bn254']);

/** Calls itself with one byte less, and divides by what is left. */
const NESTED = `
(module
  (import "vm_hooks" "contract_address" (func $self (param i32)))
  (import "vm_hooks" "storage_load_bytes32" (func $load (param i32 i32)))
  (import "vm_hooks" "storage_cache_bytes32" (func $cache (param i32 i32)))
  (import "vm_hooks" "storage_flush_cache" (func $flush (param i32)))
  (import "vm_hooks" "call_contract" (func $call (param i32 i32 i32 i32 i64 i32) (result i32)))
  (memory (export "memory") 1 1)
  (global $depth (mut i64) (i64.const 5))
  (func (export "user_entrypoint") (param $length i32) (result i32)
    (call $self (i32.const 256))
    (call $load (i32.const 0) (i32.const 32))
    (i32.store8 (i32.const 32) (local.get $length))
    (call $cache (i32.const 0) (i32.const 32))
    (call $flush (i32.const 1))
    (global.set $depth (i64.mul (global.get $depth) (i64.extend_i32_u (local.get $length))))
    (i32.store (i32.const 64) (i32.div_u (i32.const 100) (local.get $length)))
    (drop (call $call (i32.const 256) (i32.const 0) (i32.sub (local.get $length) (i32.const 1)) (i32.const 128) (i64.const -1) (i32.const 160)))
    (i32.const 0)))`;

const VALUES = `
(module
  (memory (export "memory") 1 3)
  (table 1 1 funcref)
  (elem (i32.const 0) $twice)
  (global $seven i32 (i32.const 7))
  (type $unary (func (param i32) (result i32)))
  (func $twice (param i32) (result i32) (i32.add (local.get 0) (local.get 0)))
  (func $none (unreachable) (drop (select)))
  (func (export "user_entrypoint") (param $length i32) (result i32) (local $long i64)
    (local.set $long (i64.const -9))
    (drop (select (global.get $seven) (i32.const 5) (local.get $length)))
    (drop (local.tee $length (local.get $length)))
    (drop (memory.grow (i32.const 1)))
    (drop (memory.size))
    (drop (call_indirect (type $unary) (call $twice (i32.const 2)) (i32.const 0)))
    (drop (i64.add (local.get $long) (local.get $long)))
    (i32.load (i32.const 512))))`;

const LOOP = `
(module
  (memory (export "memory") 1 1)
  (func (export "user_entrypoint") (param $length i32) (result i32) (local $i i32)
    (local.set $i (i32.mul (local.get $length) (i32.const 20000)))
    (loop $again
      (br_if $again (local.tee $i (i32.sub (local.get $i) (i32.const 1)))))
    (i32.const 0)))`;

describe('a recording', function () {
  this.timeout(120_000);

  for (const id of bundledCases()) {
    it(`is the same on V8 and on the reference, and changes no outcome, gas or digest (${id})`, async () => {
      const options: RecordOptions = { every: 500, detail: long.has(id) ? 'blocks' : 'values' };
      const wasm = await recordCase(createWasmBackend(), id, options);
      const reference = await recordCase(createReferenceBackend(), id, options);
      for (const [at, { recording, isAsUsual }] of reference.entries()) {
        assert.deepEqual(wasm[at]?.recording, recording, `${id} step ${at}`);
        assert.ok(isAsUsual && wasm[at]?.isAsUsual);
        assert.ok(BigInt(recording.commitments.length) <= recording.end.gasUsed / 500n);
      }
      assert.ok(reference.length > 1);
    });
  }

  it('is the same of calls that trap, of frames inside frames, and from another process', async () => {
    const backends: readonly Backend[] = [
      createReferenceBackend(),
      createWasmBackend(),
      createWasmBackend({ reusesInstances: false }),
      unknownTraps(),
      await createProcessBackend({ machine: 'wasm' }),
    ];
    const all: (readonly Recording[])[] = [];
    for (const backend of backends) {
      const { world, call } = await guestWorld(backend, NESTED);
      const recordings: Recording[] = [];
      for (const [length, gasLimit] of [
        [3, AMPLE_GAS],
        [0, AMPLE_GAS],
        [3, 3000n],
        [2, 60n],
      ] as const) {
        const before = await world.snapshot();
        const usual = await call(new Uint8Array(length), { gasLimit });
        await world.restore(before);
        await world.record?.({ every: 20, detail: 'values', window: { from: -1, to: 5, lookAt: 9 } });
        assert.deepEqual(await call(new Uint8Array(length), { gasLimit }), usual);
        recordings.push((await world.takeRecording?.()) as Recording);
      }
      all.push(recordings);
      await world.close();
    }
    const [reference, ...others] = all;
    for (const [at, recordings] of others.entries()) {
      assert.deepEqual(recordings, reference, `${backends[at + 1]?.name} (${at})`);
    }
    assert.deepEqual(
      reference?.map(({ end }) => [end.status, end.trapCode]),
      [
        ['success', 0],
        ['trap', TrapCode.IntegerDivideByZero],
        ['trap', TrapCode.OutOfGas],
        ['trap', TrapCode.OutOfGas],
      ],
    );
    const [first] = reference as readonly Recording[];
    assert.deepEqual([...new Set(first?.commitments.map(({ depth }) => depth))].sort(), [0, 1, 2, 3]);
    assert.ok(first?.steps.some(({ kind }) => kind === 'result'));
    assert.equal(first?.look?.memory.length, 65_536);
  });

  it('tells every kind of value that an instruction leaves, at the same places', async () => {
    const kinds: (readonly string[])[] = [];
    for (const backend of [createReferenceBackend(), createWasmBackend()]) {
      const { world, call } = await guestWorld(backend, VALUES);
      await world.record?.({ every: 1_000_000, detail: 'values', window: { from: -1, to: 1 } });
      const { status } = await call(new Uint8Array(4));
      assert.equal(status, 'success');
      const recording = await world.takeRecording?.();
      const values = recording?.steps.flatMap((step) => (step.kind === 'value' ? [`${step.from} ${step.value}`] : []));
      kinds.push(values as readonly string[]);
    }
    assert.deepEqual(kinds[0], kinds[1]);
    // global.get, local.get, select, local.get; memory.grow and size; twice 2, and what it returns; twice 4; i64; a load.
    assert.deepEqual(
      kinds[0]?.map((line) => line.split(' ')[1]),
      ['7', '4', '7', '4', '1', '2', '2', '2', '4', '4', '4', '4', '8', '8', '-9', '-9', '-18', '0'],
    );
  });

  it('hears nothing of usual forms but frames and host calls, with no commitment before the end', async () => {
    const [wasm, reference] = await Promise.all(
      [createWasmBackend(), createReferenceBackend()].map(async (backend) => {
        const { world, call } = await guestWorld(backend, NESTED);
        await world.record?.({ detail: 'calls', window: { from: -1, to: 1 } });
        await call(new Uint8Array(2));
        return (await world.takeRecording?.()) as Recording;
      }),
    );
    const seen = (recording: Recording | undefined) =>
      recording?.steps.map((step) => ({ ...step, functionIndex: 0, at: 0 }));
    assert.deepEqual(seen(wasm), seen(reference));
    assert.deepEqual(wasm?.end, reference?.end);
    assert.equal(wasm?.commitments.length, 0);
    assert.deepEqual([...new Set(wasm?.steps.map(({ kind }) => kind))].sort(), ['begin', 'end', 'host', 'result']);
    assert.ok(wasm?.steps.every(({ at }) => at === -1) && reference?.steps.some(({ at }) => at > 0));
  });

  it('is of one call alone, and is taken once', async () => {
    const { world, call } = await guestWorld(createWasmBackend(), NESTED);
    const nothing = { code: 'bad-argument', message: 'nothing was recorded in this world' };
    await assert.rejects(world.takeRecording?.() as Promise<Recording>, nothing);
    await world.record?.({});
    await call(new Uint8Array(1));
    await call(new Uint8Array(0));
    assert.equal((await world.takeRecording?.())?.end.status, 'success');
    await assert.rejects(world.takeRecording?.() as Promise<Recording>, nothing);
  });

  it('stops at the most commitments, and leaves the world as it was', async () => {
    const { world, call } = await guestWorld(await createProcessBackend({ machine: 'wasm' }), LOOP);
    const digest = await world.stateDigest();
    await world.record?.({ every: 1 });
    await assert.rejects(
      call(Uint8Array.from({ length: 2 })),
      (error) => error instanceof EngineError && error.code === 'bad-argument' && /larger interval/.test(error.message),
    );
    assert.equal(await world.stateDigest(), digest);
    await world.record?.({ every: 16, window: { from: -1, to: mostCommitments } });
    const { gasUsed } = await call(Uint8Array.from({ length: 2 }));
    const recording = (await world.takeRecording?.()) as Recording;
    assert.equal(recording.end.gasUsed, gasUsed);
    assert.equal(recording.steps.length, mostRecordedSteps);
    assert.ok(recording.lostSteps > 0 && recording.commitments.length <= mostCommitments);
    await world.close();
  });

  it('refuses options that are none, and machines that cannot', async () => {
    const { world } = await guestWorld(createWasmBackend(), NESTED);
    const wrong: readonly [object, RegExp][] = [
      [{ every: 0 }, /every/],
      [{ detail: 'all' }, /one of calls, blocks, values/],
      [{ after: 'f00' }, /64 hex digits/],
      [{ window: { from: -2, to: 0 } }, /window\.from/],
      [{ window: { from: 0, to: mostCommitments + 1 } }, /window\.to/],
      [{ window: { from: 0, to: 1, lookAt: -1 } }, /window\.lookAt/],
      [{ depth: 3 }, /depth/],
    ];
    for (const [options, message] of wrong) {
      await assert.rejects(world.record?.(options as RecordOptions) as Promise<void>, {
        code: 'bad-argument',
        message,
      });
    }
    for (const backend of [createWasmBackend({ isMetered: false }), await createEvmBackend()]) {
      assert.equal((await backend.createWorld()).record, undefined, backend.name);
    }
    const process = await createProcessBackend({ machine: 'wasm-unmetered' });
    const other = await process.createWorld();
    await assert.rejects(other.record?.({}) as Promise<void>, { code: 'bad-argument', message: /cannot record/ });
    await other.close();
  });
});

/** A machine to which every trap is one that it does not know, so that all runs again on the reference. */
function unknownTraps(): Backend {
  const modules = new ModuleCache(1 << 20);
  const options = { strategy: 'default', reusesInstances: true, modules, readTrap: () => undefined } as const;
  return guestBackend(wasmMachine('wasm', options), defaultSchedule);
}
