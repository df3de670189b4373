import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { hostFunction } from '../../engine/abi/host-function.ts';
import { moduleInterfaceOf } from '../../engine/abi/module-interface-of.ts';
import { stylusAbi } from '../../engine/abi/stylus/stylus-abi.ts';
import type { Backend } from '../../engine/backend.ts';
import { fromHex } from '../../engine/bytes.ts';
import { deployedAddress } from '../../engine/deployed-address.ts';
import { EngineError } from '../../engine/errors.ts';
import { MAX_GAS } from '../../engine/gas.ts';
import { defaultSchedule } from '../../engine/schedules.ts';
import { moduleCache, moduleVerdicts } from '../../engine/wasm/module-cache.ts';
import { instrumentJudged } from '../../engine/wasm/module-verdict.ts';
import { createEvmBackend } from '../../evm-baseline/evm-backend.ts';
import { type InstrumentOptions, instrument } from '../../metering/instrument.ts';
import { ALICE, AMPLE_GAS, forEachMachine, guestWorld, meteredMachines } from '../support/guest-world.ts';
import { wat } from '../support/wat.ts';

/** Adds one to slot 0 and to transient slot 0, and returns the transient one, which every call finds empty. */
const COUNTER = `
(module
  (import "vm_hooks" "write_result" (func $write_result (param i32 i32)))
  (import "vm_hooks" "storage_load_bytes32" (func $load (param i32 i32)))
  (import "vm_hooks" "storage_cache_bytes32" (func $store (param i32 i32)))
  (import "vm_hooks" "storage_flush_cache" (func $flush (param i32)))
  (import "vm_hooks" "transient_load_bytes32" (func $transient (param i32 i32)))
  (import "vm_hooks" "transient_store_bytes32" (func $keep (param i32 i32)))
  (import "vm_hooks" "emit_log" (func $emit (param i32 i32 i32)))
  (memory (export "memory") 1 1)
  (func (export "user_entrypoint") (param i32) (result i32)
    (call $transient (i32.const 0) (i32.const 64))
    (i32.store8 (i32.const 95) (i32.add (i32.load8_u (i32.const 95)) (i32.const 1)))
    (call $keep (i32.const 0) (i32.const 64))
    (call $load (i32.const 0) (i32.const 32))
    (i32.store8 (i32.const 63) (i32.add (i32.load8_u (i32.const 63)) (i32.const 1)))
    (call $store (i32.const 0) (i32.const 32))
    (call $flush (i32.const 0))
    (call $emit (i32.const 32) (i32.const 32) (i32.const 0))
    (call $write_result (i32.const 95) (i32.const 1))
    (i32.const 0)))
`;

/** The same with persistent storage only: add one to slot 0, return 1. */
const COUNTER_INITCODE = fromHex('0x6013600c60003960136000f3600054600101600055600160005360016000f3');

/** Runs `use` at `depth` frames further down, or as near to the end of the stack as there is. */
function descend<T>(depth: number, use: () => T): T {
  return depth === 0 ? use() : descend(depth - 1, use);
}

/** How many frames of `descend` fit. The frames get smaller when the engine compiles it, so that it has to be asked often. */
function deepest(): number {
  for (let before = 0, now = deepestNow(); ; before = now, now = deepestNow()) if (now === before) return now;
}

function deepestNow(): number {
  let low = 1;
  let high = 1 << 20;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    try {
      descend(middle, () => 0);
      low = middle;
    } catch {
      high = middle;
    }
  }
  return low;
}

/** Depths over the last part of the stack, most of them close to its end. */
function* depths(attempts: number): Generator<number> {
  const end = deepest();
  for (let i = 0; i < attempts; i++) yield Math.max(1, end + 4 - (i % 4 === 0 ? Math.floor((end * i) / attempts) : i));
}

