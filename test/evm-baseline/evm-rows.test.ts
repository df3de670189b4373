import assert from 'node:assert/strict';
import { Account, Address } from '@ethereumjs/util';
import { bls12_381 } from '@noble/curves/bls12-381.js';
import { sha256 } from '@noble/hashes/sha2.js';
import type { Backend } from '../../engine/backend.ts';
import { bigintToBytes, concatBytes, fromHex } from '../../engine/bytes.ts';
import { type BlockContext, defaultBlock } from '../../engine/context.ts';
import { createAddress } from '../../engine/contract-address.ts';
import { TrapCode } from '../../engine/outcome.ts';
import { eventsPerCall, payloadBytes } from '../../engine/payload-limits.ts';
import { defaultSetup } from '../../evm-baseline/default-setup.ts';
import { EvmProgram } from '../../evm-baseline/evm-program.ts';
import { EvmWorld } from '../../evm-baseline/evm-world.ts';
import { tunedSetup } from '../../evm-baseline/tuned-setup.ts';
import { deploying } from './bytecode.ts';
import { alice, EMPTY, EvmRow, evmBackends, gasLimit, type Seen } from './evm-rows.ts';

const word = (value: bigint) => bigintToBytes(value, 32);
const field = (value: bigint) => bigintToBytes(value, 64);
/** `code` leaves a word on the stack, which is returned. */
const returning = (code: string) => deploying(`${code}5f5260205ff3`);

