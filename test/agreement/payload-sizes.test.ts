import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { stylusAbi } from '../../engine/abi/stylus/stylus-abi.ts';
import { concatBytes, toHex } from '../../engine/bytes.ts';
import type { CallMessage } from '../../engine/context.ts';
import { createAddress } from '../../engine/contract-address.ts';
import { keccak256 } from '../../engine/kernel/keccak.ts';
import { batchBytes, eventsPerCall, messageBytes, payloadBytes } from '../../engine/payload-limits.ts';
import { deploying } from '../evm-baseline/bytecode.ts';
import { ALICE, BOB } from '../support/guest-world.ts';
import { wat } from '../support/wat.ts';
import { courierCode, courierInput, courierMode } from './courier.ts';
import {
  EMPTY,
  MIB,
  openRows,
  type Promised,
  padded,
  promised,
  type Row,
  seen,
  success,
  trap,
} from './courier-rows.ts';

const SIZES = [0, 1, payloadBytes - 1, payloadBytes, payloadBytes + 1, MIB, 16 * MIB];
const COUNTS = [0, 1, eventsPerCall - 1, eventsPerCall, eventsPerCall + 1, 4 * eventsPerCall];
const { hash, output, revert, event, events, create, nested } = courierMode;
const LONGEST: Uint8Array = courierInput(hash, 0, 16 * MIB);

/** EIP-3860 and EIP-170. */
const INITCODE_BYTES = 49_152;
const RUNTIME_BYTES = 24_576;

/** All of a world that can be read. */
async function readWorld({ world, courier }: Row): Promise<unknown> {
  const storage = (await world.storageOf(courier)).map(({ key, value }) => toHex(concatBytes([key, value])));
  const balances = await Promise.all([ALICE, BOB, courier].map((address) => world.balanceOf(address)));
  return { digest: await world.stateDigest(), storage, balances };
}

const messageTo = (row: Row, input: Uint8Array, to = row.courier): CallMessage => ({
  caller: ALICE,
  to,
  value: 1n,
  input,
  gasLimit: row.gasLimit,
});

const isBad = (pattern: RegExp) => ({ name: 'EngineError', code: 'bad-argument', message: pattern });
const tooLong = (size: number) => isBad(new RegExp(`^input must be at most ${payloadBytes} bytes, got ${size}$`));