async function attemptAtEveryDepth(backend: Backend, attempts: number): Promise<void> {
  const code = {
    name: 'counter',
    wasm: { bytes: await wat(COUNTER), abi: stylusAbi },
    evm: { initcode: COUNTER_INITCODE },
  };
  const program = await backend.prepare(code);
  const world = await backend.createWorld();
  const deployment = { deployer: ALICE, value: 0n, input: new Uint8Array(0), gasLimit: 10_000_000n };
  const address = deployedAddress(await world.deploy(program, deployment));
  const message = { caller: ALICE, to: address, value: 0n, input: new Uint8Array(40), gasLimit: 1_000_000n };
  const batch = await world.loadBatch([message, message]);
  const start = await world.snapshot();
  const empty = await world.stateDigest();
  await world.call(message);
  const once = await world.stateDigest();
  const uses: readonly (() => Promise<unknown>)[] = [
    () => world.call(message),
    () => world.call(message),
    () => batch.run(),
    () => world.deploy(program, deployment),
    () => world.callMany([message, message]),
    () => world.stateDigest(),
    () => world.snapshot(),
    () => world.setBalance(ALICE, 5n),
  ];
  let refused = 0;
  let turn = 0;
  for (const depth of depths(attempts)) {
    await world.restore(start);
    assert.equal(await world.stateDigest(), empty);
    const use = uses[turn++ % uses.length] as () => Promise<unknown>;
    let promise: Promise<unknown>;
    try {
      promise = descend(depth, use);
    } catch (error) {
      // Not a promise that was rejected: the stack ended before the engine was entered.
      assert.ok(error instanceof RangeError);
      assert.equal(await world.stateDigest(), empty);
      continue;
    }
    const failure = await promise.then(
      () => undefined,
      (error: unknown) => error,
    );
    if (failure !== undefined) {
      assert.ok(failure instanceof EngineError && failure.code === 'host-stack', `${failure}`);
      assert.equal(await world.stateDigest(), empty, `${use} at ${depth}`);
      refused++;
    }
    await world.restore(start);
    const outcome = await world.call(message);
    assert.ok(outcome.status === 'success' && outcome.output[0] === 1, 'sees what an aborted call has left');
    assert.equal(await world.stateDigest(), once);
  }
  assert.ok(refused > attempts / 10, `refused ${refused}`);
}

/** Creates an instance of the module whose hash is its input; returns the new address, zeros if that failed. */
const FACTORY = `
(module
  (import "vm_hooks" "read_args" (func $read_args (param i32)))
  (import "vm_hooks" "write_result" (func $write_result (param i32 i32)))
  (import "vm_hooks" "create1" (func $create1 (param i32 i32 i32 i32 i32)))
  (memory (export "memory") 1 1)
  (func (export "user_entrypoint") (param $length i32) (result i32)
    (call $read_args (i32.const 0))
    (call $create1 (i32.const 0) (local.get $length) (i32.const 128) (i32.const 200) (i32.const 256))
    (call $write_result (i32.const 200) (i32.const 20))
    (i32.const 0)))
`;

/** A contract whose constructor fails if it has input, and which itself traps. */
const FUSSY = `
(module
  (memory (export "memory") 1 1)
  (func (export "user_entrypoint") (param i32) (result i32) (unreachable))
  (func (export "user_constructor") (param i32) (result i32) (local.get 0)))
`;

