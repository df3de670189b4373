import assert from 'node:assert/strict';
import type { InkArgument } from '../../contracts/ink/argument.ts';
import { toHex } from '../../engine/bytes.ts';
import { TrapCode } from '../../engine/outcome.ts';
import { bundle } from './bundle-file.ts';
import { ALICE, type Answer, BOB, deployInk, type InkContract, id, inkMachines, observe } from './ink-world.ts';

type Story = (contract: InkContract) => Promise<readonly Answer[]>;

interface Deployment {
  readonly name: string;
  readonly constructorName: string;
  readonly args: readonly InkArgument[];
}

/** Runs a story on every machine, and asserts that outcomes, gas and state are the same on all of them. */
async function onEveryMachine({ name, constructorName, args }: Deployment, story: Story): Promise<void> {
  const observations: (readonly unknown[])[] = [];
  for (const backend of inkMachines()) {
    const contract = await deployInk(backend, bundle(name), constructorName, args);
    assert.deepEqual(contract.deployment.output, { value: { Ok: null }, error: undefined }, backend.name);
    observations.push(await observe(contract, await story(contract)));
  }
  const [first, ...others] = observations;
  for (const other of others) assert.deepEqual(other, first);
}

function said({ output }: Answer): unknown {
  return output?.value;
}

const token = { name: 'test_psp22', constructorName: 'new', args: ['Token', 'TKN', 6, id(ALICE)] };

