import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { hostFunction } from '../../engine/abi/host-function.ts';
import { stylusAbi } from '../../engine/abi/stylus/stylus-abi.ts';
import type { Backend, ContractCode, World } from '../../engine/backend.ts';
import { concatBytes, fromHex } from '../../engine/bytes.ts';
import { type CallMessage, defaultBlock, defaultGasLimit, type FullCallMessage } from '../../engine/context.ts';
import { createAddress } from '../../engine/contract-address.ts';
import { deployedAddress } from '../../engine/deployed-address.ts';
import { MAX_GAS } from '../../engine/gas.ts';
import { createNoopBackend } from '../../engine/noop-backend.ts';
import type { Outcome } from '../../engine/outcome.ts';
import { calibratedV1Schedule, defaultSchedule } from '../../engine/schedules.ts';
import { createReferenceBackend, createWasmBackend } from '../../engine/wasm-backend.ts';
import { createDefaultEvmBackend, createEvmBackend } from '../../evm-baseline/evm-backend.ts';
import { createRevmBackend } from '../../evm-baseline/revm/revm-backend.ts';
import { nativeBackendIfAny, SCRIPT_SOURCE } from '../native-ref/native-machine.ts';
import { ALICE, BOB, meteredMachines } from '../support/guest-world.ts';
import { backendIfAny } from '../support/optional-backend.ts';
import { printOutcome } from '../support/outcome.ts';
import { wat } from '../support/wat.ts';

/** Stores the size of its call data in slot 0 and its first word in slot 1, emits the word, and returns nothing. */
const KEEPER = `
(module
  (import "vm_hooks" "read_args" (func $read_args (param i32)))
  (import "vm_hooks" "storage_cache_bytes32" (func $store (param i32 i32)))
  (import "vm_hooks" "storage_flush_cache" (func $flush (param i32)))
  (import "vm_hooks" "emit_log" (func $emit (param i32 i32 i32)))
  (memory (export "memory") 4 4)
  (data (i32.const 63) "\\01")
  (func (export "user_entrypoint") (param $length i32) (result i32)
    (call $read_args (i32.const 1024))
    (i32.store (i32.const 92) (local.get $length))
    (call $store (i32.const 0) (i32.const 64))
    (call $store (i32.const 32) (i32.const 1024))
    (call $flush (i32.const 0))
    (call $emit (i32.const 1024) (i32.const 32) (i32.const 0))
    (i32.const 0))
  (func (export "user_constructor") (param i32) (result i32) (i32.const 0)))
`;

/** The same for the EVM: the size is stored little-endian there, which nobody compares between machines. */
const KEEPER_INITCODE = fromHex(
  // Copies the 22 bytes behind the first 12 and returns them.
  '0x6016600c60003960166000f33660005560003560015560003560005260206000a000',
);

const GAS = 50_000_000n;

/** Every machine, with what it needs to run the same body; those that are not installed are missing. */
async function everyMachine(): Promise<readonly Backend[]> {
  const optional = await Promise.all([nativeBackendIfAny(), backendIfAny(createRevmBackend)]);
  return [
    ...Object.values(meteredMachines).map((create) => create()),
    createWasmBackend({ isMetered: false }),
    createNoopBackend(),
    await createEvmBackend(),
    await createDefaultEvmBackend(),
    ...optional.filter((backend) => backend !== undefined),
  ];
}

async function keeperCode(): Promise<ContractCode> {
  return {
    name: 'keeper',
    wasm: { bytes: await wat(KEEPER), abi: stylusAbi },
    evm: { initcode: KEEPER_INITCODE },
    native: { sourceFile: SCRIPT_SOURCE },
  };
}

interface Kept {
  readonly backend: Backend;
  readonly world: World;
  readonly address: Uint8Array;
}

async function keeper(backend: Backend): Promise<Kept> {
  const program = await backend.prepare(await keeperCode());
  const world = await backend.createWorld();
  const address = deployedAddress(
    await world.deploy(program, {
      deployer: ALICE,
      value: 0n,
      input: new Uint8Array(0),
      gasLimit: GAS,
    }),
  );
  return { backend, world, address };
}

