import assert from 'node:assert/strict';
import { resolveAddress } from '../../contracts/call-argument.ts';
import { decodeOutput, decodeRevert, type PrintedValue } from '../../contracts/call-codec.ts';
import type { ArgumentText, MethodCallText } from '../../contracts/contract-case.ts';
import { createWasmBackend } from '../../engine/wasm-backend.ts';
import { createEvmBackend } from '../../evm-baseline/evm-backend.ts';
import { bundledWorld } from '../support/bundled-world.ts';

const [unknown, pending, active, defeated, succeeded, executed] = ['0', '1', '2', '3', '4', '5'] as const;

for (const createBackend of [createWasmBackend, createEvmBackend]) {
  describe(`governance (${createBackend === createWasmBackend ? 'wasm' : 'evm'})`, () => {
    async function treasury() {
      const { subject, call } = await bundledWorld(await createBackend(), 'governance');
      const abi = [...subject.abi, ...subject.companions.flatMap(({ contract }) => contract.abi)];
      const send = async (text: MethodCallText): Promise<PrintedValue> => {
        const outcome = await call(text);
        assert(outcome.status !== 'trap' && outcome.gasUsed > 0n);
        if (outcome.status === 'success') return decodeOutput(abi, text.method, outcome.output)?.join(' ') ?? '';
        const error = decodeRevert(abi, outcome.output);
        return [error?.name, ...(error?.args.map(({ value }) => value) ?? [])].join(' ');
      };
      const by = (caller: string) => (method: string, args: readonly ArgumentText[]) => send({ method, args, caller });
      const fund = async (caller: string, amount: number) => {
        await send({ to: 'token', method: 'mint', args: [caller, amount] });
        await send({ to: 'token', method: 'approve', args: ['this', amount], caller });
        await by(caller)('lock', [amount]);
      };
      const balance = (account: string) => send({ to: 'token', method: 'balanceOf', args: [account] });
      return { send, alice: by('alice'), bob: by('bob'), carol: by('carol'), fund, balance };
    }

    it('finds the votes of every block, however many checkpoints there are', async () => {
      const { alice, fund } = await treasury();
      const expected = ['0'];
      let sum = 0;
      for (let block = 1; block <= 12; block++) {
        if (block % 3 !== 0) {
          await fund('alice', block);
          await fund('alice', 100 * block);
          sum += 101 * block;
        }
        expected.push(String(sum));
        await alice('advance', [1]);
      }
      assert.equal(await alice('clock', []), '13');
      for (const [block, votes] of expected.entries()) {
        assert.equal(await alice('getPastVotes', ['alice', block]), votes, `block ${block}`);
        assert.equal(await alice('getPastTotalSupply', [block]), votes);
      }
      assert.equal(await alice('getPastVotes', ['alice', 13]), 'FutureLookup 13 13');
      assert.equal(await alice('getPastVotes', ['bob', 12]), '0');
    });

    it('counts the votes of the snapshot, lets them change, and pays what is carried once', async () => {
      const { send, alice, bob, carol, fund, balance } = await treasury();
      await fund('alice', 60);
      await fund('bob', 50);
      await send({ to: 'token', method: 'mint', args: ['this', 7] });
      assert.equal(await alice('stateOf', [9]), unknown);
      assert.equal(await carol('propose', [9, 'dave', 7]), `InsufficientVotes ${resolveAddress('carol')} 0 1`);
      assert.equal(await alice('propose', [9, 'dave', 7]), '');
      assert.equal(await alice('stateOf', [9]), pending);
      assert.equal(await alice('castVote', [9, true]), `UnexpectedState 9 ${pending}`);
      await alice('advance', [1]);
      await fund('carol', 1000);
      assert.equal(await carol('castVote', [9, false]), `InsufficientVotes ${resolveAddress('carol')} 0 1`);
      assert.equal(await alice('castVote', [9, false]), '60');
      assert.equal(await bob('castVote', [9, true]), '50');
      assert.equal(await alice('castVote', [9, true]), '60');
      assert.equal(await bob('castVote', [9, false]), '50');
      assert.equal(await alice('tally', [9]), '60 50');
      await alice('advance', [9]);
      assert.equal(await alice('execute', [9]), `UnexpectedState 9 ${active}`);
      await alice('advance', [1]);
      assert.equal(await alice('stateOf', [9]), succeeded);
      assert.equal(await carol('execute', [9]), '');
      assert.equal(await balance('dave'), '7');
      assert.equal(await carol('execute', [9]), `UnexpectedState 9 ${executed}`);
      assert.equal(await balance('this'), '1110');
    });

    it('does not carry what too few wanted, nor pay with locked tokens', async () => {
      const { alice, bob, fund, balance } = await treasury();
      await fund('alice', 96);
      await fund('bob', 3);
      const vote = async (id: number, amount: number, voter: typeof alice) => {
        await alice('propose', [id, 'dave', amount]);
        await alice('advance', [1]);
        await voter('castVote', [id, true]);
        await alice('advance', [10]);
        return alice('execute', [id]);
      };
      // A quorum of 4 % of 99, rounded down, is 3; of 100 it is 4.
      assert.equal(await vote(1, 1, bob), 'InsufficientTreasury 0 1');
      await fund('alice', 1);
      assert.equal(await vote(2, 1, bob), `UnexpectedState 2 ${defeated}`);
      assert.equal(await vote(3, 1, alice), 'InsufficientTreasury 0 1');
      assert.equal(await alice('unlock', [98]), `InsufficientVotes ${resolveAddress('alice')} 97 98`);
      assert.equal(await alice('unlock', [97]), '');
      assert.equal(await balance('alice'), '97');
    });
  });
}