describe('unmodified ink! bundles', () => {
  it('flipper flips, and its gas is what it was', () =>
    onEveryMachine({ name: 'flipper', constructorName: 'new', args: [true] }, async (flipper) => {
      const before = await flipper.call('get');
      const flip = await flipper.call('flip');
      const after = await flipper.call('get');
      assert.deepEqual([before, after].map(said), [{ Ok: true }, { Ok: false }]);
      assert.equal(flip.events[0]?.name, 'Flipped');
      const gas = [flipper.deployment, before, flip, after].map(({ outcome }) => outcome.gasUsed);
      assert.deepEqual(gas, [1665n, 1278n, 5608n, 1278n]);
      return [before, flip, after];
    }));

  it('flipper fails with the names of its errors, and traps where it panics', () =>
    onEveryMachine({ name: 'flipper', constructorName: 'default', args: [] }, async (flipper) => {
      const failed = await flipper.call('return_error');
      assert.equal(failed.outcome.status, 'revert');
      assert.equal(failed.output?.error, 'SomeError');
      const panicked = await flipper.call('do_panic', [], { gasLimit: 1_000_000n });
      assert.deepEqual(panicked.outcome, { status: 'trap', code: TrapCode.Unreachable, gasUsed: 1_000_000n });
      return [failed, panicked];
    }));

  it('a message that takes no value refuses value, and the value comes back', () =>
    onEveryMachine({ name: 'flipper', constructorName: 'new', args: [true] }, async (flipper) => {
      const refused = await flipper.call('flip', [], { value: 1n });
      assert.equal(refused.outcome.status === 'success', false);
      assert.equal(await flipper.world.balanceOf(ALICE), 1000n);
      return [refused];
    }));

  it('a call without enough gas traps at every limit below what it needs', () =>
    onEveryMachine({ name: 'flipper', constructorName: 'new', args: [true] }, async (flipper) => {
      const { outcome } = await flipper.call('flip');
      const limits = [0n, 1n, outcome.gasUsed / 2n, outcome.gasUsed - 1n];
      const starved: Answer[] = [];
      for (const gasLimit of limits) starved.push(await flipper.call('flip', [], { gasLimit }));
      assert.deepEqual(
        starved.map((answer) => answer.outcome),
        limits.map((gasUsed) => ({ status: 'trap', code: TrapCode.OutOfGas, gasUsed })),
      );
      const enough = await flipper.call('flip', [], { gasLimit: outcome.gasUsed });
      assert.equal(enough.outcome.status, 'success');
      return [...starved, enough];
    }));

  it('test_psp22 mints, transfers and answers for its metadata', () =>
    onEveryMachine(token, async (psp22) => {
      const minted = await psp22.call('mint', [id(ALICE), '1000']);
      const moved = await psp22.call('PSP22::transfer', [id(BOB), '300', '0x']);
      const answers = [
        minted,
        moved,
        await psp22.call('balance_of', [id(ALICE)]),
        await psp22.call('balance_of', [id(BOB)]),
        await psp22.call('total_supply'),
        await psp22.call('token_name'),
        await psp22.call('token_decimals'),
        await psp22.call('owner'),
      ];
      assert.deepEqual(answers.map(said), [
        { Ok: { Ok: null } },
        { Ok: { Ok: null } },
        { Ok: '700' },
        { Ok: '300' },
        { Ok: '1000' },
        { Ok: 'Token' },
        { Ok: '6' },
        { Ok: id(ALICE) },
      ]);
      assert.deepEqual(minted.events, [{ name: 'Transfer', args: { from: null, to: id(ALICE), value: '1000' } }]);
      assert.deepEqual(moved.events, [{ name: 'Transfer', args: { from: id(ALICE), to: id(BOB), value: '300' } }]);
      return answers;
    }));

  it('test_psp22 refuses what is not covered, and changes nothing', () =>
    onEveryMachine(token, async (psp22) => {
      await psp22.call('mint', [id(ALICE), '10']);
      const before = await psp22.world.stateDigest();
      const answers = [
        await psp22.call('transfer', [id(BOB), '11', '0x']),
        await psp22.call('transfer_from', [id(ALICE), id(BOB), '1', '0x'], { caller: BOB }),
        await psp22.call('transfer_ownership', [id(BOB)], { caller: BOB }),
      ];
      assert.deepEqual(
        answers.map(({ outcome, output }) => [outcome.status, output?.error]),
        [
          ['revert', 'InsufficientBalance'],
          ['revert', 'InsufficientAllowance'],
          ['revert', 'CallerIsNotOwner'],
        ],
      );
      assert.equal(await psp22.world.stateDigest(), before);
      return answers;
    }));

  it('test_psp22 spends an allowance and no more', () =>
    onEveryMachine(token, async (psp22) => {
      const answers = [
        await psp22.call('mint', [id(ALICE), '100']),
        await psp22.call('approve', [id(BOB), '60']),
        await psp22.call('transfer_from', [id(ALICE), id(BOB), '60', '0x'], { caller: BOB }),
        await psp22.call('allowance', [id(ALICE), id(BOB)]),
        await psp22.call('transfer_from', [id(ALICE), id(BOB), '1', '0x'], { caller: BOB }),
      ];
      assert.deepEqual(said(answers[3] as Answer), { Ok: '0' });
      assert.equal(answers[4]?.output?.error, 'InsufficientAllowance');
      return answers;
    }));

  it('an unknown selector is refused by the contract itself', () =>
    onEveryMachine(token, async ({ world, address, deployment }) => {
      const input = Uint8Array.of(1, 2, 3, 4);
      const outcome = await world.call({ caller: ALICE, to: address, value: 0n, input, gasLimit: 10_000_000n });
      assert.equal(outcome.status, 'revert');
      assert.equal(toHex(outcome.status === 'revert' ? outcome.output : input), '0x0101');
      return [{ ...deployment, outcome }];
    }));

  it('wazero wraps value and gives it back', () =>
    onEveryMachine({ name: 'wazero', constructorName: 'new', args: [] }, async (wazero) => {
      const deposited = await wazero.call('deposit', [], { value: 400n });
      const wrapped = await wazero.call('balance_of', [id(ALICE)]);
      assert.equal(await wazero.world.balanceOf(wazero.address), 400n);
      const withdrawn = await wazero.call('withdraw', ['150']);
      const tooMuch = await wazero.call('withdraw', ['251']);
      const left = await wazero.call('balance_of', [id(ALICE)]);
      assert.deepEqual([deposited, wrapped, withdrawn, left].map(said), [
        { Ok: { Ok: null } },
        { Ok: '400' },
        { Ok: { Ok: null } },
        { Ok: '250' },
      ]);
      assert.equal(tooMuch.output?.error, 'InsufficientBalance');
      assert.equal(await wazero.world.balanceOf(ALICE), 750n);
      assert.equal(await wazero.world.balanceOf(wazero.address), 250n);
      return [deposited, wrapped, withdrawn, tooMuch, left];
    }));
});
