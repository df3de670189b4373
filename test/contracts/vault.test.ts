import assert from 'node:assert/strict';
import { resolveAddress } from '../../contracts/call-argument.ts';
import { decodeEvent, decodeOutput, decodeRevert } from '../../contracts/call-codec.ts';
import type { CallText } from '../../contracts/contract-case.ts';
import { fromHex, toHex } from '../../engine/bytes.ts';
import { createAddress } from '../../engine/contract-address.ts';
import { createWasmBackend } from '../../engine/wasm-backend.ts';
import { createEvmBackend } from '../../evm-baseline/evm-backend.ts';
import { type BundledWorld, bundledWorld } from '../support/bundled-world.ts';

const names = ['alice', 'bob', 'this'];

async function vaultWorld(backend: Parameters<typeof bundledWorld>[0]) {
  const bundled = await bundledWorld(backend, 'vault');
  const abi = [...bundled.subject.abi, ...bundled.subject.companions.flatMap(({ contract }) => contract.abi)];
  const run = async (call: CallText) => {
    const outcome = await bundled.call(call);
    assert(outcome.gasUsed > 0n);
    return outcome;
  };
  const balances = async () => {
    const found: unknown[] = [];
    for (const account of names) {
      const outcome = await run({ to: 'token', method: 'balanceOf', args: [account] });
      assert(outcome.status === 'success');
      found.push(decodeOutput(abi, 'balanceOf', outcome.output)?.[0]);
    }
    return found.join(' ');
  };
  const fund = async (account: string, amount: number) => {
    await run({ to: 'token', method: 'mint', args: [account, amount] });
    await run({ to: 'token', method: 'approve', args: ['this', amount], caller: account });
  };
  return { ...bundled, abi, run, balances, fund };
}

function eventsOf(
  { abi }: { abi: BundledWorld['subject']['abi'] },
  outcome: Awaited<ReturnType<BundledWorld['call']>>,
) {
  assert(outcome.status === 'success');
  return outcome.events.map(({ address, topics, data }) => `${decodeEvent(abi, topics, data)?.name} ${toHex(address)}`);
}

for (const createBackend of [createWasmBackend, createEvmBackend]) {
  describe(`vault (${createBackend === createWasmBackend ? 'wasm' : 'evm'})`, () => {
    it('moves tokens by two calls into the token, whose events come first', async () => {
      const world = await vaultWorld(await createBackend());
      await world.fund('alice', 100);
      const outcome = await world.run({ method: 'rebalance', args: ['alice', 'bob', 30], caller: 'deployer' });
      assert.equal(await world.balances(), '70 30 0');
      const token = toHex(createAddress(fromHex(resolveAddress('deployer')), 0n));
      const vault = toHex(world.address);
      assert.deepEqual(eventsOf(world, outcome), [`Transfer ${token}`, `Transfer ${token}`, `Rebalanced ${vault}`]);
    });

    it('keeps deposits apart, and gives back no more than was deposited', async () => {
      const world = await vaultWorld(await createBackend());
      await world.fund('alice', 100);
      await world.fund('bob', 100);
      await world.run({ method: 'deposit', args: [60], caller: 'alice' });
      await world.run({ method: 'deposit', args: [10], caller: 'bob' });
      assert.equal(await world.balances(), '40 90 70');
      const refused = await world.run({ method: 'withdraw', args: [11], caller: 'bob' });
      assert(refused.status === 'revert');
      assert.equal(decodeRevert(world.abi, refused.output)?.name, 'InsufficientDeposit');
      await world.run({ method: 'withdraw', args: [60], caller: 'alice' });
      assert.equal(await world.balances(), '100 90 10');
    });

    it("reverts with the token's own error, and undoes the first call when the second fails", async () => {
      const world = await vaultWorld(await createBackend());
      await world.fund('alice', 100);
      const poor = await world.run({ method: 'deposit', args: [101], caller: 'alice' });
      assert(poor.status === 'revert');
      assert.deepEqual(
        decodeRevert(world.abi, poor.output)
          ?.args.slice(1)
          .map(({ value }) => value),
        ['100', '101'],
      );
      const zero = '0x0000000000000000000000000000000000000000';
      const nobody = await world.run({ method: 'rebalance', args: ['alice', zero, 5], caller: 'deployer' });
      assert(nobody.status === 'revert');
      assert.equal(decodeRevert(world.abi, nobody.output)?.name, 'ERC20InvalidReceiver');
      assert.equal(await world.balances(), '100 0 0');
    });
  });
}