describe('the rows of EVMs', () => {
  let backends: readonly Backend[];
  let rows: EvmRow[] = [];

  const open = (block?: Partial<BlockContext>) => {
    rows = backends.map((backend) => new EvmRow(backend, { ...defaultBlock, ...block }));
  };
  const onAll = (work: (row: EvmRow) => Promise<Seen>) => Promise.all(rows.map(work));
  /** What all rows did alike. */
  const agreed = async (work: (row: EvmRow) => Promise<Seen>, what?: string): Promise<Seen> => {
    const [first, ...others] = await onAll(work);
    for (const other of others) assert.deepEqual({ ...other, row: first?.row }, first, `${other.row}: ${what ?? ''}`);
    return first as Seen;
  };
  const deployed = async (initcode: Uint8Array) => fromHex((await agreed((row) => row.deploy(initcode))).address);
  const trap = (code: TrapCode, gasUsed: bigint = gasLimit) => ({ status: 'trap', code, gasUsed });

  before(async () => {
    backends = await evmBackends();
  });
  afterEach(async () => {
    for (const row of rows.splice(0)) await row.close();
  });

  it('end alike where revm used to have no word for the end', async () => {
    open();
    const none = await agreed((row) => row.deploy(EMPTY));
    assert.deepEqual(none.outcome, { status: 'success', output: '0x', events: [], gasUsed: 0n });
    const ends = { '1e': TrapCode.InvalidInstruction, '61c0015f5ff0': TrapCode.CreateFailed };
    for (const [runtime, code] of Object.entries(ends)) {
      const to = await deployed(deploying(runtime));
      assert.deepEqual((await agreed((row) => row.call(to))).outcome, trap(code));
    }
    for (const size of [1, 49_152, 49_153]) await agreed((row) => row.deploy(new Uint8Array(size)), `${size} bytes`);
  });

  describe('precompiles', () => {
    const { G1, G2, fields } = bls12_381;
    const zero = new Uint8Array(32);
    const infinity = fromHex(`0xc0${'00'.repeat(47)}`);
    const one = G1.Point.BASE.toBytes(true);
    const evaluation = (c: Uint8Array, z: bigint, y: bigint, proof: Uint8Array) =>
      concatBytes([fromHex('0x01'), sha256(c).slice(1), word(z), word(y), c, proof]);
    const g1 = concatBytes([field(G1.Point.BASE.x), field(G1.Point.BASE.y)]);
    const { x, y } = G2.Point.BASE;
    const g2 = concatBytes([x.c0, x.c1, y.c0, y.c1].map(field));
    const words = (...values: readonly bigint[]) => concatBytes(values.map(word));
    const order = fields.Fr.ORDER;

    /** By address, inputs that succeed. */
    const good: Readonly<Record<number, readonly Uint8Array[]>> = {
      1: [words(5n, 28n, 7n, 9n), words(5n, 29n, 7n, 9n), EMPTY],
      2: [EMPTY, new Uint8Array(1000)],
      3: [EMPTY, new Uint8Array(1000)],
      4: [EMPTY, new Uint8Array(payloadBytes)],
      5: [EMPTY, words(1n, 1n, 1n, 0n), words(0n, 0n, 5n)],
      6: [EMPTY, words(1n, 2n, 1n, 2n), new Uint8Array(500)],
      7: [EMPTY, words(1n, 2n, 5n), words(1n, 2n, (1n << 256n) - 1n)],
      8: [EMPTY, new Uint8Array(384)],
      9: [new Uint8Array(213)],
      10: [
        evaluation(infinity, 0n, 0n, infinity),
        evaluation(one, 0n, 1n, infinity),
        evaluation(one, order - 1n, 1n, infinity),
        evaluation(G1.Point.BASE.multiply(9n).toBytes(true), 3n, 9n, infinity),
      ],
      11: [concatBytes([g1, g1]), new Uint8Array(256)],
      12: [concatBytes([g1, word(5n), g1, word((1n << 256n) - 1n)]), concatBytes([g1, zero])],
      13: [concatBytes([g2, g2])],
      14: [concatBytes([g2, word(9n)])],
      15: [concatBytes([g1, g2]), new Uint8Array(384)],
      16: [field(5n), field(0n)],
      17: [concatBytes([field(5n), field(6n)])],
    };
    /** By address, inputs that are refused. */
    const bad: Readonly<Record<number, readonly Uint8Array[]>> = {
      5: [
        words(1n << 255n, 1n, 1n),
        words(1n, 1n << 255n, 1n),
        words(1n, 1n, 1n << 255n),
        new Uint8Array(96).fill(255),
      ],
      6: [new Uint8Array(128).fill(255), words(1n, 3n)],
      7: [words(1n, 3n, 1n), new Uint8Array(33).fill(255)],
      8: [new Uint8Array(1), words(1n, 3n, 0n, 0n, 0n, 0n)],
      9: [EMPTY, new Uint8Array(212), new Uint8Array(214), concatBytes([new Uint8Array(212), Uint8Array.of(2)])],
      10: [
        EMPTY,
        new Uint8Array(192),
        evaluation(one, 0n, 2n, infinity),
        evaluation(one, 0n, 0n, one),
        evaluation(one, order, 1n, infinity),
        evaluation(infinity, 0n, order, infinity),
        evaluation(fromHex(`0x80${'00'.repeat(46)}04`), 0n, 0n, infinity),
        evaluation(infinity, 0n, 0n, fromHex(`0xe0${'00'.repeat(47)}`)),
        evaluation(new Uint8Array(48).fill(255), 0n, 0n, infinity),
        evaluation(infinity, 0n, 0n, infinity).slice(1),
        concatBytes([evaluation(infinity, 0n, 0n, infinity), zero]),
        new Uint8Array(payloadBytes),
      ],
      11: [EMPTY, new Uint8Array(255), new Uint8Array(256).fill(1)],
      12: [EMPTY, new Uint8Array(159), new Uint8Array(160).fill(255)],
      13: [EMPTY, new Uint8Array(512).fill(1)],
      14: [EMPTY, new Uint8Array(288).fill(255)],
      15: [EMPTY, new Uint8Array(383), new Uint8Array(384).fill(1)],
      16: [EMPTY, new Uint8Array(63), new Uint8Array(64).fill(255)],
      17: [EMPTY, new Uint8Array(128).fill(255)],
    };
    /**
     * Calls the address in the first byte of the input with the rest, and returns the status, the size of the returned data, and
     * that data.
     */
    const forward = deploying('600136038060015f375f5f825f5f5f3560f81c5af15f523d6020523d5f60403e3d6040015ff3');

    for (let at = 1; at <= 0x11; at++) {
      it(`do the same at 0x${at.toString(16)}, called from outside and by a contract`, async () => {
        open();
        const gas = 25_000_000n;
        const proxy = await deployed(forward);
        const to = bigintToBytes(BigInt(at), 20);
        const inputs = [...(good[at] ?? []), ...(bad[at] ?? [])];
        for (const [i, input] of inputs.entries()) {
          const isGood = i < (good[at]?.length ?? 0);
          const { outcome } = await agreed((row) => row.call(to, input, { gasLimit: gas }), `input ${i}`);
          const failure = trap(at === 5 ? TrapCode.OutOfGas : TrapCode.HostArgumentInvalid, gas);
          if (isGood) assert.equal((outcome as { status: string }).status, 'success', `input ${i}`);
          else assert.deepEqual(outcome, failure, `input ${i}`);
          // A pairing takes @noble/curves a tenth of a second: one of either kind is enough here.
          if (input.length >= payloadBytes || (at === 10 && i > 0 && i !== (good[10]?.length ?? 0) + 2)) continue;
          const inner = await agreed((row) =>
            row.call(proxy, concatBytes([Uint8Array.of(at), input]), { gasLimit: gas }),
          );
          const { output } = inner.outcome as { output: string };
          assert.equal(output.slice(2, 66), `${'0'.repeat(63)}${isGood ? 1 : 0}`, `input ${i} by a contract`);
        }
      });
    }
  });

  describe('the block context', () => {
    const max = (1n << 64n) - 1n;
    /** NUMBER TIMESTAMP GASLIMIT BASEFEE CHAINID COINBASE GASPRICE ORIGIN BLOBBASEFEE SELFBALANCE, a word each. */
    const words = '435f52426020524560405248606052466080524160a0523a60c0523260e0524a6101005247610120526101405ff3';
    const contexts: readonly Partial<BlockContext>[] = [
      ...[0n, 1n, 2n, 3n, 257n, 1n << 32n, (1n << 53n) + 1n, max].map((number) => ({ number })),
      ...[0n, 1n, 1n << 32n, (1n << 63n) - 1n, 1n << 63n, max].map((timestamp) => ({ timestamp })),
      { number: 0n, timestamp: 0n },
      { number: 0n, timestamp: max },
      { number: 5n, timestamp: 0n },
      ...[0n, 1n, max].map((limit) => ({ gasLimit: limit })),
      ...[0n, (1n << 53n) + 1n, max].map((chainId) => ({ chainId })),
      { coinbase: new Uint8Array(20).fill(255) },
      ...[7n, (1n << 256n) - 1n].map((baseFee) => ({ baseFee })),
    ];
    const isRefusedByRevm = ({ number, timestamp, gasLimit: limit, baseFee }: BlockContext) =>
      baseFee > 0n || limit === 0n || timestamp >= 1n << 63n || (timestamp === 0n && number > 0n);

    for (const context of contexts) {
      const name = Object.entries(context).map(([key, value]) => `${key} ${value}`);
      it(`decides what contracts see: ${name.join(', ')}`, async () => {
        const block = { ...defaultBlock, ...context };
        open(context);
        if (isRefusedByRevm(block)) {
          const revm = rows.find(({ backend }) => backend.name === 'revm');
          if (revm !== undefined) await assert.rejects(revm.world(), { code: 'bad-argument' });
          rows = rows.filter((row) => row !== revm);
        }
        const seen = await agreed(async (row) => row.call(fromHex((await row.deploy(deploying(words))).address)));
        const { number, timestamp, gasLimit: limit, baseFee, chainId } = block;
        const { output } = seen.outcome as { output: string };
        const expected = concatBytes([number, timestamp, limit, baseFee, chainId].map(word));
        assert.equal(output.slice(0, 2 + 320), `0x${Buffer.from(expected).toString('hex')}`);
        // What is no number of a block is none of EDR's either: the block itself, those 257 before, a missing argument.
        for (const code of ['4340', '610101430340', '5f1940', '40', '5f49']) {
          const to = await deployed(returning(code));
          await agreed((row) => row.call(to), code);
        }
        // EIP-4788 and EIP-2935: nobody has deployed their contracts.
        for (const system of ['000f3df6d732807ef1319fb7b8bb8522d0beac02', '0000f90827f1c53a10cb7a02335b175320002935'])
          await agreed((row) => row.call(fromHex(`0x${system}`), word(number)), system);
      });
    }

    const zeroOrRefused: readonly (readonly [
      what: string,
      code: string,
      block: Partial<BlockContext>,
      foreign: boolean,
    ])[] = [
      ['the hash of the block before', '6001430340', {}, true],
      ['the hash of the block before, in block 0', '6001430340', { number: 0n }, false],
      ['the hash of block 0, 256 blocks later', '5f40', { number: 256n }, true],
      ['the hash of block 0, 257 blocks later', '5f40', { number: 257n }, false],
      ['PREVRANDAO', '44', {}, false],
      ['PREVRANDAO in block 0', '44', { number: 0n }, true],
    ];
    for (const [what, code, block, isForeign] of zeroOrRefused) {
      it(`has no history, so ${what} is 0${isForeign ? ', or no answer where EDR has its own' : ''}`, async () => {
        open(block);
        const initcode = returning(code);
        // PUSH0 CALLDATALOAD: whatever it is asked to call.
        const proxy = deploying('5f5f5f5f5f355af45f5260205ff3');
        for (const each of rows) {
          const to = fromHex((await each.deploy(initcode)).address);
          const behind = fromHex((await each.deploy(proxy)).address);
          const direct = await each.call(to);
          const inner = await each.call(behind, concatBytes([new Uint8Array(12), to]));
          if (isForeign && each.backend.name === 'revm') {
            assert.deepEqual([direct.outcome, inner.outcome], ['bad-argument', 'bad-argument']);
          } else {
            assert.equal((direct.outcome as { output: string }).output, `0x${'00'.repeat(32)}`);
            assert.equal((inner.outcome as { status: string }).status, 'success');
          }
        }
      });
    }
  });

  describe('payload limits', () => {
    const push3 = (value: number) => `62${value.toString(16).padStart(6, '0')}`;
    const gas = 20_000_000n;
    const cases: readonly (readonly [what: string, runtime: (size: number) => string, limit: number])[] = [
      // PUSH1 1 PUSH0 SSTORE, then the limit in question.
      ['output', (size) => `60015f55${push3(size)}5ff3`, payloadBytes],
      ['data of a revert', (size) => `${push3(size)}5ffd`, payloadBytes],
      ['data of an event', (size) => `60015f55${push3(size)}5fa0`, payloadBytes],
      // As many events as the counter on the stack says.
      ['events', (size) => `60015f55${push3(size)}5b5f5fa0600190038060085700`, eventsPerCall],
    ];
    for (const [what, runtime, limit] of cases) {
      it(`stop ${what} beyond ${limit}, which then leaves nothing`, async () => {
        open();
        for (const size of [1, limit - 1, limit, limit + 1, 2 * limit]) {
          const to = await deployed(deploying(runtime(size)));
          const before = await agreed((row) => row.call(new Uint8Array(20)));
          const after = await agreed((row) => row.call(to, EMPTY, { gasLimit: gas }), String(size));
          if (size > limit) {
            assert.deepEqual(after.outcome, trap(TrapCode.HostArgumentInvalid, gas), String(size));
            assert.deepEqual(after.storage, []);
            assert.equal(after.digest, before.digest);
          } else {
            assert.equal(
              (after.outcome as { status: string }).status,
              what === 'data of a revert' ? 'revert' : 'success',
            );
          }
        }
      });
    }

    it('stop a constructor too, whose deployer has still spent a nonce', async () => {
      open();
      // 257 events, then no code.
      const noisy = fromHex('0x6101015b5f5fa0600190038060035700');
      const failed = await agreed((row) => row.deploy(noisy));
      assert.deepEqual(failed.outcome, trap(TrapCode.HostArgumentInvalid));
      const next = await agreed((row) => row.deploy(deploying('00')));
      assert.equal(next.address, `0x${Buffer.from(createAddress(alice, 1n)).toString('hex')}`);
    });
  });

  for (const setup of [tunedSetup, defaultSetup]) {
    it(`let nothing be created on an account that has only storage (EIP-7610): ${setup.name}`, async () => {
      const state = setup.createState();
      const world = await EvmWorld.create({ ...setup, createState: () => state }, defaultBlock);
      const store = async (address: Uint8Array) => {
        await state.checkpoint();
        await state.putAccount(new Address(address), new Account());
        await state.putStorage(new Address(address), word(1n), Uint8Array.of(7));
        await state.commit();
      };
      const deploy = (runtime: string) => {
        const program = new EvmProgram(setup.name, { name: 'x', evm: { initcode: deploying(runtime) } });
        return world.deploy(program, { deployer: alice, value: 0n, input: EMPTY, gasLimit });
      };
      await store(createAddress(alice, 0n));
      assert.deepEqual((await deploy('00')).outcome, trap(TrapCode.CreateFailed));
      // PUSH0 PUSH0 PUSH0 CREATE, and CREATE2 with salt 0: of nothing. The address, or 0.
      for (const code of ['5f5f5ff0', '5f5f5f5ff5']) {
        const { address, outcome } = await deploy(`${code}5f5260205ff3`);
        assert.equal(outcome.status, 'success');
        const call = { caller: alice, to: address, value: 0n, input: EMPTY, gasLimit };
        const snapshot = await world.snapshot();
        const free = await world.call(call);
        assert.ok(free.status === 'success' && free.output.some((byte) => byte !== 0));
        await world.restore(snapshot);
        await store(free.output.slice(12));
        const taken = await world.call(call);
        assert.ok(taken.status === 'success' && taken.output.every((byte) => byte === 0));
      }
      await world.close();
    });
  }
});
