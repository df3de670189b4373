import assert from 'node:assert/strict';
import { createWasmBackend } from '../../engine/wasm-backend.ts';
import { loadSubject, openContract } from '../../harness/index.ts';
import { inkSubject } from '../../harness/subjects/ink.ts';
import { bundlePath } from '../ink/bundle-file.ts';

describe('openContract', () => {
  for (const machine of ['wasm', 'wasm-plain', 'reference', 'evm', createWasmBackend({ isMetered: false })]) {
    it(`deploys a contract with its companions and calls it (${typeof machine === 'string' ? machine : machine.name})`, async () => {
      const token = await openContract(await loadSubject('erc20'), machine);
      const transfer = await token.call('transfer', ['bob', '5'], { caller: 'deployer' });
      assert.equal(transfer.status, 'success');
      const short = await token.call('transfer', ['bob', 5n]);
      assert.equal(short.status, 'revert');
      const balance = await token.call('balanceOf', ['bob']);
      assert.ok(balance.status === 'success');
      assert.equal(balance.output.at(-1), 5);
      await token.close();
      await assert.rejects(token.call('balanceOf', ['bob']), /the world is closed/);

      const vault = await openContract(await loadSubject('vault'), machine);
      assert.equal((await vault.call('assets')).status, 'success');
      await vault.close();
    });
  }

  it('counts gas, and traps at the limit of a call', async () => {
    const token = await openContract(await loadSubject('erc20'), 'wasm');
    const options = { caller: 'deployer' };
    assert.equal((await token.call('transfer', ['bob', '5'], options)).gasUsed, 7884n);
    const outcome = await token.call('transfer', ['bob', '5'], { ...options, gasLimit: 100n });
    assert.deepEqual(outcome, { status: 'trap', code: 7, gasUsed: 100n });
  });

  it('takes other arguments for the constructor, and wei with a call', async () => {
    const flipper = { ...inkSubject(bundlePath('flipper')) };
    const on = await openContract(flipper, 'wasm', { constructorArgs: [true] });
    const got = await on.call('get');
    assert.ok(got.status === 'success');
    assert.equal(got.output.at(-1), 1);
    assert.notEqual((await on.call('flip', [], { value: 1n })).status, 'success');
    const noop = await openContract(await loadSubject('noop'), 'reference');
    assert.equal(await noop.world.balanceOf(noop.address), 0n);
  });

  it('closes its world where it comes to nothing', async () => {
    const machine = createWasmBackend();
    let open = 0;
    const counting = {
      ...machine,
      createWorld: async () => {
        const world = await machine.createWorld();
        open++;
        const close = async () => {
          open--;
          await world.close();
        };
        return Object.assign(Object.create(world), { close, setBalance: () => Promise.reject(new Error('no money')) });
      },
    };
    await assert.rejects(openContract(await loadSubject('erc20'), counting), /no money/);
    assert.equal(open, 0);
    const token = await openContract(await loadSubject('erc20'), 'wasm');
    await assert.rejects(token.call('name', [], { value: 1 as never }), { code: 'bad-argument' });
  });

  it('says what a method is called, which machines there are, and why a constructor failed', async () => {
    const subject = await loadSubject('erc20');
    const token = await openContract(subject, 'wasm');
    await assert.rejects(token.call('transfr', []), { name: 'InputRejected' });
    await assert.rejects(openContract(subject, 'abacus'), {
      code: 'bad-argument',
      message: /there is no machine abacus/,
    });
    const broken = { ...subject, code: { ...subject.code, wasm: undefined } };
    await assert.rejects(openContract(broken, 'wasm'), { code: 'no-code' });
  });
});
