import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { stylusAbi } from '../../engine/abi/stylus/stylus-abi.ts';
import type { Backend, Program, World } from '../../engine/backend.ts';
import { BatchTally } from '../../engine/batch-tally.ts';
import { bigintToBytes, bytesToBigint, concatBytes, toHex } from '../../engine/bytes.ts';
import { type CallMessage, defaultBlock } from '../../engine/context.ts';
import { create2Address, createAddress } from '../../engine/contract-address.ts';
import { deployedAddress } from '../../engine/deployed-address.ts';
import { EngineError } from '../../engine/errors.ts';
import { keccak256 } from '../../engine/kernel/keccak.ts';
import { type Outcome, TrapCode } from '../../engine/outcome.ts';
import { nativeBackendOrSkip, SCRIPT_SOURCE } from './native-machine.ts';
import * as s from './script.ts';

const ALICE: Uint8Array = new Uint8Array(20).fill(0xa1);
const BOB: Uint8Array = new Uint8Array(20).fill(0xb0);
const EMPTY: Uint8Array = new Uint8Array(0);
const NOBODY: Uint8Array = new Uint8Array(20);
const badArgument = (error: unknown): boolean => error instanceof EngineError && error.code === 'bad-argument';

describe('native world', () => {
  let backend: Backend;
  let program: Program;
  let programId: Uint8Array;
  let source: Uint8Array;
  let world: World;
  let one: Uint8Array;
  let two: Uint8Array;

  before(async function () {
    backend = await nativeBackendOrSkip(this);
    program = await backend.prepare({ name: 'script', native: { sourceFile: SCRIPT_SOURCE } });
    source = await readFile(SCRIPT_SOURCE);
    programId = createHash('sha256').update(source).digest();
  });

  beforeEach(async () => {
    world = await backend.createWorld();
    one = await deploy();
    two = await deploy();
  });

  afterEach(() => world.close());

  async function deploy(input: Uint8Array = EMPTY): Promise<Uint8Array> {
    const address = deployedAddress(await world.deploy(program, { deployer: ALICE, value: 0n, input, gasLimit: 1n }));
    return address;
  }

  const messageTo = (to: Uint8Array, input: Uint8Array, value = 0n): CallMessage => ({
    caller: ALICE,
    to,
    value,
    input,
    gasLimit: 1n,
  });

  const run = (...commands: readonly Uint8Array[]): Promise<Outcome> =>
    world.call(messageTo(one, s.script(...commands)));

  async function outputOf(...commands: readonly Uint8Array[]): Promise<string> {
    const outcome = await run(...commands);
    assert.equal(outcome.status, 'success');
    return outcome.status === 'success' ? toHex(outcome.output) : '';
  }

  const hex = (...parts: readonly (Uint8Array | number | bigint)[]): string =>
    toHex(
      concatBytes(
        parts.map((part) =>
          typeof part === 'bigint' ? s.word(part) : typeof part === 'number' ? Uint8Array.of(part) : part,
        ),
      ),
    );

  async function storage(address: Uint8Array): Promise<readonly (readonly [bigint, bigint])[]> {
    return (await world.storageOf(address)).map(
      ({ key, value }) => [bytesToBigint(key), bytesToBigint(value)] as const,
    );
  }

  const trap = (code: TrapCode): Outcome => ({ status: 'trap', code, gasUsed: 0n });

  describe('deployment', () => {
    it('puts contracts where CREATE puts them, at every length of the nonce', async () => {
      for (let nonce = 2n; nonce < 260n; nonce++)
        assert.equal(toHex(await deploy()), toHex(createAddress(ALICE, nonce)));
    });

    it('runs the constructor with its input, and leaves nothing behind when that reverts', async () => {
      const address = await deploy(s.store(1n, 2n));
      assert.deepEqual(await storage(address), [[1n, 2n]]);
      const input = s.script(s.store(1n, 2n), s.output(Uint8Array.of(7)), s.revert);
      const failed = await world.deploy(program, { deployer: ALICE, value: 0n, input, gasLimit: 1n });
      assert.deepEqual(failed.outcome, { status: 'revert', output: Uint8Array.of(7), gasUsed: 0n });
      assert.equal(failed.address, undefined);
      const nobody = createAddress(ALICE, 3n);
      assert.deepEqual(await storage(nobody), []);
      assert.deepEqual(await world.call(messageTo(nobody, s.revert)), {
        status: 'success',
        output: EMPTY,
        events: [],
        gasUsed: 0n,
      });
      // The nonce rose all the same.
      assert.equal(toHex(await deploy()), toHex(createAddress(ALICE, 4n)));
    });
  });

  describe('storage', () => {
    it('keeps slots other than zero, in byte order of their keys', async () => {
      const high = 1n << 255n;
      await run(s.store(high, 1n), s.store(2n, 5n), s.store(256n, 3n), s.store(3n, 4n), s.store(3n, 0n));
      assert.deepEqual(await storage(one), [
        [2n, 5n],
        [256n, 3n],
        [high, 1n],
      ]);
      assert.deepEqual(await storage(two), []);
    });

    it('shows a frame its own cached writes and loses what was not flushed', async () => {
      assert.equal(await outputOf(s.cache(1n, 9n), s.load(1n)), hex(9n));
      assert.deepEqual(await storage(one), []);
      assert.equal(await outputOf(s.load(1n)), hex(0n));
    });

    it('hides the cached writes of a frame from the frames it calls, and keeps them for itself', async () => {
      const inner = s.script(s.load(1n), s.store(1n, 5n), s.load(1n));
      const seen = await outputOf(s.cache(1n, 9n), s.call(one, inner), s.load(1n), s.flush, s.load(1n));
      assert.equal(seen, hex(0, 0n, 5n, 9n, 9n));
      assert.deepEqual(await storage(one), [[1n, 9n]]);
    });

    it('is as before after a revert and after a trap, and so are balances and events', async () => {
      await run(s.store(1n, 1n));
      await world.setBalance(ALICE, 100n);
      const digest = await world.stateDigest();
      const writes = s.script(s.store(1n, 2n), s.store(7n, 7n), s.emit(0, EMPTY), s.output(Uint8Array.of(1, 2)));
      const reverted = await world.call(messageTo(one, s.script(writes, s.revert), 40n));
      assert.deepEqual(reverted, { status: 'revert', output: Uint8Array.of(1, 2), gasUsed: 0n });
      const trapped = await world.call(messageTo(one, s.script(writes, s.emit(5, new Uint8Array(160))), 40n));
      assert.deepEqual(trapped, trap(TrapCode.HostArgumentInvalid));
      assert.equal(await world.stateDigest(), digest);
      assert.equal(await world.balanceOf(ALICE), 100n);
    });
  });

  describe('transient storage', () => {
    it('lasts for one call from outside, across frames', async () => {
      const seen = await outputOf(s.call(one, s.storeTransient(1n, 6n)), s.loadTransient(1n));
      assert.equal(seen, hex(0, 6n));
      assert.equal(await outputOf(s.loadTransient(1n)), hex(0n));
    });

    it('is taken back with the frame that wrote it, and is apart for each account', async () => {
      const failing = s.script(s.storeTransient(1n, 6n), s.revert);
      const seen = await outputOf(s.storeTransient(1n, 3n), s.call(one, failing), s.loadTransient(1n));
      assert.equal(seen, hex(2, 3n));
      assert.equal(await outputOf(s.storeTransient(1n, 3n), s.call(two, s.loadTransient(1n))), hex(0, 0n));
    });
  });

  describe('calls between contracts', () => {
    it('take back only what the failed child did', async () => {
      const failing = s.script(s.store(1n, 8n), s.output(Uint8Array.of(0xee)), s.revert);
      const seen = await outputOf(s.store(1n, 1n), s.call(two, failing), s.call(two, s.store(2n, 2n)));
      assert.equal(seen, hex(2, 0xee, 0));
      assert.deepEqual(await storage(one), [[1n, 1n]]);
      assert.deepEqual(await storage(two), [[2n, 2n]]);
    });

    it('report events in order, without those of failed children', async () => {
      const inner = s.script(s.emit(1, s.word(2n)), s.call(one, s.script(s.emit(1, s.word(99n)), s.revert)));
      const outcome = await run(s.emit(0, Uint8Array.of(1)), s.call(two, inner), s.emit(2, hexBytes(3n, 4n, 0xabn)));
      assert.deepEqual(outcome.status === 'success' && outcome.events, [
        { address: one, topics: [], data: Uint8Array.of(1) },
        { address: two, topics: [s.word(2n)], data: EMPTY },
        { address: one, topics: [s.word(3n), s.word(4n)], data: s.word(0xabn) },
      ]);
    });

    it('leave the guest early with exit_early', async () => {
      assert.equal(await outputOf(s.output(Uint8Array.of(1)), s.exit, s.output(Uint8Array.of(2))), hex(1));
      assert.equal(await outputOf(s.call(two, s.script(s.output(Uint8Array.of(5)), s.exit, s.revert))), hex(0, 5));
    });

    it('give the callee its caller, value and account, and a delegate those of its caller', async () => {
      await world.setBalance(ALICE, 50n);
      const input = s.script(s.message, s.call(two, s.message, 3n), s.delegateCall(two, s.message));
      const outcome = await world.call(messageTo(one, input, 10n));
      const reentrant = (flag: number): Uint8Array => Uint8Array.of(0, 0, 0, flag);
      const outer = [ALICE, ALICE, one, 10n] as const;
      assert.equal(
        outcome.status === 'success' && toHex(outcome.output),
        hex(...outer, reentrant(0), 0, one, ALICE, two, 3n, reentrant(0), 0, ...outer, reentrant(0)),
      );
      assert.equal(await world.balanceOf(ALICE), 40n);
      assert.equal(await world.balanceOf(one), 7n);
      assert.equal(await world.balanceOf(two), 3n);
    });

    it('write the storage of the caller when they are delegate calls', async () => {
      await run(s.delegateCall(two, s.store(4n, 4n)));
      assert.deepEqual(await storage(one), [[4n, 4n]]);
      assert.deepEqual(await storage(two), []);
    });

    it('count the calls of an account that run for msg_reentrant, and no delegate calls', async () => {
      const flagOf = async (...commands: readonly Uint8Array[]): Promise<string> =>
        (await outputOf(...commands)).slice(-2);
      assert.equal(await flagOf(s.delegateCall(two, s.delegateCall(one, s.message))), '00');
      assert.equal(await flagOf(s.call(two, s.call(one, s.message))), '01');
      assert.equal(await flagOf(s.call(two, s.call(one, s.delegateCall(two, s.message)))), '01');
      assert.equal(await flagOf(s.delegateCall(two, s.call(one, s.message))), '01');
    });

    it('let a static frame cache writes, and flush what it knows to be as it was', async () => {
      await run(s.store(1n, 7n));
      const inside = (...commands: readonly Uint8Array[]): Promise<string> =>
        outputOf(s.staticCall(one, s.script(...commands)));
      assert.equal(await inside(s.cache(1n, 8n), s.load(1n)), hex(0, 8n));
      assert.equal(await inside(s.load(1n), s.cache(1n, 8n), s.cache(1n, 7n), s.flush), hex(0, 7n));
      assert.equal(await inside(s.load(2n), s.cache(2n, 0n), s.flush), hex(0, 0n));
      assert.equal(await inside(s.load(1n), s.cache(1n, 8n), s.flush), hex(2));
      assert.equal(await inside(s.cache(1n, 7n), s.flush), hex(2));
      assert.equal(await inside(s.load(1n), s.flush, s.cache(1n, 7n), s.flush), hex(2));
      const nested = [s.load(1n), s.staticCall(one, s.load(1n)), s.cache(1n, 7n), s.flush];
      assert.equal(await inside(...nested), hex(0, 7n, 0, 7n));
      assert.deepEqual(await storage(one), [[1n, 7n]]);
    });

    it('fail where they send value inside a static call, and leave no return data', async () => {
      const paying = s.script(s.call(two, s.output(Uint8Array.of(5))), s.call(two, EMPTY, 1n));
      assert.equal(await outputOf(s.staticCall(one, paying)), hex(0, 0, 5, 2));
    });

    it('trap inside a static call on every kind of change, also further in', async () => {
      const changes = [
        s.store(1n, 1n),
        s.storeTransient(1n, 1n),
        s.emit(0, EMPTY),
        s.create(programId, EMPTY),
        s.create(EMPTY, EMPTY),
      ];
      for (const change of changes) {
        assert.equal(await outputOf(s.staticCall(one, change)), hex(2));
        assert.equal(await outputOf(s.staticCall(one, s.call(two, change))), hex(0, 2));
        assert.equal(await outputOf(s.staticCall(one, s.delegateCall(two, change))), hex(0, 2));
      }
      assert.equal(await outputOf(s.staticCall(one, s.load(1n))), hex(0, 0n));
    });

    it('fail without the balance for their value', async () => {
      assert.deepEqual(await world.call(messageTo(one, EMPTY, 1n)), trap(TrapCode.InsufficientBalance));
      assert.equal(await outputOf(s.call(two, s.output(Uint8Array.of(1)), 1n)), hex(2));
    });

    it('succeed on an account without code and move the value', async () => {
      await world.setBalance(one, 5n);
      assert.equal(await outputOf(s.call(BOB, s.revert, 2n), s.balance(BOB), s.balance(one)), hex(0, 2n, 3n));
    });

    it('give no output of a callee that traps', async () => {
      const trapping = s.script(s.output(Uint8Array.of(1, 2)), s.emit(5, new Uint8Array(160)));
      assert.equal(await outputOf(s.call(two, trapping)), hex(2));
    });

    it('go 64 deep and no deeper', async () => {
      let input: Uint8Array = EMPTY;
      for (let depth = 0; depth < 65; depth++) input = s.call(one, input);
      assert.equal(await outputOf(input), hex(new Uint8Array(64), 2));
    });

    it('refuse more output than the limit', async () => {
      assert.equal((await run(s.largeOutput(128))).status, 'success');
      assert.deepEqual(await run(s.largeOutput(129)), trap(TrapCode.HostArgumentInvalid));
    });

    it('refuse more events than the limit', async () => {
      const events = (count: number): Uint8Array => s.script(...new Array(count).fill(s.emit(0, EMPTY)));
      assert.equal((await run(events(256))).status, 'success');
      assert.deepEqual(await run(events(257)), trap(TrapCode.HostArgumentInvalid));
    });
  });

  describe('creations', () => {
    const salt = s.word(0x5a17n);

    it('make instances of deployed programs at the addresses of CREATE and CREATE2', async () => {
      await world.setBalance(one, 5n);
      const first = createAddress(one, 1n);
      assert.equal(await outputOf(s.create(programId, s.store(1n, 2n), 5n)), hex(0, first));
      assert.deepEqual(await storage(first), [[1n, 2n]]);
      assert.equal(await world.balanceOf(first), 5n);
      const second = create2Address(one, salt, programId, s.store(3n, 4n));
      assert.equal(await outputOf(s.create2(salt, programId, s.store(3n, 4n))), hex(0, second));
      assert.equal(await outputOf(s.call(second, s.load(3n))), hex(0, 4n));
      assert.equal(await outputOf(s.create(programId, EMPTY)), hex(0, createAddress(one, 3n)));
    });

    it('give the zero address for a taken address, an unknown program, a short code, a missing balance', async () => {
      await run(s.create2(salt, programId, EMPTY));
      assert.equal(await outputOf(s.create2(salt, programId, EMPTY)), hex(0, NOBODY));
      assert.equal(await outputOf(s.create(s.word(1n), EMPTY)), hex(0, NOBODY));
      assert.equal(await outputOf(s.create(EMPTY, EMPTY)), hex(0, NOBODY));
      assert.equal(await outputOf(s.create(programId, EMPTY, 1n)), hex(0, NOBODY));
    });

    it('know programs by the state and not by what was tried', async () => {
      const bytes = Uint8Array.of(1, 2, 3);
      const id = createHash('sha256').update(bytes).digest();
      const other = { name: 'other', native: { sourceFile: SCRIPT_SOURCE }, wasm: { bytes, abi: stylusAbi } };
      const prepared = await backend.prepare(other);
      const start = await world.snapshot();
      for (const [input, address] of [
        [s.revert, NOBODY],
        [EMPTY, createAddress(one, 1n)],
      ] as const) {
        await world.deploy(prepared, { deployer: ALICE, value: 0n, input, gasLimit: 1n });
        assert.equal(await outputOf(s.create(id, EMPTY)), hex(0, address));
        await world.restore(start);
        assert.equal(await outputOf(s.create(id, EMPTY)), hex(0, NOBODY));
      }
    });

    it('are forgotten, nonce and code, when a frame around them reverts', async () => {
      const created = createAddress(one, 1n);
      await run(s.create(programId, EMPTY), s.revert);
      assert.equal(await outputOf(s.call(created, s.output(Uint8Array.of(1)))), hex(0));
      assert.equal(await outputOf(s.create(programId, EMPTY)), hex(0, created));
    });

    it('hand back the revert data of the constructor', async () => {
      const failing = s.script(s.store(1n, 1n), s.output(Uint8Array.of(9, 9)), s.revert);
      assert.equal(await outputOf(s.create(programId, failing)), hex(2, 9, 9, NOBODY));
      assert.deepEqual(await storage(createAddress(one, 1n)), []);
    });
  });

  describe('host functions', () => {
    it('show the block, and the base fee as the price of gas', async () => {
      const coinbase = new Uint8Array(20).fill(0xc0);
      await world.setBlock({ chainId: 5n, number: 6n, timestamp: 7n, gasLimit: 8n, baseFee: 9n, coinbase });
      const u32 = (value: bigint): Uint8Array => bigintToBytes(value, 4);
      assert.equal(await outputOf(s.block), hex(u32(5n), u32(6n), u32(7n), u32(8n), 9n, 9n, coinbase));
    });

    it('compute on words as the EVM does', async () => {
      const big = (1n << 256n) - 5n;
      const cases: readonly [Uint8Array, bigint][] = [
        [s.math('/', big, 7n), big / 7n],
        [s.math('/', big, 0n), 0n],
        [s.math('%', big, 1n << 130n), big % (1n << 130n)],
        [s.math('%', big, 0n), 0n],
        [s.math('^', 3n, 200n), 3n ** 200n % (1n << 256n)],
        [s.math('^', 0n, 0n), 1n],
        [s.math('+', big, big, 11n), (big + big) % 11n],
        [s.math('+', big, big, 0n), 0n],
        [s.math('*', big, big, big - 1n), (big * big) % (big - 1n)],
      ];
      for (const [command, expected] of cases) assert.equal(await outputOf(command), hex(expected));
    });

    it('hash with keccak-256', async () => {
      for (const length of [0, 1, 135, 136, 137, 500]) {
        const data = Uint8Array.from({ length }, (_, i) => i * 7);
        assert.equal(await outputOf(s.keccak(data)), hex(keccak256(data)));
      }
    });

    it('show the code of accounts', async () => {
      const size = bigintToBytes(BigInt(source.length), 4);
      assert.equal(await outputOf(s.codeOf(two)), hex(size, source.subarray(1, 5), keccak256(source)));
      assert.equal(await outputOf(s.codeOf(BOB)), hex(new Uint8Array(4), 0n));
      await world.setBalance(BOB, 1n);
      assert.equal(await outputOf(s.codeOf(BOB)), hex(new Uint8Array(4), keccak256(EMPTY)));
      assert.equal(await outputOf(s.codeOf(ALICE)), hex(new Uint8Array(4), keccak256(EMPTY)));
    });
  });

  describe('as a machine', () => {
    const inputs = (): readonly Uint8Array[] => [
      s.script(s.store(1n, 1n), s.output(Uint8Array.of(1, 2, 3))),
      s.script(s.store(1n, 2n), s.output(Uint8Array.of(4)), s.revert),
      s.script(s.output(Uint8Array.of(5)), s.emit(5, new Uint8Array(160))),
      s.script(s.load(1n), s.emit(0, EMPTY), s.call(two, s.store(9n, 9n))),
    ];

    it('gives the same outcomes one by one, all at once and in a batch', async () => {
      const messages = inputs().map((input) => messageTo(one, input));
      const snapshot = await world.snapshot();
      const single: Outcome[] = [];
      for (const message of messages) single.push(await world.call(message));
      const digest = await world.stateDigest();
      await world.restore(snapshot);
      assert.deepEqual(await world.callMany(messages), single);
      assert.equal(await world.stateDigest(), digest);
      await world.restore(snapshot);
      const batch = await world.loadBatch(messages);
      assert.equal(batch.callCount, 4);
      const tally = new BatchTally();
      for (const outcome of single) tally.add(outcome);
      assert.deepEqual(await batch.run(), tally.summary());
      assert.deepEqual(tally.summary().successCount, 2);
      assert.equal(await world.stateDigest(), digest);
    });

    it('goes back to a snapshot again and again, and forgets later ones', async () => {
      await world.setBalance(BOB, 1n);
      const first = await world.snapshot();
      const digest = await world.stateDigest();
      for (let round = 0; round < 2; round++) {
        await run(s.store(1n, 1n), s.create(programId, EMPTY));
        await world.setBalance(BOB, 2n);
        assert.notEqual(await world.stateDigest(), digest);
        const second = await world.snapshot();
        await world.restore(first);
        assert.equal(await world.stateDigest(), digest);
        await assert.rejects(world.restore(second), badArgument);
      }
      for (const unknown of [-1, 0.5, 7, Number.NaN]) await assert.rejects(world.restore(unknown), badArgument);
    });

    it('keeps worlds apart', async () => {
      const other = await backend.createWorld({ ...defaultBlock, number: 77n });
      const address = deployedAddress(
        await other.deploy(program, { deployer: ALICE, value: 0n, input: EMPTY, gasLimit: 1n }),
      );
      assert.equal(toHex(address), toHex(one));
      await run(s.store(1n, 1n));
      assert.deepEqual(await other.storageOf(address), []);
      await other.close();
      assert.deepEqual(await storage(one), [[1n, 1n]]);
      await assert.rejects(other.call(messageTo(one, EMPTY)), badArgument);
    });

    it('refuses arguments out of range before anything runs', async () => {
      const good = messageTo(one, s.store(1n, 1n));
      const bad: readonly CallMessage[] = [
        { ...good, caller: ALICE.subarray(1) },
        { ...good, to: new Uint8Array(32) },
        { ...good, value: -1n },
        { ...good, value: 1n << 256n },
        { ...good, gasLimit: (1n << 62n) + 1n },
      ];
      for (const message of bad) {
        await assert.rejects(world.call(message), badArgument);
        await assert.rejects(world.callMany([good, message]), badArgument);
        await assert.rejects(world.loadBatch([good, message]), badArgument);
      }
      assert.deepEqual(await storage(one), []);
    });
  });
});

function hexBytes(...words: readonly bigint[]): Uint8Array {
  return concatBytes(words.map(s.word));
}
