import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { stylusAbi } from '../../engine/abi/stylus/stylus-abi.ts';
import type { Backend, World } from '../../engine/backend.ts';
import { fromHex } from '../../engine/bytes.ts';
import { type CallMessage, defaultBlock } from '../../engine/context.ts';
import { deployedAddress } from '../../engine/deployed-address.ts';
import { EngineError } from '../../engine/errors.ts';
import { flatV1Schedule } from '../../engine/schedules.ts';
import { createWasmBackend } from '../../engine/wasm-backend.ts';
import { check } from '../../harness/check.ts';
import { createProcessBackend } from '../../harness/machines/process-backend.ts';
import { openMachine } from '../../harness/machines/register.ts';
import { contractCode } from '../../harness/subjects/contract-code.ts';
import { loadCase, loadSubject } from '../../harness/subjects/load.ts';
import { ModuleRejected } from '../../metering/format/module-rejected.ts';
import { bundledWorld } from '../support/bundled-world.ts';
import { backendOrSkip } from '../support/optional-backend.ts';
import { wat } from '../support/wat.ts';

const alice = fromHex('0x00000000000000000000000000000000000a11ce');
const EMPTY = new Uint8Array(0);
const onLinux = existsSync('/proc/self/status');

/** Processes with worlds in them that a process has started. */
function worldProcesses(parent: number | undefined = process.pid): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        const isOurs = readFileSync(`/proc/${pid}/status`, 'utf8').includes(`PPid:\t${parent}\n`);
        return isOurs && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('worlds-program');
      } catch {
        return false;
      }
    });
}

