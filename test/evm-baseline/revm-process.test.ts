import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import type { Backend, World } from '../../engine/backend.ts';
import { fromHex } from '../../engine/bytes.ts';
import { deployedAddress } from '../../engine/deployed-address.ts';
import { EngineError } from '../../engine/errors.ts';
import { createRevmBackend } from '../../evm-baseline/index.ts';
import { backendOrSkip } from '../support/optional-backend.ts';
import { deploying, programs } from './bytecode.ts';

const alice = fromHex('0x00000000000000000000000000000000000a11ce');
const EMPTY = new Uint8Array(0);
const gasLimit = 1_000_000n;

/** Processes of EDR that this one has started, those included that have ended and were not waited for. */
function everyEdrProcess(): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        const status = readFileSync(`/proc/${pid}/status`, 'utf8');
        const isOurs = status.includes(`PPid:\t${process.pid}\n`);
        return (
          isOurs && (status.includes('Z (zombie)') || readFileSync(`/proc/${pid}/cmdline`).includes('edr-program'))
        );
      } catch {
        return false;
      }
    });
}

describe('the process that revm runs in', () => {
  let backend: Backend;
  const worlds: World[] = [];

  /** Kept for worlds of other backends, which other tests made. */
  let others: readonly number[] = [];
  const edrProcesses = () => everyEdrProcess().filter((pid) => !others.includes(pid));

  const open = async () => {
    const world = await backend.createWorld();
    worlds.push(world);
    return world;
  };
  const deploy = async (world: World, initcode: Uint8Array) =>
    world.deploy(await backend.prepare({ name: 'x', evm: { initcode } }), {
      deployer: alice,
      value: 0n,
      input: EMPTY,
      gasLimit,
    });
  const call = (world: World, to: Uint8Array) => world.call({ caller: alice, to, value: 0n, input: EMPTY, gasLimit });
  const isLost = (error: unknown) =>
    error instanceof EngineError && error.code === 'machine-lost' && error.message.length < 1000;

  before(async function () {
    others = everyEdrProcess();
    backend = await backendOrSkip(this, createRevmBackend);
  });
  afterEach(async () => {
    for (const world of worlds.splice(0)) await world.close();
  });

  /** EDR looks for a library's own address behind PUSH20, in every frame's code, and expects 20 bytes there. */
  const fatal: readonly (readonly [what: string, initcode: Uint8Array])[] = [
    ['73', fromHex('0x73')],
    ['7300', fromHex('0x7300')],
    ['73 and 19 bytes', fromHex(`0x73${'00'.repeat(19)}`)],
    // PUSH1 0x73 PUSH0 MSTORE8  PUSH1 1 PUSH0 PUSH0 CREATE
    ['73 inside a constructor', fromHex('0x60735f5360015f5ff0')],
  ];
  for (const [what, initcode] of fatal) {
    it(`is lost to the creation code ${what}, and no other world is`, async () => {
      const [world, other] = [await open(), await open()];
      const address = deployedAddress(await deploy(other, deploying(programs.storeInput)));
      await assert.rejects(deploy(world, initcode), isLost);
      await assert.rejects(call(world, address), isLost);
      await assert.rejects(world.stateDigest(), isLost);
      await assert.rejects(world.snapshot(), isLost);
      assert.equal((await call(other, address)).gasUsed, 2207n);
      assert.equal((await deploy(await open(), deploying(programs.storeInput))).outcome.status, 'success');
    });
  }

  it('says whether a constructor left code', async () => {
    const world = await open();
    const hasCode = async (initcode: Uint8Array) => {
      const result = await deploy(world, initcode);
      return result.address !== undefined && result.hasCode;
    };
    assert.deepEqual([await hasCode(deploying(programs.storeInput)), await hasCode(fromHex('0x00'))], [true, false]);
  });

  it('is lost to a call and to a batch of code that EDR cannot read, and everything that waited is told', async () => {
    const [world, other] = [await open(), await open()];
    const first = deployedAddress(await deploy(world, deploying('7300')));
    const second = deployedAddress(await deploy(other, deploying('7300')));
    const harmless = deployedAddress(await deploy(world, deploying(programs.storeInput)));
    const attempts = [call(world, harmless), call(world, first), call(world, harmless)];
    const [before, ...after] = await Promise.allSettled(attempts);
    assert.equal(before?.status, 'fulfilled');
    for (const each of after) assert.ok(each.status === 'rejected' && isLost(each.reason));
    const message = { caller: alice, to: second, value: 0n, input: EMPTY, gasLimit };
    const batch = await other.loadBatch([message, message]);
    await assert.rejects(batch.run(), isLost);
    await assert.rejects(batch.run(), isLost);
  });

  it('can be ended by the system while a call runs', async () => {
    const world = await open();
    const address = deployedAddress(await deploy(world, deploying(programs.endless)));
    const before = edrProcesses();
    const running = world.call({ caller: alice, to: address, value: 0n, input: EMPTY, gasLimit: 30_000_000n });
    for (const pid of before) process.kill(pid, 'SIGKILL');
    await assert.rejects(running, isLost);
    await assert.rejects(call(world, address), isLost);
  });

  it('is replaced when it was ended while idle, whether or not that is known yet', async () => {
    for (const pause of [0, 50]) {
      await (await open()).close();
      for (const pid of edrProcesses()) process.kill(pid, 'SIGKILL');
      if (pause > 0) await new Promise((resolve) => setTimeout(resolve, pause));
      const address = deployedAddress(await deploy(await open(), deploying(programs.storeInput)));
      assert.equal((await call(worlds.at(-1) as World, address)).gasUsed, 2207n);
      for (const world of worlds.splice(0)) await world.close();
    }
  });

  it('is used again after its world is closed, never by two, and a closed world takes nothing', async () => {
    for (let i = 0; i < 3; i++) {
      const world = await open();
      assert.deepEqual(await world.storageOf(alice), []);
      await world.setBalance(alice, 5n);
      await world.close();
      await world.close();
      await assert.rejects(world.balanceOf(alice), { code: 'bad-argument' });
    }
    const [first, second, third] = [await open(), await open(), await open()];
    await first.setBalance(alice, 7n);
    assert.equal(await second.balanceOf(alice), 0n);
    assert.equal(await third.balanceOf(alice), 0n);
    for (const world of [first, second, third]) await world.close();
    assert.equal(edrProcesses().length, 2, 'two are kept, nothing else is left');
  });

  it('takes batches and lists of calls of any size in messages of some size', async () => {
    const world = await open();
    const address = deployedAddress(await deploy(world, deploying(programs.storeInput)));
    const message = { caller: alice, to: address, value: 0n, input: new Uint8Array(70_000), gasLimit };
    const outcomes = await world.callMany(Array.from({ length: 40 }, () => message));
    assert.equal(outcomes.length, 40);
    for (const { gasUsed } of outcomes) assert.equal(gasUsed, 2207n);
    const batch = await world.loadBatch(Array.from({ length: 600 }, () => ({ ...message, input: EMPTY })));
    const { successCount, gasUsed } = await batch.run();
    assert.deepEqual([successCount, gasUsed], [600, 600n * 2207n]);
  });
});
