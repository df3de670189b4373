import assert from 'node:assert/strict';
import { defaultBlock } from '../../engine/context.ts';
import { flatV1Schedule } from '../../engine/schedules.ts';
import { buildHost, openBuilds } from '../../native-ref/build.ts';
import { findCompiler } from '../../native-ref/compiler.ts';
import { type HostAddon, loadHostAddon } from '../../native-ref/host-addon.ts';
import { type NativeProgram, nativeWorld } from '../../native-ref/native-world.ts';
import { nativeBackendOrSkip, SCRIPT_SOURCE } from './native-machine.ts';
import * as s from './script.ts';

const ALICE = new Uint8Array(20).fill(0xa1);

describe('a look-up on the native machine', () => {
  let addon: HostAddon;
  let program: NativeProgram;

  before(async function () {
    const backend = await nativeBackendOrSkip(this);
    program = (await backend.prepare({ name: 'script', native: { sourceFile: SCRIPT_SOURCE } })) as NativeProgram;
    addon = loadHostAddon(await buildHost(await openBuilds(await findCompiler())));
  });

  it('creates no account, by a guest or from outside', async () => {
    /** All accounts that there are, as bytes. */
    let accounts: () => Uint8Array = () => new Uint8Array(0);
    const watched: HostAddon = {
      ...addon,
      createWorld: (...limits) => {
        const world = addon.createWorld(...limits);
        accounts = () => addon.readState(world, new Uint8Array(0));
        return world;
      },
    };
    const world = nativeWorld(watched, flatV1Schedule, defaultBlock);
    const empty = new Uint8Array(0);
    const { address, outcome } = await world.deploy(program, {
      deployer: ALICE,
      value: 0n,
      input: empty,
      gasLimit: 1n,
    });
    assert.equal(outcome.status, 'success');
    const before = accounts();
    assert.ok(before.length > 0);
    for (let i = 1; i < 100; i++) {
      const nobody = new Uint8Array(20).fill(i, 0, 19);
      assert.equal(await world.balanceOf(nobody), 0n);
      assert.deepEqual(await world.storageOf(nobody), []);
      const input = s.script(s.balance(nobody), s.codeOf(nobody));
      const call = await world.call({ caller: ALICE, to: address, value: 0n, input, gasLimit: 1n });
      assert.equal(call.status === 'success' && call.output.every((byte) => byte === 0), true);
    }
    assert.deepEqual(accounts(), before);
    await world.close();
  });
});