describe('half a call', function () {
  this.timeout(300_000);

  for (const [name, create] of Object.entries(meteredMachines)) {
    it(`is never left behind by a call near the end of the native stack (${name})`, () =>
      attemptAtEveryDepth(create(), 1000));
  }

  it('is never left behind by a call near the end of the native stack (evm)', async () => {
    await attemptAtEveryDepth(await createEvmBackend(), 200);
  });

  forEachMachine('knows modules by the state and not by what was tried', async (backend) => {
    const { world, address, call } = await guestWorld(backend, FACTORY);
    const bytes = await wat(FUSSY);
    const hash = Uint8Array.from(createHash('sha256').update(bytes).digest());
    const program = await backend.prepare({ name: 'fussy', wasm: { bytes, abi: stylusAbi } });
    const deploy = (input: Uint8Array) =>
      world.deploy(program, { deployer: ALICE, value: 0n, input, gasLimit: AMPLE_GAS });
    const start = await world.snapshot();
    const unknown = await call(hash);
    assert.deepEqual(unknown.status === 'success' && unknown.output, new Uint8Array(20));

    await world.restore(start);
    const { outcome } = await deploy(Uint8Array.of(1));
    assert.equal(outcome.status, 'revert');
    assert.deepEqual(await call(hash), unknown, 'after a deployment that failed');

    await world.restore(start);
    await deploy(new Uint8Array(0));
    const known = await call(hash);
    assert.ok(known.status === 'success' && known.output.some((byte) => byte !== 0));
    assert.notEqual(known.gasUsed, unknown.gasUsed);

    await world.restore(start);
    assert.deepEqual(await call(hash), unknown, 'after a deployment that was taken back');
    assert.equal((await world.storageOf(address)).length, 0);
  });

  it('is added up without end: the gas of a batch is more than 64 bits', async () => {
    for (const create of Object.values(meteredMachines)) {
      const { world, address } = await guestWorld(create(), FUSSY);
      const message = { caller: ALICE, to: address, value: 0n, input: new Uint8Array(0), gasLimit: MAX_GAS };
      const batch = await world.loadBatch(new Array(9).fill(message));
      for (let i = 0; i < 2; i++) {
        const { trapCount, gasUsed } = await batch.run();
        assert.deepEqual({ trapCount, gasUsed }, { trapCount: 9, gasUsed: 9n * MAX_GAS });
      }
    }
  });

  it('breaks the world of a contract that takes all of the stack, and says so from then on', async () => {
    const source = COUNTER.replace(
      '(memory',
      '(func $deep (param i32) (if (local.get 0) (then (call $deep (i32.sub (local.get 0) (i32.const 1))))))\n(memory',
    ).replace('(call $emit', '(call $deep (i32.const 2900)) (call $emit');
    for (const create of [meteredMachines['wasm'], meteredMachines['wasm, plain']] as (() => Backend)[]) {
      const { world, call } = await guestWorld(create(), source);
      const end = deepest();
      let broken = 0;
      for (let i = 0; i < 60 && broken === 0; i++) {
        const failure = await descend(Math.floor((end * (40 + i)) / 100), () => call()).then(
          () => undefined,
          (error: unknown) => error,
        );
        if (failure === undefined) continue;
        assert.ok(failure instanceof EngineError && failure.code === 'host-stack', `${failure}`);
        const digest = await world.stateDigest().catch((error: unknown) => error);
        if (typeof digest === 'string') continue;
        assert.ok(digest instanceof EngineError && digest.code === 'broken-world', `${digest}`);
        await assert.rejects(call(), { code: 'broken-world' });
        broken++;
      }
      assert.equal(broken, 1);
    }
  });

  it('is taken back where there is no memory for its output or its events', async () => {
    for (const [name, create] of Object.entries(meteredMachines)) {
      const { world, call } = await guestWorld(create(), COUNTER);
      const before = await world.stateDigest();
      const { slice } = Uint8Array.prototype;
      for (let made = 0, isDone = false; !isDone; made++) {
        let left = made;
        Uint8Array.prototype.slice = function (...args) {
          if (left-- === 0) throw new RangeError('Array buffer allocation failed');
          return slice.apply(this, args);
        };
        const attempt = await call().then(
          (outcome) => outcome.status,
          (error: unknown) => error,
        );
        Uint8Array.prototype.slice = slice;
        isDone = attempt === 'success';
        if (isDone) continue;
        assert.ok(attempt instanceof EngineError && attempt.code === 'internal', `${name}: ${attempt}`);
        assert.equal(await world.stateDigest(), before, `${name}, after ${made} arrays`);
      }
      const outcome = await call();
      assert.ok(outcome.status === 'success' && outcome.output[0] === 1, name);
      assert.notEqual(await world.stateDigest(), before);
    }
  });

  it('is not what a RangeError of another kind leaves: the call is taken back, and the world goes on', async () => {
    const { thunks: _, ...withoutThunks } = stylusAbi;
    const fail = hostFunction({ module: 'vm_hooks', name: 'block_number', params: [], result: 'i64' }, () => {
      throw new RangeError('Invalid typed array length: -1');
    });
    const hostFunctions = stylusAbi.hostFunctions.map((row) => (row.name === 'block_number' ? fail : row));
    const bytes = await wat(
      COUNTER.replace('(memory', '(import "vm_hooks" "block_number" (func $fail (result i64)))\n(memory')
        .replace('(param i32) (result i32)', '(param $length i32) (result i32)')
        .replace('(call $write_result', '(if (local.get $length) (then (drop (call $fail)))) (call $write_result'),
    );
    const used = new Set<bigint>();
    for (const [name, create] of Object.entries(meteredMachines)) {
      const backend = create();
      const program = await backend.prepare({ name, wasm: { bytes, abi: { ...withoutThunks, hostFunctions } } });
      const world = await backend.createWorld();
      const deployment = { deployer: ALICE, value: 0n, input: new Uint8Array(0), gasLimit: AMPLE_GAS };
      const address = deployedAddress(await world.deploy(program, deployment));
      const before = await world.stateDigest();
      const message = { caller: ALICE, to: address, value: 0n, input: new Uint8Array(1), gasLimit: AMPLE_GAS };
      await assert.rejects(world.call(message), { name: 'EngineError', code: 'internal' }, name);
      await assert.rejects((await world.loadBatch([message])).run(), { name: 'EngineError', code: 'internal' }, name);
      assert.equal(await world.stateDigest(), before);
      const outcome = await world.call({ ...message, input: new Uint8Array(0) });
      assert.ok(outcome.status === 'success' && outcome.output[0] === 1, name);
      used.add(outcome.gasUsed);
    }
    assert.equal(used.size, 1);
  });

  it('is not begun by a backend at the end of the stack, and no module is judged there', async () => {
    const bytes = await wat(COUNTER);
    for (const create of Object.values(meteredMachines)) {
      const backend = create();
      const { unproved } = moduleVerdicts();
      const uses: readonly (() => Promise<unknown>)[] = [
        () => backend.prepare({ name: 'counter', wasm: { bytes, abi: stylusAbi } }),
        () => backend.createWorld(),
      ];
      const end = deepest();
      let refused = 0;
      for (let i = 0; i < 120; i++) {
        moduleCache.clear();
        let promise: Promise<unknown>;
        try {
          promise = descend(Math.max(1, end - 20 * (i >> 1)), uses[i % 2] as () => Promise<unknown>);
        } catch (error) {
          assert.ok(error instanceof RangeError);
          continue;
        }
        const failure = await promise.then(
          () => undefined,
          (error: unknown) => error,
        );
        if (failure === undefined) continue;
        assert.ok(failure instanceof EngineError && failure.code === 'host-stack', `${failure}`);
        refused++;
      }
      assert.ok(refused > 20, `refused ${refused}`);
      assert.equal(moduleVerdicts().unproved, unproved);
    }
  });

  it('is no verdict on a module when the verifier ran out of stack', async () => {
    const bytes = await wat(COUNTER);
    const { costs, limits } = defaultSchedule;
    const options: InstrumentOptions = { costs, limits, interface: moduleInterfaceOf(stylusAbi), strategy: 'default' };
    const instrumented = instrument(bytes, options);
    const end = deepest();
    let overflows = 0;
    for (let i = 0; i < 200; i++) {
      let kind = 'overflow';
      try {
        kind = descend(end - 8 * i, () => instrumentJudged(bytes, options, () => instrumented)).verdict.kind;
      } catch (error) {
        assert.ok(
          error instanceof RangeError || (error instanceof EngineError && error.code === 'host-stack'),
          `${error}`,
        );
        overflows++;
      }
      assert.notEqual(kind, 'unproved', `${i}`);
    }
    assert.ok(overflows > 10);
  });
});
