import assert from 'node:assert/strict';
import { resolveAddress } from '../../contracts/call-argument.ts';
import { decodeOutput, decodeRevert } from '../../contracts/call-codec.ts';
import type { ArgumentText, MethodCallText } from '../../contracts/contract-case.ts';
import { readBundledCase } from '../../contracts/read-case.ts';
import { createWasmBackend } from '../../engine/wasm-backend.ts';
import { createEvmBackend } from '../../evm-baseline/evm-backend.ts';
import { bundledWorld } from '../support/bundled-world.ts';
import { type Claim, merkleTree } from './merkle-tree.ts';

function readClaim([index, account, amount]: readonly ArgumentText[]): Claim {
  return {
    index: BigInt(index as number),
    account: resolveAddress(account as string),
    amount: BigInt(amount as number),
  };
}

describe('the claims in the manifest of merkle-airdrop', () => {
  it('are those of the trees whose roots begin their rounds', async () => {
    const { workloads } = await readBundledCase('merkle-airdrop');
    for (const { id, setup, calls } of workloads) {
      const [start, ...claims] = [...setup, ...calls] as readonly MethodCallText[];
      const proofs = claims.map(({ args }) => args[3] as readonly string[]);
      const depth = proofs[0]?.length as number;
      const known = id === 'verify' ? ((workloads[0]?.calls.slice(1) ?? []) as readonly MethodCallText[]) : claims;
      const tree = merkleTree(
        known.map(({ args }) => readClaim(args)),
        depth,
      );
      assert.deepEqual(start?.args, [tree.root], id);
      assert.deepEqual(proofs, tree.proofs.slice(0, proofs.length), id);
    }
  });
});

for (const createBackend of [createWasmBackend, createEvmBackend]) {
  describe(`merkle-airdrop (${createBackend === createWasmBackend ? 'wasm' : 'evm'})`, () => {
    const claims: readonly Claim[] = [0n, 3n, 4n].map((index) => ({
      index,
      account: resolveAddress(index === 3n ? 'bob' : 'alice'),
      amount: 10n + index,
    }));
    const { root, proofs } = merkleTree(claims, 3);
    const claimCall = (i: number): MethodCallText => {
      const { index, account, amount } = claims[i] as Claim;
      return { method: 'claim', args: [Number(index), account, Number(amount), proofs[i] as readonly string[]] };
    };
    const start: MethodCallText = { method: 'startRound', args: [root], caller: 'deployer' };

    async function airdrop() {
      const { subject, call } = await bundledWorld(await createBackend(), 'merkle-airdrop');
      return async (text: MethodCallText): Promise<string> => {
        const outcome = await call(text);
        assert(outcome.status !== 'trap' && outcome.gasUsed > 0n);
        if (outcome.status === 'success') return String(decodeOutput(subject.abi, text.method, outcome.output) ?? '');
        const error = decodeRevert(subject.abi, outcome.output);
        return [error?.name, ...(error?.args.map(({ value }) => value) ?? [])].join(' ');
      };
    }

    it('pays each claim of the tree once in a round', async () => {
      const run = await airdrop();
      assert.equal(await run(claimCall(0)), 'InvalidProof', 'before the first round');
      for (let round = 1; round <= 2; round++) {
        assert.equal(await run(start), '');
        for (const i of [0, 1, 2]) assert.equal(await run(claimCall(i)), '');
        for (const i of [0, 1, 2]) assert.equal(await run(claimCall(i)), `AlreadyClaimed ${claims[i]?.index}`);
        assert.equal(await run({ method: 'balanceOf', args: ['alice'] }), String(24 * round));
        assert.equal(await run({ method: 'balanceOf', args: ['bob'] }), String(13 * round));
      }
      assert.equal(await run({ method: 'isClaimed', args: [3] }), 'true');
      assert.equal(await run({ method: 'isClaimed', args: [259] }), 'false');
    });

    it('refuses a proof with anything changed', async () => {
      const run = await airdrop();
      await run(start);
      const { method, args } = claimCall(1);
      const proof = args[3] as readonly string[];
      const [first, second, third] = proof as readonly [string, string, string];
      const changes: readonly (readonly [at: number, value: ArgumentText])[] = [
        [0, 2],
        [1, 'alice'],
        [2, 14],
        [3, []],
        [3, [second, first, third]],
        [3, [first, second]],
        [3, [...proof, third]],
        [3, [first, second, third.replace(/.$/, (digit) => (digit === '0' ? '1' : '0'))]],
      ];
      for (const [at, value] of changes) {
        const changed = args.map((arg, i) => (i === at ? value : arg));
        assert.equal(await run({ method, args: changed }), 'InvalidProof', JSON.stringify(value));
      }
      assert.equal(await run({ method, args }), '');
      assert.equal(await run({ ...start, caller: 'alice' }), `OwnableUnauthorizedAccount ${resolveAddress('alice')}`);
    });
  });
}