function messageTo(to: Uint8Array, input: Uint8Array): FullCallMessage {
  return { caller: ALICE, to, value: 0n, input, gasLimit: GAS };
}

async function forKeepers(body: (kept: Kept) => Promise<void>): Promise<void> {
  for (const backend of await everyMachine()) await body(await keeper(backend));
}

function text(outcome: Outcome): string {
  return inspect(printOutcome(outcome), { maxStringLength: null });
}

const isBad = (pattern: RegExp) => ({ name: 'EngineError', code: 'bad-argument', message: pattern });

/** A length that only the class claims. */
class Liar extends Uint8Array {
  override get length(): number {
    return 1 << 20;
  }
}

function detached(lengthBytes: number): Uint8Array {
  const bytes = new Uint8Array(lengthBytes);
  structuredClone(bytes, { transfer: [bytes.buffer] });
  return bytes;
}

function withOwnLength(bytes: Uint8Array, length: number): Uint8Array {
  return Object.defineProperty(bytes, 'length', { value: length });
}

describe('the border of a world', function () {
  this.timeout(120_000);

  it('refuses call data of more than 128 KiB on every machine, before anything runs', async () => {
    await forKeepers(async ({ backend, world, address }) => {
      const program = await backend.prepare(await keeperCode());
      const before = await world.stateDigest();
      for (const size of [(128 << 10) + 1, 1 << 20, 16 << 20]) {
        const message = messageTo(address, new Uint8Array(size).fill(0xff));
        const tooLong = isBad(new RegExp(`input must be at most 131072 bytes, got ${size}`));
        await assert.rejects(world.call(message), tooLong, backend.name);
        await assert.rejects(world.callMany([messageTo(address, new Uint8Array(32)), message]), tooLong, backend.name);
        await assert.rejects(world.loadBatch([message]), tooLong, backend.name);
        const { input = new Uint8Array(0) } = message;
        await assert.rejects(world.deploy(program, { deployer: ALICE, value: 0n, input, gasLimit: GAS }), tooLong);
      }
      assert.equal(await world.stateDigest(), before, backend.name);
    });
  });

  it('takes call data of 0, 1, 128 KiB - 1 and 128 KiB, with the same gas on all that count the same', async () => {
    const seen = new Map<number, string>();
    for (const create of Object.values(meteredMachines)) {
      const { backend, world, address } = await keeper(create());
      for (const size of [0, 1, (128 << 10) - 1, 128 << 10]) {
        const outcome = text(await world.call(messageTo(address, new Uint8Array(size).fill(7))));
        const [first] = await world.callMany([messageTo(address, new Uint8Array(size).fill(7))]);
        const batch = await world.loadBatch([messageTo(address, new Uint8Array(size).fill(7))]);
        assert.equal((await batch.run()).successCount, 1);
        assert.equal(text(first as NonNullable<typeof first>), outcome, backend.name);
        if (!seen.has(size)) seen.set(size, outcome);
        assert.equal(outcome, seen.get(size), `${backend.name}, ${size} bytes`);
        assert.match(outcome, /success/);
      }
    }
  });

  it('goes by the bytes that an array holds and not by what it claims of itself', async () => {
    await forKeepers(async ({ backend, world, address }) => {
      const plain = Uint8Array.from({ length: 40 }, (_, i) => i + 1);
      const shared = new Uint8Array(new SharedArrayBuffer(40));
      shared.set(plain);
      const odd = [new Liar(plain), withOwnLength(plain.slice(), 3), shared, Buffer.from(plain)];
      const snapshot = await world.snapshot();
      const expected = text(await world.call(messageTo(address, plain)));
      const digest = await world.stateDigest();
      for (const input of odd) {
        const caller = Object.assign(new Liar(ALICE));
        await world.restore(snapshot);
        const message = { ...messageTo(address, input), caller };
        assert.equal(text(await world.call(message)), expected, backend.name);
        assert.equal(await world.stateDigest(), digest, backend.name);
        await world.restore(snapshot);
        await (await world.loadBatch([message])).run();
        assert.equal(await world.stateDigest(), digest, backend.name);
        await world.restore(snapshot);
        assert.deepEqual((await world.callMany([message])).map(text), [expected], backend.name);
      }
      const input = detached(40);
      await assert.rejects(world.call(messageTo(address, input)), isBad(/^input .* detached/), backend.name);
      await assert.rejects(world.call(messageTo(detached(20), plain)), isBad(/^to must be 20 bytes/), backend.name);
      await assert.rejects(world.loadBatch([messageTo(address, input)]), isBad(/^input .* detached/), backend.name);
      for (const no of [[1, 2], 'ab', new DataView(new ArrayBuffer(4)), new Uint16Array(20), { length: 20 }]) {
        const message = messageTo(address, no as unknown as Uint8Array);
        await assert.rejects(world.call(message), isBad(/^input must be a Uint8Array, got/), backend.name);
      }
    });
  });

  it('takes no value, no input and ample gas for what a message does not say', async () => {
    await forKeepers(async ({ backend, world, address: to }) => {
      const snapshot = await world.snapshot();
      const whole = { caller: ALICE, to, value: 0n, input: new Uint8Array(0), gasLimit: defaultGasLimit };
      const expected = text(await world.call(whole));
      const digest = await world.stateDigest();
      const short = { caller: ALICE, to };
      const calls: readonly (() => Promise<readonly Outcome[]>)[] = [
        async () => [await world.call(short)],
        async () => [await world.call({ ...short, value: undefined } as never)],
        () => world.callMany([short]),
      ];
      for (const call of calls) {
        await world.restore(snapshot);
        assert.deepEqual((await call()).map(text), [expected], backend.name);
        assert.equal(await world.stateDigest(), digest, backend.name);
      }
      await world.restore(snapshot);
      const { gasUsed } = await (await world.loadBatch([whole])).run();
      await world.restore(snapshot);
      assert.equal((await (await world.loadBatch([short])).run()).gasUsed, gasUsed, backend.name);
      assert.equal(await world.stateDigest(), digest, backend.name);
    });
  });

  it('gives an address to a contract that is there, and to no other', async () => {
    await forKeepers(async ({ backend, world }) => {
      if (backend.name === 'noop') return;
      const program = await backend.prepare(await keeperCode());
      // Nobody has given the deployer anything.
      const failed = await world.deploy(program, { deployer: BOB, value: 1n });
      assert.equal(failed.address, undefined, backend.name);
      assert.equal(failed.outcome.status, 'trap', backend.name);
      const words = `keeper does not deploy on ${program.backend}: its constructor ended in trap InsufficientBalance`;
      assert.throws(() => deployedAddress(failed, program), {
        name: 'EngineError',
        code: 'not-deployed',
        message: words,
      });
      assert.throws(() => deployedAddress(failed), /^EngineError: the contract does not deploy: its constructor/);
      // Its nonce rose all the same.
      const address = deployedAddress(await world.deploy(program, { deployer: BOB }));
      assert.deepEqual(address, createAddress(BOB, 1n), backend.name);
    });
  });

  it('names the argument, what was expected and what it saw', async () => {
    await forKeepers(async ({ backend, world, address }) => {
      const good = messageTo(address, new Uint8Array(4));
      const bad: readonly (readonly [object, RegExp])[] = [
        [{ gasLimit: 5 }, /^gasLimit must be a bigint from 0 to \d+, got the number 5$/],
        [{ gasLimit: MAX_GAS + 1n }, /^gasLimit must be/],
        [{ value: -1n }, /^value must be a bigint from 0 to \d+, got -1$/],
        [{ value: null }, /^value must be .* got null$/],
        [{ caller: '0xabc' }, /^caller must be a Uint8Array, got the string "0xabc"$/],
        [{ to: new Uint8Array(21) }, /^to must be 20 bytes, got 0x00/],
      ];
      for (const [part, pattern] of bad) {
        const message = { ...good, ...part } as CallMessage;
        await assert.rejects(world.call(message), isBad(pattern), backend.name);
        await assert.rejects(world.callMany([good, message]), isBad(pattern), backend.name);
        await assert.rejects(world.loadBatch([message]), isBad(pattern), backend.name);
      }
      await assert.rejects(world.call(undefined as never), isBad(/^message must be an object, got undefined$/));
      await assert.rejects(world.callMany({ 0: good, length: 1 } as never), isBad(/^messages must be an array/));
      await assert.rejects(world.restore('0' as never), isBad(/^snapshot must be/));
      await assert.rejects(world.restore(7), isBad(/no snapshot 7/), backend.name);
      await assert.rejects(world.setBalance(ALICE, 1 as never), isBad(/^balance must be/));
      await assert.rejects(world.setBlock({ ...defaultBlock, number: 1 as never }), isBad(/^block number must be/));
      await assert.rejects(backend.createWorld(null as never), isBad(/^block must be an object, got null/));
      await assert.rejects(backend.prepare('x' as never), isBad(/^code must be an object/));
      const bytes = new Uint8Array(8);
      await assert.rejects(backend.prepare({ name: 'x', wasm: { bytes } } as never), isBad(/^code\.wasm\.abi must be/));
      await assert.rejects(world.deploy(null as never, null as never), isBad(/^program must be an object/));
    });
  });

  it('says what is wrong with options', () => {
    const bad = isBad(/^options\.schedule must be a Schedule, .* got the string "flat-v1"$/);
    assert.throws(() => createWasmBackend({ schedule: 'flat-v1' as never }), bad);
    assert.throws(() => createReferenceBackend({ schedule: 'flat-v1' as never }), bad);
    assert.throws(
      () => createReferenceBackend('flat-v1' as never),
      isBad(/^options must be an object, got the string/),
    );
    const unknown =
      /^options must be an object with nothing but schedule(, isMetered, reusesInstances, usesKernel)?, got the string "\w+"$/;
    assert.throws(() => createReferenceBackend(defaultSchedule as never), isBad(unknown));
    assert.throws(() => createReferenceBackend({ isMetered: false } as never), isBad(unknown));
    assert.throws(() => createWasmBackend({ sheduler: defaultSchedule } as never), isBad(unknown));
    assert.throws(() => createWasmBackend(null as never), isBad(/^options must be an object, got null/));
    assert.throws(() => createWasmBackend({ isMetered: 1 as never }), isBad(/^options\.isMetered must be a boolean/));
    const larger = { ...defaultSchedule, payloadBytes: 1 << 20 };
    assert.throws(
      () => createWasmBackend({ schedule: larger }),
      isBad(/payloadBytes must be an integer from 0 to 131072/),
    );
  });

  it('refuses everything once the world is closed', async () => {
    await forKeepers(async ({ backend, world, address }) => {
      const message = messageTo(address, new Uint8Array(4));
      const program = await backend.prepare(await keeperCode());
      const batch = await world.loadBatch([message]);
      const snapshot = await world.snapshot();
      await world.close();
      await world.close();
      const closed = isBad(/^the world is closed$/);
      const uses: readonly (() => Promise<unknown>)[] = [
        () => world.call(message),
        () => world.callMany([]),
        () => world.loadBatch([]),
        () => batch.run(),
        () => world.deploy(program, { deployer: ALICE, value: 0n, input: new Uint8Array(0), gasLimit: GAS }),
        () => world.setBlock(defaultBlock),
        () => world.setBalance(ALICE, 1n),
        () => world.balanceOf(ALICE),
        () => world.storageOf(address),
        () => world.stateDigest(),
        () => world.snapshot(),
        () => world.restore(snapshot),
      ];
      for (const use of uses) await assert.rejects(use(), closed, `${backend.name}: ${use}`);
    });
  });

  it('runs a program only in worlds of the backend that prepared it', async () => {
    const deployment = { deployer: ALICE, value: 0n, input: new Uint8Array(0), gasLimit: GAS };
    const foreign = [
      await createWasmBackend({ schedule: defaultSchedule }).prepare(await keeperCode()),
      { backend: 'wasm', name: 'made up' },
      Object.create(await createWasmBackend().prepare(await keeperCode())),
    ];
    const worlds = [
      await createWasmBackend({ schedule: calibratedV1Schedule }).createWorld(),
      ...(await Promise.all((await everyMachine()).map((backend) => backend.createWorld()))),
    ];
    for (const world of worlds) {
      for (const program of foreign) await assert.rejects(world.deploy(program, deployment), { code: 'wrong-backend' });
    }
  });

  it('keeps nothing that the caller can change afterwards', async () => {
    await forKeepers(async ({ backend, world, address }) => {
      const block = { ...defaultBlock, coinbase: new Uint8Array(20).fill(1), number: 7n };
      await world.setBlock(block);
      block.number = 8n;
      block.coinbase.fill(9);
      assert.throws(() => Object.assign(defaultBlock, { number: 9n }), TypeError);
      defaultBlock.coinbase.fill(9);
      assert.deepEqual(defaultBlock.coinbase, new Uint8Array(20));

      const snapshot = await world.snapshot();
      const messages = [messageTo(address, new Uint8Array(32).fill(3))];
      const batch = await world.loadBatch(messages);
      const expected = await batch.run();
      const digest = await world.stateDigest();
      await world.restore(snapshot);
      const [first] = messages as [FullCallMessage];
      first.input.fill(4);
      messages.length = 0;
      assert.deepEqual(await batch.run(), expected, backend.name);
      assert.equal(await world.stateDigest(), digest, backend.name);
      first.input.fill(3);

      const pending = world.call(messageTo(address, first.input));
      first.input.fill(5);
      const outcome = await pending;
      for (const { value } of await world.storageOf(address)) value.fill(0xee);
      assert.equal(await world.stateDigest(), digest, backend.name);
      if (outcome.status !== 'success') return;
      structuredClone(outcome.output, { transfer: [outcome.output.buffer as ArrayBuffer] });
      for (const event of outcome.events) event.address.fill(0xee);
      const again = await world.call(messageTo(address, new Uint8Array(32).fill(3)));
      if (again.status === 'success') for (const event of again.events) assert.deepEqual(event.address, address);
      assert.deepEqual(outcome.status === 'success' && again.status === 'success' && again.output, new Uint8Array(0));
    });
  });

  it('keeps no bytes of a module that the caller can change', async () => {
    for (const create of Object.values(meteredMachines)) {
      const backend = create();
      const code = await keeperCode();
      const program = await backend.prepare(code);
      code.wasm?.bytes.fill(0);
      const world = await backend.createWorld();
      const address = deployedAddress(
        await world.deploy(program, {
          deployer: ALICE,
          value: 0n,
          input: new Uint8Array(0),
          gasLimit: GAS,
        }),
      );
      // Out of gas: the trap is run again on a form that is made only now.
      const trap = await world.call({ ...messageTo(address, new Uint8Array(32)), gasLimit: 10n });
      assert.deepEqual(trap, { status: 'trap', code: 7, gasUsed: 10n });
    }
  });

  it('takes bytes of any size into a world without a change when a call fails', async () => {
    const balances = new Map<string, string>();
    for (const create of Object.values(meteredMachines)) {
      const { backend, world, address } = await keeper(create());
      await world.setBalance(BOB, 1n);
      const before = await world.stateDigest();
      const input = concatBytes([new Uint8Array(128 << 10).fill(0xab)]);
      const outcome = await world.call({ ...messageTo(address, input), gasLimit: 100n });
      assert.equal(outcome.status, 'trap', backend.name);
      assert.equal(await world.stateDigest(), before, backend.name);
      balances.set(backend.name, before);
    }
    assert.equal(new Set(balances.values()).size, 1);
    assert.equal(createAddress(ALICE, 0n).length, 20);
  });

  it('refuses more messages than it could hold, and a list without an end, before it looks at any', async () => {
    const { world, address } = await keeper(createNoopBackend());
    const message = messageTo(address, new Uint8Array(0));
    const endless = new Proxy([message], {
      get: (target, name) => (name === 'length' ? Infinity : (Reflect.get(target, '0') as unknown)),
    });
    const tooMany = isBad(/^messages\.length must be an integer from 0 to 1048576, got/);
    for (const messages of [new Array<CallMessage>(12e6).fill(message), endless]) {
      await assert.rejects(world.loadBatch(messages), tooMany);
      await assert.rejects(world.callMany(messages), tooMany);
    }
  });

  it('copies nothing of a list before it has looked at all of it', async () => {
    await forKeepers(async ({ backend, world, address }) => {
      await world.setBalance(ALICE, 1n);
      const snapshot = await world.snapshot();
      const wanted = { ...messageTo(address, new Uint8Array(32).fill(4)), value: 1n };
      const expected = text(await world.call(wanted));
      const digest = await world.stateDigest();
      /** The first becomes what is wanted only when the last is looked at, so that an earlier copy of any part would show. */
      const changing = (): readonly CallMessage[] => {
        const first = { ...messageTo(new Uint8Array(20), new Uint8Array(32)), caller: Uint8Array.from(BOB), value: 1n };
        const last = Object.defineProperty(messageTo(BOB, new Uint8Array(0)), 'gasLimit', {
          get: () => {
            for (const part of ['caller', 'to', 'input'] as const) first[part].set(wanted[part]);
            return GAS;
          },
        });
        return [first, last];
      };
      await world.restore(snapshot);
      const [outcome] = await world.callMany(changing());
      assert.equal(text(outcome as Outcome), expected, backend.name);
      assert.equal(await world.stateDigest(), digest, backend.name);
      await world.restore(snapshot);
      await (await world.loadBatch(changing())).run();
      assert.equal(await world.stateDigest(), digest, backend.name);
    });
  });

  it('refuses a call from inside a call, whose message stays what it was', async () => {
    const bytes = await wat(`(module
      (import "vm_hooks" "again" (func $again))
      (import "vm_hooks" "read_args" (func $read (param i32)))
      (import "vm_hooks" "msg_sender" (func $sender (param i32)))
      (import "vm_hooks" "write_result" (func $write (param i32 i32)))
      (memory (export "memory") 1)
      (func (export "user_entrypoint") (param i32) (result i32)
        (call $again) (call $sender (i32.const 0)) (call $read (i32.const 20))
        (call $write (i32.const 0) (i32.const 24)) (i32.const 0)))`);
    const hostCosts = { ...defaultSchedule.hostCosts, 'vm_hooks.again': { base: 1, perByte: 0, source: 'a test' } };
    const schedule = { ...defaultSchedule, hostCosts };
    const used: bigint[] = [];
    for (const backend of [
      createWasmBackend({ schedule }),
      createWasmBackend({ schedule, usesKernel: false }),
      createWasmBackend({ schedule, reusesInstances: false }),
      createReferenceBackend({ schedule }),
    ]) {
      let inner: Promise<unknown> | undefined;
      const again = hostFunction({ module: 'vm_hooks', name: 'again', params: [], result: undefined }, () => {
        const other = { caller: BOB, to: address, value: 0n, input: Uint8Array.of(9, 9, 9, 9), gasLimit: GAS };
        inner = world.call(other).catch((error: unknown) => error);
      });
      const { thunks: _, ...withoutThunks } = stylusAbi;
      const abi = { ...withoutThunks, hostFunctions: [...stylusAbi.hostFunctions, again] };
      const program = await backend.prepare({ name: 'again', wasm: { bytes, abi } });
      const world = await backend.createWorld();
      const deployment = { deployer: ALICE, value: 0n, input: new Uint8Array(0), gasLimit: GAS };
      const address = deployedAddress(await world.deploy(program, deployment));
      for (let i = 0; i < 2; i++) {
        const outcome = await world.call(messageTo(address, Uint8Array.of(1, 2, 3, 4)));
        assert.ok(outcome.status === 'success', backend.name);
        assert.deepEqual(outcome.output, concatBytes([ALICE, Uint8Array.of(1, 2, 3, 4)]), backend.name);
        assert.equal(((await inner) as { code?: string }).code, 'broken-world', backend.name);
        used.push(outcome.gasUsed);
      }
    }
    assert.equal(new Set(used).size, 1);
  });
});