describe('sizes around every limit', function () {
  this.timeout(120_000);
  let rows: readonly Row[] = [];

  before(async () => {
    rows = await openRows();
  });
  after(() => Promise.all(rows.map(({ world }) => world.close())));

  /** Goes back to where it began, so that every case starts alike. */
  async function undone(row: Row, work: () => Promise<void>): Promise<void> {
    const snapshot = await row.world.snapshot();
    try {
      await work();
    } finally {
      await row.world.restore(snapshot);
    }
  }

  /** A call that is nothing special does what it does in a world where nothing has happened. */
  async function behaves(row: Row, what: string): Promise<void> {
    const input = courierInput(nested + output, 40);
    const outcome = await row.world.call(messageTo(row, input));
    assert.deepEqual(seen(outcome), promised(row, nested + output, 40, input), `afterwards, ${what}`);
  }

  /** One call on all rows, which keep to their promises, and to one state and one gas where they promise the same. */
  async function send(mode: number, size: number, lengthBytes = 100): Promise<void> {
    const input = courierInput(mode, size, lengthBytes);
    const states = new Map<string, unknown>();
    const gas = new Map<string, bigint>();
    for (const row of rows) {
      const what = `${row.name}: mode ${mode}, ${size}, ${lengthBytes} bytes of call data`;
      await undone(row, async () => {
        const before = await readWorld(row);
        const outcome = await row.world.call(messageTo(row, input));
        const promise = promised(row, mode, size, input);
        assert.deepEqual(seen(outcome), promise, what);
        const state = await readWorld(row);
        if (outcome.status !== 'success') assert.deepEqual(state, before, what);
        if (outcome.status === 'trap' && row.gasUnit !== 'none') assert.equal(outcome.gasUsed, row.gasLimit, what);
        const kept = JSON.stringify(promise);
        if (!states.has(kept)) states.set(kept, state);
        // What an inner frame did stays, or not: outputs are the same hash then as well.
        assert.deepEqual(state, states.get(kept), what);
        if (outcome.status !== 'trap' && size <= MIB && row.gasUnit !== 'none') {
          const unit = `${row.gasUnit} ${kept}`;
          if (!gas.has(unit)) gas.set(unit, outcome.gasUsed);
          assert.equal(outcome.gasUsed, gas.get(unit), what);
        }
        await behaves(row, what);
      });
    }
  }

  for (const [name, mode] of Object.entries({ output, revert, event, events })) {
    const sizes = mode === events ? COUNTS : SIZES;
    it(`of ${name} end in the same outcome and state on every machine`, async () => {
      for (const size of sizes) await send(mode, size);
    });
    it(`of ${name} of an inner frame too, but that EVMs do not bound what frames hand to each other`, async () => {
      for (const size of sizes) await send(nested + mode, size);
    });
  }

  it('of call data of an inner frame too, but that EVMs do not bound it', async () => {
    for (const size of SIZES) await send(nested + hash, size);
  });

  it('picked at random do so as well', async () => {
    const near = (limit: number, by: number) => fc.integer({ min: Math.max(0, limit - by), max: limit + by });
    const modes = fc.constantFrom(output, revert, event, nested, nested + output, nested + revert, nested + event);
    const sizes = fc.oneof(
      near(0, 100),
      near(payloadBytes, 3),
      near(payloadBytes, 300),
      fc.integer({ min: MIB - 300, max: MIB }),
    );
    const lengths = fc.oneof(
      near(0, 300).map((length) => length + 68),
      near(payloadBytes - 150, 150),
    );
    const counts = fc.tuple(fc.constantFrom(events, nested + events), near(eventsPerCall, 3));
    await fc.assert(
      fc.asyncProperty(
        fc.oneof({ weight: 4, arbitrary: fc.tuple(modes, sizes) }, { weight: 1, arbitrary: counts }),
        lengths,
        ([mode, size], length) => send(mode, size, length),
      ),
      { numRuns: 15 },
    );
  });

  it('of call data from outside reach contracts and nobody whole, or nothing hears of them', async () => {
    for (const size of SIZES) {
      const input = LONGEST.subarray(0, size);
      let expected: unknown;
      for (const row of rows) {
        const what = `${row.name}: ${size} bytes`;
        await undone(row, async () => {
          for (const to of [row.courier, BOB]) {
            const before = await readWorld(row);
            const message = messageTo(row, input, to);
            if (size > payloadBytes) {
              await assert.rejects(row.world.call(message), tooLong(size), what);
              await assert.rejects(row.world.callMany([messageTo(row, EMPTY), message]), tooLong(size), what);
              await assert.rejects(row.world.loadBatch([messageTo(row, EMPTY), message]), tooLong(size), what);
              assert.deepEqual(await readWorld(row), before, what);
            } else {
              const wanted = success(to === BOB ? EMPTY : keccak256(input));
              assert.deepEqual(seen(await row.world.call(message)), wanted, what);
            }
          }
          const state = await readWorld(row);
          expected ??= state;
          assert.deepEqual(state, expected, what);
          await behaves(row, what);
        });
      }
    }
  });

  it('of constructor input do so too, but that EVMs count it as creation code', async () => {
    const { evm: form } = await courierCode();
    // EIP-3860 has one limit for code and input together, below that of call data.
    const room = INITCODE_BYTES - (form?.initcode.length ?? 0);
    for (const size of [...SIZES, room - 1, room, room + 1]) {
      const input = LONGEST.subarray(0, size);
      const states = new Map<string, unknown>();
      for (const row of rows) {
        const what = `${row.name}: ${size} bytes`;
        const program = await row.backend.prepare(await courierCode());
        await undone(row, async () => {
          const before = await readWorld(row);
          const { gasLimit } = row;
          const deployment = row.world.deploy(program, { deployer: ALICE, value: 0n, input, gasLimit });
          if (size > payloadBytes) {
            await assert.rejects(deployment, tooLong(size), what);
            assert.deepEqual(await readWorld(row), before, what);
          } else {
            const { address, outcome } = await deployment;
            const fits = row.gasUnit !== 'evm' || size <= room;
            assert.deepEqual(seen(outcome), fits ? success(EMPTY) : trap('CreateFailed'), what);
            assert.equal(address !== undefined, fits, what);
            const entries = address === undefined ? [] : await row.world.storageOf(address);
            const stored = entries.map(({ value }) => toHex(value));
            assert.deepEqual(stored, fits ? [toHex(keccak256(input))] : [], what);
            const state = await row.world.stateDigest();
            if (!states.has(outcome.status)) states.set(outcome.status, state);
            assert.equal(state, states.get(outcome.status), what);
          }
          await behaves(row, what);
        });
      }
    }
  });

  it('of what a guest creates from do so too where guests create from prepared modules', async () => {
    const { wasm } = await courierCode();
    const moduleHash = createHash('sha256')
      .update(wasm?.bytes ?? EMPTY)
      .digest();
    for (const size of [...SIZES, 31, 32, 33]) {
      const input = courierInput(create, size, payloadBytes);
      input.set(moduleHash, 68);
      const code = padded(concatBytes([moduleHash, input.subarray(32)]), Math.min(size, payloadBytes));
      let expected: unknown;
      // On EVMs CREATE takes bytecode: its sizes are those of EVM code.
      for (const row of rows.filter(({ gasUnit }) => gasUnit !== 'evm')) {
        const what = `${row.name}: ${size} bytes`;
        await undone(row, async () => {
          const before = await readWorld(row);
          const outcome = await row.world.call(messageTo(row, input));
          const address = createAddress(row.courier, 1n);
          const created = size < 32 ? new Uint8Array(20) : address;
          assert.deepEqual(seen(outcome), size > payloadBytes ? trap('HostArgumentInvalid') : success(created), what);
          const stored = (await row.world.storageOf(address)).map(({ value }) => toHex(value));
          const isCreated = size >= 32 && size <= payloadBytes;
          assert.deepEqual(stored, isCreated ? [toHex(keccak256(code.subarray(32)))] : [], what);
          const state = await readWorld(row);
          if (size > payloadBytes) assert.deepEqual(state, before, what);
          expected ??= state;
          assert.deepEqual(state, expected, what);
          await behaves(row, what);
        });
      }
    }
  });

  it('of batches are run whole, message for message, or not begun', async () => {
    const large = courierInput(nested, payloadBytes, payloadBytes);
    const mixed = [
      courierInput(output, payloadBytes),
      courierInput(output, payloadBytes + 1),
      courierInput(events, eventsPerCall),
      courierInput(events, eventsPerCall + 1),
      courierInput(revert, payloadBytes),
      courierInput(event, payloadBytes + 1),
      courierInput(event, payloadBytes),
    ];
    const small = courierInput(hash, 0, 68);
    // More than 256 calls, and more than 1 MiB: so much goes to EDR at a time.
    const batches = [[], [small], ...[256, 257].map((n) => Array(n).fill(small)), Array(9).fill(large), mixed];
    for (const inputs of batches as readonly (readonly Uint8Array[])[]) {
      let expected: unknown;
      for (const row of rows) {
        const what = `${row.name}: ${inputs.length} messages`;
        const messages = inputs.map((input) => messageTo(row, input));
        const wanted = inputs.map((input) => {
          const view = new DataView(input.buffer);
          return promised(row, input[31] as number, view.getUint32(64, true), input);
        });
        let state: unknown;
        await undone(row, async () => {
          assert.deepEqual((await row.world.callMany(messages)).map(seen), wanted, what);
          state = await readWorld(row);
          expected ??= state;
          assert.deepEqual(state, expected, what);
        });
        await undone(row, async () => {
          const { successCount, revertCount, trapCount } = await (await row.world.loadBatch(messages)).run();
          const count = (status: string) => wanted.filter((one) => one.status === status).length;
          assert.deepEqual([successCount, revertCount, trapCount], ['success', 'revert', 'trap'].map(count), what);
          assert.deepEqual(await readWorld(row), state, what);
          await behaves(row, what);
        });
      }
    }
  });

  it('of batches beyond 1 GiB are refused, to the byte', async () => {
    const input = LONGEST.subarray(0, payloadBytes);
    const each = payloadBytes + messageBytes;
    const most = Math.floor(batchBytes / each);
    const rest = batchBytes - most * each - messageBytes;
    for (const row of rows) {
      const before = await readWorld(row);
      const filled = (lastBytes: number) => [
        ...Array<CallMessage>(most).fill(messageTo(row, input)),
        messageTo(row, input.subarray(0, lastBytes)),
      ];
      // A last one that is wrong is found after the size of all before it, so it shows that the size was none of the matter.
      const wrong = { ...messageTo(row, EMPTY), gasLimit: -1n };
      const tooLarge = isBad(
        new RegExp(`^messages must be at most ${batchBytes} bytes .* with messages\\[${most}\\]$`),
      );
      for (const take of ['callMany', 'loadBatch'] as const) {
        await assert.rejects(row.world[take]([...filled(rest), wrong]), isBad(/^gasLimit must be/), row.name);
        await assert.rejects(row.world[take](filled(rest + 1)), tooLarge, row.name);
      }
      assert.deepEqual(await readWorld(row), before, row.name);
      await undone(row, () => behaves(row, row.name));
    }
  });

  it('of modules are taken or refused by every machine that runs them', async () => {
    const limit = MIB;
    const module = await wat(
      '(module (memory (export "memory") 1) (func (export "user_entrypoint") (param i32) (result i32) (i32.const 0)))',
    );
    for (const size of [0, 1, limit - 1, limit, limit + 1, 16 * MIB]) {
      const bytes = size < module.length ? module.subarray(0, size) : withCustomSection(module, size);
      const verdicts = new Map<string, string>();
      for (const row of rows.filter(({ name }) => /wasm|reference/.test(name))) {
        const before = await readWorld(row);
        const prepared = row.backend.prepare({ name: 'large', wasm: { bytes, abi: stylusAbi } });
        verdicts.set(
          row.name,
          await prepared.then(
            () => 'taken',
            (error) => `${error.name} ${error.code}: ${error.message}`,
          ),
        );
        assert.deepEqual(await readWorld(row), before, row.name);
        await undone(row, () => behaves(row, row.name));
      }
      const [verdict = ''] = verdicts.values();
      for (const [name, other] of verdicts) assert.equal(other, verdict, `${name}: ${size} bytes`);
      const wanted =
        size > limit
          ? /^ModuleRejected limit-exceeded: .* moduleBytes/
          : size > 1
            ? /^taken$/
            : /^ModuleRejected malformed/;
      assert.match(verdict, wanted, `${size} bytes`);
    }
  });

  it('of EVM code are taken or refused by every EVM', async () => {
    const runtime = (bytes: number) => deploying('00'.repeat(bytes));
    const zeros = (bytes: number) => new Uint8Array(bytes);
    const cases: readonly (readonly [Uint8Array, Promised])[] = [
      ...[0, 1, RUNTIME_BYTES - 1, RUNTIME_BYTES].map((size) => [runtime(size), success(EMPTY)] as const),
      [runtime(RUNTIME_BYTES + 1), trap('CreateFailed')],
      ...[0, 1, INITCODE_BYTES - 1, INITCODE_BYTES].map((size) => [zeros(size), success(EMPTY)] as const),
      ...[INITCODE_BYTES + 1, MIB, 16 * MIB].map((size) => [zeros(size), trap('CreateFailed')] as const),
    ];
    for (const [initcode, wanted] of cases) {
      let expected: string | undefined;
      for (const row of rows.filter(({ gasUnit }) => gasUnit === 'evm')) {
        const what = `${row.name}: ${initcode.length} bytes of creation code`;
        const program = await row.backend.prepare({ name: 'large', evm: { initcode } });
        await undone(row, async () => {
          const { gasLimit } = row;
          const { outcome } = await row.world.deploy(program, { deployer: ALICE, value: 1n, input: EMPTY, gasLimit });
          assert.deepEqual(seen(outcome), wanted, what);
          const digest = await row.world.stateDigest();
          expected ??= digest;
          assert.equal(digest, expected, what);
          if (wanted.status === 'trap') assert.equal(await row.world.balanceOf(ALICE), 1_000_000n, what);
          await behaves(row, what);
        });
      }
    }
  });
});

/** A module of exactly `size` bytes: behind it a custom section without a name. */
function withCustomSection(module: Uint8Array, size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  bytes.set(module);
  // Five bytes of LEB128 for whatever length.
  const bodyBytes = size - module.length - 6;
  const leb = [0, 7, 14, 21, 28].map((shift, i) => ((bodyBytes >>> shift) & 0x7f) | (i < 4 ? 0x80 : 0));
  bytes.set([0, ...leb], module.length);
  return bytes;
}
