import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createCustomCommon, Hardfork, Mainnet } from '@ethereumjs/common';
import { MerkleStateManager } from '@ethereumjs/statemanager';
import { createVM } from '@ethereumjs/vm';
import type { Backend, World } from '../../engine/backend.ts';
import { bigintToBytes, bytesToBigint, concatBytes, fromHex, toHex } from '../../engine/bytes.ts';
import { type CallMessage, defaultBlock } from '../../engine/context.ts';
import { createAddress } from '../../engine/contract-address.ts';
import { deployedAddress } from '../../engine/deployed-address.ts';
import { EngineError } from '../../engine/errors.ts';
import { TrapCode } from '../../engine/outcome.ts';
import { digestAccounts } from '../../engine/state/digest.ts';
import { defaultSetup } from '../../evm-baseline/default-setup.ts';
import { createDefaultEvmBackend, createEvmBackend, createRevmBackend } from '../../evm-baseline/index.ts';
import { backendOrSkip } from '../support/optional-backend.ts';
import { deploying, programs } from './bytecode.ts';

const alice = fromHex('0x00000000000000000000000000000000000a11ce');
const bob = fromHex('0x0000000000000000000000000000000000000b0b');
const EMPTY = new Uint8Array(0);
const gasLimit = 1_000_000n;

const word = (value: bigint) => bigintToBytes(value, 32);
const addressWord = (address: Uint8Array) => concatBytes([new Uint8Array(12), address]);

/** Each with the package that its description names, and whether a block may have a base fee. */
const backends = [
  { name: 'evm', create: createEvmBackend, packageFolder: 'node_modules/@ethereumjs/evm', hasBaseFee: true },
  {
    name: 'evm-default',
    create: createDefaultEvmBackend,
    packageFolder: 'node_modules/@ethereumjs/vm',
    hasBaseFee: true,
  },
  {
    name: 'revm',
    create: createRevmBackend,
    packageFolder: 'evm-baseline/revm/node_modules/@nomicfoundation/edr',
    hasBaseFee: false,
  },
];