async function until(what: string, isSo: () => boolean): Promise<void> {
  for (let turn = 0; turn < 200; turn++) {
    if (isSo()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  assert.fail(`not in ten seconds: ${what}`);
}

const isLost = (error: unknown) => error instanceof EngineError && error.code === 'machine-lost';

/** A guest that runs until its gas is used. */
const ENDLESS = `(module
  (memory (export "memory") 1)
  (func (export "user_entrypoint") (param i32) (result i32) (loop $on (br $on)) (i32.const 0)))`;

async function endlessWorld(backend: Backend): Promise<{ world: World; run: () => Promise<unknown> }> {
  const world = await backend.createWorld();
  const program = await backend.prepare({ name: 'endless', wasm: { bytes: await wat(ENDLESS), abi: stylusAbi } });
  const message = { value: 0n, input: EMPTY, gasLimit: 1n << 50n };
  const address = deployedAddress(await world.deploy(program, { ...message, deployer: alice }));
  return { world, run: () => world.call({ ...message, caller: alice, to: address }) };
}

/** Everything that can be asked of a world, and what it answers. */
async function transcript(backend: Backend): Promise<readonly unknown[]> {
  const seen: unknown[] = [backend.isMetered];
  const failing = async (work: Promise<unknown>) => {
    const error = await work.then(
      () => assert.fail('no error'),
      (reason: unknown) => reason as EngineError,
    );
    seen.push([error.name, error.code, error.message]);
  };
  const { world, address, deployment, call } = await bundledWorld(backend, 'erc20');
  seen.push(address, deployment);
  const program = await backend.prepare(contractCode(await loadCase('erc20')));
  // Its constructor takes arguments, and is given none.
  seen.push(await world.deploy(program, { deployer: alice }));
  await world.setBlock({ ...defaultBlock, number: (1n << 64n) - 1n, baseFee: (1n << 256n) - 1n });
  const wei = (1n << 256n) - 1n;
  await world.setBalance(alice, wei);
  seen.push(await world.balanceOf(alice), await world.balanceOf(address));
  const transfer = { method: 'transfer', args: ['bob', '5'], caller: 'deployer' };
  seen.push(await call(transfer));
  seen.push(await call({ ...transfer, caller: 'bob', args: ['alice', '1000000'] }));
  // Used up on the way on machines that meter.
  seen.push(await call(transfer, 100n));
  const before = await world.snapshot();
  seen.push(before, await world.storageOf(address), await world.stateDigest());
  const input = fromHex('0x18160ddd');
  const message: CallMessage = { caller: alice, to: address, value: 0n, input, gasLimit: 1_000_000n };
  const many = Array.from({ length: 3000 }, (_, at) => (at % 3 === 2 ? { ...message, gasLimit: 10n } : message));
  const others = [world.callMany(many), call(transfer), world.callMany([message]), world.callMany([])];
  seen.push(...(await Promise.all(others)));
  const batch = await world.loadBatch(many.slice(0, 700));
  seen.push(batch.callCount, await batch.run(), await batch.run());
  await world.restore(before);
  seen.push(await world.stateDigest());
  await failing(world.restore(before + 1));
  await failing(world.balanceOf(EMPTY));
  await failing(world.callMany([{ ...message, value: -1n }]));
  const other = await backend.createWorld();
  seen.push(await other.stateDigest(), await other.storageOf(address));
  await other.close();
  await world.close();
  await world.close();
  await failing(world.stateDigest());
  await failing(batch.run());
  await failing(backend.prepare({ name: 'nothing' }));
  return seen;
}

describe('a machine in another process', () => {
  const expected = new Map<string, readonly unknown[]>();
  before(async () => {
    for (const name of ['wasm', 'wasm-unmetered', 'reference', 'evm']) {
      expected.set(name, await transcript(await openMachine(name, flatV1Schedule)));
    }
  });

  for (const name of ['wasm', 'wasm-unmetered', 'reference', 'evm']) {
    it(`answers whatever it is asked as ${name} does in this one`, async () => {
      const backend = await createProcessBackend({ machine: name, schedule: flatV1Schedule });
      assert.equal(backend.name, name);
      assert.deepEqual(await transcript(backend), expected.get(name));
    });
  }

  for (const name of ['wasm@liftoff', 'wasm@turbofan', 'wasm@large-stack', 'wasm@jsc']) {
    it(`answers as ${name} as it does here`, async function () {
      const backend = await backendOrSkip(this, () => openMachine(name, flatV1Schedule));
      assert.equal(backend.name, name);
      assert.match(backend.description, /schedule flat-v1; (?:V8|JavaScriptCore)/);
      assert.deepEqual(await transcript(backend), expected.get('wasm'));
    });
  }

  it('refuses a module in the words of the engine, and a guest ABI that is not ours', async () => {
    const backend = await createProcessBackend({ machine: 'wasm' });
    const bytes = Uint8Array.of(0, 0x61, 0x73, 0x6d, 2);
    const [here, there] = await Promise.all(
      [createWasmBackend(), backend].map((each) =>
        each.prepare({ name: 'x', wasm: { bytes, abi: stylusAbi } }).catch((error: unknown) => error),
      ),
    );
    assert.ok(here instanceof ModuleRejected && there instanceof ModuleRejected);
    assert.deepEqual({ ...there }, { ...here });
    assert.equal(there.message, here.message);
    await assert.rejects(backend.prepare({ name: 'x', wasm: { bytes, abi: { ...stylusAbi } } }), { code: 'no-code' });
  });

  it('is not there where its flags are refused, it has no such machine, or its engine is not installed', async () => {
    await assert.rejects(
      createProcessBackend({ machine: 'wasm', engine: { description: '', flags: ['--nonsense'] } }),
      {
        code: 'backend-unavailable',
        message: /^the process of wasm ended with 9: .*bad option: --nonsense$/,
      },
    );
    await assert.rejects(createProcessBackend({ machine: 'abacus' }), { code: 'bad-argument', message: /no machine/ });
    const binary = () => '/nowhere/node';
    await assert.rejects(createProcessBackend({ machine: 'wasm', engine: { description: '', binary } }), {
      code: 'backend-unavailable',
      message: /ENOENT/,
    });
  });

  it('takes all its worlds along when it is killed, and the next world is in a new one', async function () {
    if (!onLinux) this.skip();
    const backend = await createProcessBackend({ machine: 'wasm' });
    const { world, call, address } = await bundledWorld(backend, 'erc20');
    const other = await backend.createWorld();
    const { run } = await endlessWorld(backend);
    const waiting = [assert.rejects(run(), isLost), assert.rejects(world.stateDigest(), isLost)];
    // One that an earlier test left idle may still be there.
    for (const pid of worldProcesses()) process.kill(pid, 'SIGKILL');
    await Promise.all(waiting);
    await assert.rejects(call({ method: 'totalSupply', args: [] }), {
      code: 'machine-lost',
      signal: 'SIGKILL',
      message: 'the process of wasm ended with SIGKILL',
    });
    await assert.rejects(other.storageOf(address), isLost);
    await other.close();
    await world.close();
    const again = await bundledWorld(backend, 'erc20');
    assert.equal((await again.call({ method: 'totalSupply', args: [] })).status, 'success');
    await again.world.close();
  });

  it('is replaced when it was killed while idle, whatever is asked next', async function () {
    if (!onLinux) this.skip();
    const backend = await createProcessBackend({ machine: 'wasm' });
    const bytes = await wat(ENDLESS);
    const prepare = () => backend.prepare({ name: 'endless', wasm: { bytes, abi: stylusAbi } });
    await prepare();
    for (const pid of worldProcesses()) process.kill(pid, 'SIGKILL');
    await Promise.all([prepare(), prepare()]);
    for (const pid of worldProcesses()) process.kill(pid, 'SIGKILL');
    const world = await backend.createWorld();
    await world.close();
  });

  it('knows its programs in the process that takes the place of a killed one', async function () {
    if (!onLinux) this.skip();
    const backend = await createProcessBackend({ machine: 'wasm' });
    const bytes = await wat(ENDLESS);
    const program = await backend.prepare({ name: 'endless', wasm: { bytes, abi: stylusAbi } });
    for (const pid of worldProcesses()) process.kill(pid, 'SIGKILL');
    const world = await backend.createWorld();
    const message = { value: 0n, input: EMPTY, gasLimit: 1000n };
    const address = deployedAddress(await world.deploy(program, { ...message, deployer: alice }));
    const outcome = await world.call({ ...message, caller: alice, to: address });
    assert.deepEqual(outcome, { status: 'trap', code: 7, gasUsed: 1000n });
    await world.close();
  });

  it('knows its programs in a world that is made while the last one is closed', async () => {
    const backend = await createProcessBackend({ machine: 'wasm' });
    const program = await backend.prepare({ name: 'endless', wasm: { bytes: await wat(ENDLESS), abi: stylusAbi } });
    let world = await backend.createWorld();
    for (let turn = 0; turn < 4; turn++) {
      const { outcome } = await world.deploy(program, { deployer: alice });
      assert.equal(outcome.status, 'success');
      const [next] = await Promise.all(
        turn % 2 === 0 ? [backend.createWorld(), world.close()] : [later(), world.close()],
      );
      world = next;
    }
    await world.close();

    /** The border of the world that is closed takes some turns of its own. */
    async function later(): Promise<World> {
      await Promise.resolve();
      return backend.createWorld();
    }
  });

  it('is not asked again, in another process, for what was late in the first', async function () {
    if (!onLinux) this.skip();
    const backend = await createProcessBackend({ machine: 'wasm', deadlineMs: 8000 });
    const start = performance.now();
    const [pid] = worldProcesses().slice(-1);
    process.kill(pid as number, 'SIGSTOP');
    await assert.rejects(backend.createWorld(), { code: 'machine-lost', wasEnded: true });
    assert.ok(performance.now() - start < 15_900);
  });

  it('says what is wrong with its options', async () => {
    const bad: readonly (readonly [object | null, RegExp])[] = [
      [null, /^options must be an object, got null/],
      [{ machine: 'wasm', deadline: 1 }, /nothing but machine, name, .* got the string "deadline"/],
      [{ machine: 'wasm', deadlineMs: 1e12 }, /^options\.deadlineMs must be an integer from 1 to/],
      [{ machine: 'wasm', deadlineMs: Number.NaN }, /^options\.deadlineMs must be an integer from 1 to/],
    ];
    for (const [options, message] of bad) {
      await assert.rejects(createProcessBackend(options as never), { code: 'bad-argument', message });
    }
  });

  it('is ended when a call takes longer than it may', async () => {
    const backend = await createProcessBackend({ machine: 'wasm', deadlineMs: 8000 });
    const { world, run } = await endlessWorld(backend);
    await assert.rejects(run(), { code: 'machine-lost', message: 'the process of wasm did not answer within 8 s' });
    await assert.rejects(world.snapshot(), isLost);
  });

  it('ends when its last world is closed, not before, and serves the next one', async function () {
    if (!onLinux) this.skip();
    // Those of the register stay for a minute.
    for (const pid of worldProcesses()) process.kill(pid, 'SIGKILL');
    await until('others end', () => worldProcesses().length === 0);
    const backend = await createProcessBackend({ machine: 'wasm' });
    const worlds = [await backend.createWorld(), await backend.createWorld()];
    await worlds[0]?.close();
    await new Promise((resolve) => setTimeout(resolve, 1500));
    assert.equal(worldProcesses().length, 1);
    await worlds[1]?.close();
    await until('the process ends', () => worldProcesses().length === 0);
    const world = await backend.createWorld();
    assert.deepEqual(await world.storageOf(alice), []);
    await world.close();
  });

  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    it(`ends with the process that started it, also in the middle of a call (${signal})`, async function () {
      if (!onLinux) this.skip();
      const script = fileURLToPath(new URL('./endless-parent.ts', import.meta.url));
      const parent = spawn(process.execPath, [...process.execArgv, '--import', 'tsx', script], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      await once(parent.stdout, 'data');
      const [pid] = worldProcesses(parent.pid);
      assert.ok(pid !== undefined);
      parent.kill(signal);
      await until('the process ends', () => !existsSync(`/proc/${pid}/status`));
    });
  }

  it('agrees with this process on random calls, whatever the compiler', async () => {
    for (const id of ['erc20', 'vault']) {
      const { agreed, machines } = await check(
        await loadSubject(id),
        ['wasm', 'wasm@liftoff', 'wasm@turbofan', 'wasm@large-stack'],
        { callBudget: 15 },
      );
      assert.equal(agreed, true);
      assert.equal(machines.length, 4);
    }
  }).timeout(120_000);
});