for (const { name, create, packageFolder, hasBaseFee } of backends) {
  describe(`the backend ${name}`, () => {
    let backend: Backend;
    let world: World;

    const deployInitcode = async (initcode: Uint8Array, value = 0n, limit = gasLimit) => {
      const program = await backend.prepare({ name: 'fixture', evm: { initcode } });
      return world.deploy(program, { deployer: alice, value, input: EMPTY, gasLimit: limit });
    };
    const deploy = async (name: keyof typeof programs) => {
      return deployedAddress(await deployInitcode(deploying(programs[name])));
    };
    const message = (to: Uint8Array, input: Uint8Array = EMPTY, more: Partial<CallMessage> = {}): CallMessage => ({
      caller: alice,
      to,
      value: 0n,
      input,
      gasLimit,
      ...more,
    });

    before(async function () {
      backend = await backendOrSkip(this, create);
    });
    beforeEach(async () => {
      world = await backend.createWorld();
    });
    afterEach(() => world?.close());

    it('says which package it is', () => {
      const { name: packageName, version } = JSON.parse(readFileSync(`${packageFolder}/package.json`, 'utf8'));
      assert.equal(backend.name, name);
      assert.ok(backend.description.includes(`${packageName} ${version}, prague`), backend.description);
    });

    it('refuses a contract without EVM code and a program of another backend', async () => {
      await assert.rejects(backend.prepare({ name: 'x' }), { name: 'EngineError', code: 'no-code' });
      const other = await (create === createEvmBackend ? createDefaultEvmBackend : createEvmBackend)();
      const program = await other.prepare({ name: 'x', evm: { initcode: EMPTY } });
      const deployment = { deployer: alice, value: 0n, input: EMPTY, gasLimit };
      await assert.rejects(world.deploy(program, deployment), { code: 'wrong-backend' });
    });

    it('refuses short addresses, values and gas limits out of range', async () => {
      const bad: Partial<CallMessage>[] = [
        { caller: new Uint8Array(19) },
        { to: new Uint8Array(32) },
        { value: -1n },
        { value: 1n << 256n },
        { gasLimit: -1n },
        { gasLimit: (1n << 62n) + 1n },
      ];
      for (const part of bad) await assert.rejects(world.call(message(bob, EMPTY, part)), { code: 'bad-argument' });
      await assert.rejects(world.setBalance(new Uint8Array(21), 0n), { code: 'bad-argument' });
    });

    describe('deployment', () => {
      it('charges the constructor and 200 gas per byte of code, and has no output', async () => {
        const { outcome } = await deployInitcode(deploying(programs.storeInput));
        assert.deepEqual(outcome, { status: 'success', output: EMPTY, events: [], gasUsed: 22n + 5n * 200n });
      });

      // Nonces 0 to 3 of a known account: https://ethereum.stackexchange.com/a/761
      it("takes CREATE's addresses, and a deployment that fails takes one too", async () => {
        const deployer = fromHex('0x6ac7ea33f8831ea9dcc53393aaa88b25a785dbf0');
        const good = await backend.prepare({ name: 'good', evm: { initcode: deploying(programs.storeInput) } });
        const bad = await backend.prepare({ name: 'bad', evm: { initcode: fromHex(`0x${programs.revert42}`) } });
        const send = async (program: typeof good, value = 0n) =>
          world.deploy(program, { deployer, value, input: EMPTY, gasLimit });

        const first = deployedAddress(await send(good));
        assert.equal(toHex(first), '0xcd234a471b72ba2f1ccf0a70fcaba648a5eecd8d');
        await world.call(message(first, word(1n), { caller: deployer }));
        const second = await send(bad);
        assert.equal(second.outcome.status, 'revert');
        assert.equal(second.address, undefined);
        const third = await send(good, 1n);
        assert.deepEqual(third.outcome, { status: 'trap', code: TrapCode.InsufficientBalance, gasUsed: gasLimit });
        assert.equal(third.address, undefined);
        const fourth = deployedAddress(await send(good));
        assert.equal(toHex(fourth), '0xfffd933a0bc612844eaf0c6fe3e5b8e9b6c1d19c');
        const stored = await world.call(message(fourth, word(7n)));
        assert.equal(stored.gasUsed, 22_107n);
      });

      it('gives the constructor its arguments after the creation code', async () => {
        // PUSH1 0x20 PUSH1 0x0a PUSH0 CODECOPY  PUSH0 MLOAD PUSH0 SSTORE: the word after these 10 bytes goes to slot 0
        const program = await backend.prepare({ name: 'x', evm: { initcode: fromHex('0x6020600a5f395f515f55') } });
        const deployment = await world.deploy(program, {
          deployer: alice,
          value: 0n,
          input: word(99n),
          gasLimit,
        });
        const address = deployedAddress(deployment);
        assert.deepEqual(await world.storageOf(address), [{ key: word(0n), value: word(99n) }]);
      });

      it('removes what a constructor that destroys itself leaves behind', async () => {
        await world.setBalance(alice, 10n);
        // PUSH1 1 PUSH0 SSTORE CALLER SELFDESTRUCT
        const address = deployedAddress(await deployInitcode(fromHex('0x60015f5533ff'), 4n));
        assert.deepEqual(await world.storageOf(address), []);
        assert.equal(await world.balanceOf(address), 0n);
        assert.equal(await world.balanceOf(alice), 10n);
        await world.call(message(address, EMPTY, { value: 1n }));
        assert.deepEqual(await world.storageOf(address), [], 'the account is back, its storage is not');
      });

      it('keeps the code of an older contract that destroys itself (EIP-6780)', async () => {
        const address = await deploy('selfDestruct');
        await world.setBalance(address, 5n);
        for (const wei of [5n, 5n]) {
          const outcome = await world.call(message(address));
          assert.equal(outcome.status, 'success');
          assert.equal(outcome.gasUsed, 5002n);
          assert.equal(await world.balanceOf(alice), wei);
        }
      });
    });

    describe('gas and transaction borders', () => {
      it('counts SSTORE as EIP-2929 and EIP-3529 say, and subtracts no refunds', async () => {
        const address = await deploy('storeInput');
        // PUSH0 2, CALLDATALOAD 3, PUSH0 2; every call finds the slot cold and sees the value before it as original.
        const store = async (value: bigint) => (await world.call(message(address, word(value)))).gasUsed;
        assert.equal(await store(42n), 7n + 2100n + 20_000n);
        assert.equal(await store(42n), 7n + 2100n + 100n);
        assert.equal(await store(43n), 7n + 2100n + 2900n);
        assert.equal(await store(0n), 7n + 2100n + 2900n);
        assert.equal(await store(0n), 7n + 2100n + 100n);
        assert.equal(await store(1n), 7n + 2100n + 20_000n);
      });

      it('finds caller, coinbase, precompiles and the contract itself warm, and others cold in every call', async () => {
        const coinbase = fromHex('0x00000000000000000000000000000000c01bba5e');
        await world.setBlock({ ...defaultBlock, coinbase });
        const own = await deploy('callerBalance');
        assert.equal((await world.call(message(own))).gasUsed, 2n + 100n);
        const other = await deploy('inputBalance');
        const balanceGas = async (address: Uint8Array) =>
          (await world.call(message(other, addressWord(address)))).gasUsed - 5n;
        for (const warm of [alice, coinbase, other, bigintToBytes(0x11n, 20)])
          assert.equal(await balanceGas(warm), 100n);
        for (const cold of [bob, bob, own]) assert.equal(await balanceGas(cold), 2600n);
      });

      it('clears transient storage between calls', async () => {
        const address = await deploy('transient');
        for (let i = 0; i < 2; i++) {
          const outcome = await world.call(message(address));
          assert.deepEqual(outcome, { status: 'success', output: word(0n), events: [], gasUsed: 220n });
        }
      });

      it('uses all gas when gas runs out, and one unit less than needed is not enough', async () => {
        const endless = await deploy('endless');
        const outOfGas = { status: 'trap', code: TrapCode.OutOfGas, gasUsed: gasLimit };
        assert.deepEqual(await world.call(message(endless)), outOfGas);

        const address = await deploy('storeInput');
        const tight = await world.call(message(address, word(1n), { gasLimit: 22_106n }));
        assert.deepEqual(tight, { status: 'trap', code: TrapCode.OutOfGas, gasUsed: 22_106n });
        assert.deepEqual(await world.storageOf(address), []);
        const enough = await world.call(message(address, word(1n), { gasLimit: 22_107n }));
        assert.equal(enough.status, 'success');
      });

      it('takes gas limits under what EIP-7623 asks of a transaction', async () => {
        const address = await deploy('storeInput');
        const input = new Uint8Array(320).fill(1);
        const short = await world.call(message(address, input, { gasLimit: 22_106n }));
        assert.deepEqual(short, { status: 'trap', code: TrapCode.OutOfGas, gasUsed: 22_106n });
        const least = await world.call(message(address, new Uint8Array(3200).fill(1), { gasLimit: 22_106n }));
        assert.deepEqual(least, short);
        assert.deepEqual(await world.storageOf(address), []);
        assert.equal((await world.call(message(address, input, { gasLimit: 22_107n }))).gasUsed, 22_107n);
      });

      it('needs no funds for gas', async () => {
        const address = await deploy('storeInput');
        const block = { ...defaultBlock, baseFee: 1_000n };
        if (!hasBaseFee) return assert.rejects(world.setBlock(block), { code: 'bad-argument' });
        await world.setBlock(block);
        assert.equal((await world.call(message(address, word(1n)))).status, 'success');
        assert.equal(await world.balanceOf(alice), 0n);
      });

      it('shows the contract the block it was given', async () => {
        const coinbase = fromHex('0x00000000000000000000000000000000c01bba5e');
        const baseFee = hasBaseFee ? 7n : 0n;
        await world.setBlock({ number: 5n, timestamp: 6n, chainId: 1n << 60n, baseFee, gasLimit: 8n, coinbase });
        const outcome = await world.call(message(await deploy('blockWords')));
        assert.equal(outcome.status, 'success');
        const words = [5n, 6n, 1n << 60n, baseFee, 8n, bytesToBigint(coinbase), baseFee];
        assert.equal(toHex(outcome.output), toHex(concatBytes(words.map(word))));
      });
    });

    describe('outcomes', () => {
      it('returns revert data and the gas that was used', async () => {
        const outcome = await world.call(message(await deploy('revert42')));
        // PUSH1 3, PUSH0 2, MSTORE 3 + 3 for a word of memory, PUSH1 3, PUSH0 2, REVERT 0
        assert.deepEqual(outcome, { status: 'revert', output: word(42n), gasUsed: 16n });
      });

      it('returns events in order, with topics and data', async () => {
        const address = await deploy('emit');
        const outcome = await world.call(message(address, word(0xdeadbeefn)));
        assert.equal(outcome.status, 'success');
        assert.deepEqual(outcome.events, [
          { address, topics: [word(10n), word(11n)], data: fromHex('0xdeadbeef') },
          { address, topics: [], data: EMPTY },
        ]);
      });

      it('leaves nothing of a call that reverts or traps', async () => {
        await world.setBalance(alice, 100n);
        const reverting = await deploy('storeThenRevert42');
        const trapping = await deploy('storeThenInvalid');
        const before = await world.stateDigest();
        const reverted = await world.call(message(reverting, EMPTY, { value: 7n }));
        assert.equal(reverted.status, 'revert');
        const trapped = await world.call(message(trapping, EMPTY, { value: 7n }));
        assert.deepEqual(trapped, { status: 'trap', code: TrapCode.InvalidInstruction, gasUsed: gasLimit });
        assert.equal(await world.stateDigest(), before);
        assert.equal(await world.balanceOf(alice), 100n);
      });

      it('traps on bad jumps and stack underflow', async () => {
        for (const name of ['badJump', 'underflow'] as const) {
          const outcome = await world.call(message(await deploy(name)));
          assert.deepEqual(outcome, { status: 'trap', code: TrapCode.InvalidInstruction, gasUsed: gasLimit });
        }
      });

      it('fails a write inside a static call, which takes the gas it was given', async () => {
        const target = await deploy('storeInput');
        const proxy = await deploy('staticCallInput');
        const failed = await world.call(message(proxy, addressWord(target)));
        assert.equal(failed.status, 'success');
        assert.deepEqual(failed.output, word(0n));
        // What is left at GAS less the cold account, of which 1/64 stays; then 13 gas to return a word.
        const given = gasLimit - 17n - 2600n;
        assert.equal(failed.gasUsed, gasLimit - given / 64n + 13n);
        assert.deepEqual(await world.storageOf(target), []);
        const passed = await world.call(message(proxy, addressWord(bob)));
        assert.deepEqual(passed.status === 'success' && passed.output, word(1n));
      });

      it('runs a contract that a call has created, also after the block has changed', async () => {
        const creator = await deploy('create');
        const outcome = await world.call(message(creator));
        assert.equal(outcome.status, 'success');
        // 29 gas around CREATE, which is 32,000, 2 for a word of creation code, and that code as any other.
        assert.equal(outcome.gasUsed, 29n + 32_002n + 22n + 5n * 200n);
        const created = outcome.output.slice(12);
        assert.equal(toHex(created), toHex(createAddress(creator, 1n)));
        for (const block of [
          defaultBlock,
          { ...defaultBlock, number: 3n },
          { ...defaultBlock, number: 2n, chainId: 9n },
        ]) {
          await world.setBlock(block);
          const input = word(block.number);
          assert.equal((await world.call(message(created, input))).gasUsed, block.number === 1n ? 22_107n : 5007n);
          assert.deepEqual(await world.storageOf(created), [{ key: word(0n), value: input }]);
        }
      });

      it('moves value, also to an account without code, and traps when the caller cannot pay', async () => {
        await world.setBalance(alice, 10n);
        const moved = await world.call(message(bob, fromHex('0x01'), { value: 4n }));
        assert.deepEqual(moved, { status: 'success', output: EMPTY, events: [], gasUsed: 0n });
        assert.deepEqual([await world.balanceOf(alice), await world.balanceOf(bob)], [6n, 4n]);
        const refused = await world.call(message(bob, EMPTY, { value: 7n }));
        assert.deepEqual(refused, { status: 'trap', code: TrapCode.InsufficientBalance, gasUsed: gasLimit });
        const toSelf = await world.call(message(alice, EMPTY, { value: 6n }));
        assert.equal(toSelf.status, 'success');
        assert.deepEqual([await world.balanceOf(alice), await world.balanceOf(bob)], [6n, 4n]);
      });

      it('throws when the host runs out of memory, commits nothing and goes on', async () => {
        const huge = await deploy('hugeMemory');
        const store = await deploy('storeInput');
        const look = await deploy('inputBalance');
        await world.setBalance(alice, 1n);
        const before = await world.stateDigest();
        const call = message(huge, EMPTY, { value: 1n, gasLimit: 1n << 62n });
        await assert.rejects(world.call(call), (error: unknown) => {
          return error instanceof EngineError && error.code === 'host-memory';
        });
        assert.equal(await world.stateDigest(), before);
        const cold = await world.call(message(look, addressWord(huge)));
        assert.equal(cold.gasUsed, 5n + 2600n, 'what the failed call warmed is cold again');
        assert.equal((await world.call(message(store, word(1n)))).gasUsed, 22_107n);
      });

      it('traps a transfer that would take a balance beyond 256 bits', async () => {
        await world.setBalance(alice, 1n);
        await world.setBalance(bob, (1n << 256n) - 1n);
        const before = await world.stateDigest();
        const outcome = await world.call(message(bob, EMPTY, { value: 1n }));
        assert.deepEqual(outcome, { status: 'trap', code: TrapCode.HostArgumentInvalid, gasUsed: gasLimit });
        assert.equal(await world.stateDigest(), before);
      });
    });

    describe('state', () => {
      it('lists 32-byte slots in byte order and digests like the engine', async () => {
        // PUSH1 1 PUSH2 0x0100 SSTORE  PUSH1 2 PUSH1 0xff SSTORE  PUSH1 3 PUSH0 NOT SSTORE
        const address = deployedAddress(await deployInitcode(fromHex('0x6001610100556002' + '60ff5560035f1955')));
        const storage = await world.storageOf(address);
        assert.deepEqual(storage, [
          { key: word(0xffn), value: word(2n) },
          { key: word(0x100n), value: word(1n) },
          { key: word((1n << 256n) - 1n), value: word(3n) },
        ]);
        await world.setBalance(bob, 9n);
        const expected = digestAccounts([
          { address: bob, wei: 9n, storage: [] },
          { address, wei: 0n, storage },
        ]);
        assert.equal(await world.stateDigest(), expected);
      });

      it('comes back to a snapshot as often as asked', async () => {
        await world.setBalance(alice, 10n);
        const address = await deploy('storeInput');
        await world.call(message(address, word(1n)));
        const snapshot = await world.snapshot();
        const digest = await world.stateDigest();
        for (let i = 0; i < 2; i++) {
          const changed = await world.call(message(address, word(2n)));
          assert.equal(changed.gasUsed, 5007n);
          await world.call(message(bob, EMPTY, { value: 3n }));
          const later = await world.snapshot();
          const second = await deploy('emit');
          await world.restore(snapshot);
          assert.equal(await world.stateDigest(), digest);
          assert.equal((await world.call(message(second, word(1n)))).gasUsed, 0n, 'no code there any more');
          await assert.rejects(world.restore(later), { code: 'bad-argument' });
        }
      });

      it('comes back to a snapshot of an earlier block, with the block of now', async () => {
        const store = await deploy('storeInput');
        const look = await deploy('blockWords');
        await world.call(message(store, word(1n)));
        const snapshot = await world.snapshot();
        const digest = await world.stateDigest();
        await world.setBlock({ ...defaultBlock, number: 77n });
        await world.call(message(store, word(2n)));
        await world.restore(snapshot);
        assert.equal(await world.stateDigest(), digest);
        assert.equal((await world.call(message(store, word(1n)))).gasUsed, 2207n, 'the slot has its value already');
        const seen = await world.call(message(look));
        assert.equal(seen.status === 'success' && bytesToBigint(seen.output.slice(0, 32)), 77n);
        await world.restore(snapshot);
        assert.equal(await world.stateDigest(), digest);
      });

      it('shows a call in a batch what those before it have written, however many only read', async () => {
        await world.setBalance(alice, 1n);
        const store = await deploy('storeInput');
        const look = await deploy('inputBalance');
        const reads = (count: number) => Array.from({ length: count }, () => message(look, addressWord(bob)));
        const messages = [
          ...reads(70),
          message(store, word(5n)),
          ...reads(5),
          message(store, word(5n)),
          message(bob, EMPTY, { value: 1n }),
          message(bob, EMPTY, { value: 1n }),
          message(store, word(0n)),
          message(store, word(0n)),
        ];
        const { trapCount, gasUsed } = await (await world.loadBatch(messages)).run();
        assert.equal(trapCount, 1, 'a second wei there is not');
        assert.equal(gasUsed, 75n * 2605n + 22_107n + 2207n + gasLimit + 5007n + 2207n);
      });

      it('runs batches and many calls exactly as one call after another', async () => {
        const store = await deploy('storeInput');
        const revert = await deploy('revert42');
        const messages = [
          message(store, word(5n)),
          message(revert),
          message(store, word(6n), { gasLimit: 100n }),
          message(store, word(5n)),
        ];
        const snapshot = await world.snapshot();
        const single = [];
        for (const each of messages) single.push(await world.call(each));
        const digest = await world.stateDigest();
        await world.restore(snapshot);
        assert.deepEqual(await world.callMany(messages), single);
        assert.equal(await world.stateDigest(), digest);
        await world.restore(snapshot);
        const batch = await world.loadBatch(messages);
        const { checksum, ...counts } = await batch.run();
        assert.deepEqual(counts, {
          successCount: 2,
          revertCount: 1,
          trapCount: 1,
          gasUsed: 22_107n + 16n + 100n + 2207n,
        });
        assert.equal(batch.callCount, 4);
        assert.equal(await world.stateDigest(), digest);
        assert.equal(checksum, fnv1a(concatBytes([fromHex('0x0001'), word(42n), fromHex('0x0200')])));
        assert.equal((await batch.run()).gasUsed, 2207n + 16n + 100n + 2207n, 'goes on from the state it left');
      });

      it('keeps calls that were started together apart', async () => {
        const store = await deploy('storeInput');
        const values = [1n, 2n, 0n, 3n];
        const outcomes = await Promise.all(values.map((value) => world.call(message(store, word(value)))));
        assert.deepEqual(
          outcomes.map(({ gasUsed }) => gasUsed),
          [22_107n, 5007n, 5007n, 22_107n],
        );
      });
    });

    it('computes keccak-256', async () => {
      // PUSH0 PUSH0 KECCAK256 PUSH0 SSTORE: of nothing, which is also the code hash of accounts without code
      const address = deployedAddress(await deployInitcode(fromHex('0x5f5f205f55')));
      const empty = fromHex('0xc5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470');
      assert.deepEqual(await world.storageOf(address), [{ key: word(0n), value: empty }]);
    });
  });
}

describe('the backend evm-default', () => {
  it('is what createVM() sets up, but for recording which keys are written', async () => {
    const common = createCustomCommon({ chainId: '7' }, Mainnet, { hardfork: Hardfork.Prague });
    const vm = await createVM({ common });
    const ours = defaultSetup.createState();
    const evm = await defaultSetup.createEvm(ours, 7n);
    assert.ok(ours instanceof MerkleStateManager);
    assert.equal(Object.getPrototypeOf(vm.stateManager), MerkleStateManager.prototype);
    for (const field of ['_caches', '_prefixCodeHashes', '_prefixStorageTrieKeys', 'keccakFunction']) {
      assert.equal(Reflect.get(ours, field), Reflect.get(vm.stateManager, field), field);
    }
    const trieOptions = (state: object) => ({ ...Reflect.get(state, '_trie')._opts, common: undefined });
    assert.deepEqual(trieOptions(ours), trieOptions(vm.stateManager));
    const evmOptions = (of: object) => ({
      ...Reflect.get(of, '_optsCached'),
      common: undefined,
      stateManager: undefined,
    });
    assert.deepEqual(evmOptions(evm), evmOptions(vm.evm));
    assert.equal(evm.common.chainId(), 7n);
    assert.equal(evm.common.hardfork(), vm.common.hardfork());
  });
});

function fnv1a(bytes: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash;
}
