import assert from 'node:assert/strict';
import { decodeOutput, decodeRevert } from '../../contracts/call-codec.ts';
import type { ArgumentText } from '../../contracts/contract-case.ts';
import { createWasmBackend } from '../../engine/wasm-backend.ts';
import { createEvmBackend } from '../../evm-baseline/evm-backend.ts';
import { bundledWorld } from '../support/bundled-world.ts';
import { pairSteps } from './uniswap-v2-steps.ts';

const plenty = String(10n ** 60n);

for (const createBackend of [createWasmBackend, createEvmBackend]) {
  describe(`amm (${createBackend === createWasmBackend ? 'wasm' : 'evm'})`, () => {
    async function pool() {
      const { subject, call } = await bundledWorld(await createBackend(), 'amm');
      return async (method: string, ...args: readonly ArgumentText[]) => {
        const outcome = await call({ method, args });
        assert(outcome.status !== 'trap' && outcome.gasUsed > 0n);
        if (outcome.status === 'success') return decodeOutput(subject.abi, method, outcome.output);
        const error = decodeRevert(subject.abi, outcome.output);
        return [error?.name, ...(error?.args.map(({ value }) => value) ?? [])];
      };
    }

    it('gives and takes to the unit what the pair of Uniswap v2 does', async () => {
      const run = await pool();
      await run('deposit', plenty, plenty);
      for (const [step, { method, args, results, reserves }] of pairSteps.entries()) {
        const allArgs = method === 'swap' ? [...args, results[0] as string] : args;
        if (method === 'swap') {
          const tooMuch = String(BigInt(results[0] as string) + 1n);
          assert.deepEqual(await run('swap', ...args, tooMuch), ['InsufficientOutput', results[0], tooMuch]);
        }
        assert.deepEqual(await run(method, ...allArgs), results, `${method} in step ${step}`);
        assert.deepEqual(await run('getReserves'), reserves, `reserves after step ${step}`);
      }
    });

    it('quotes the way that swaps go, and refuses what is not there', async () => {
      const run = await pool();
      assert.deepEqual(await run('swap', true, 0, 0), ['InsufficientLiquidity']);
      assert.deepEqual(await run('swap', true, 1, 0), ['InsufficientBalance', '0', '1']);
      await run('deposit', 1_000_000, 1_000_000);
      assert.deepEqual(await run('addLiquidity', 1000, 1000), ['InsufficientLiquidity']);
      assert.deepEqual(await run('addLiquidity', 100_000, 400_000), ['199000']);
      assert.deepEqual(await run('removeLiquidity', 199_001), ['InsufficientBalance', '199000', '199001']);
      const [quoted] = (await run('quote', true, 5000, 2)) ?? [];
      const [there] = (await run('swap', true, 5000, 0)) ?? [];
      assert.deepEqual(await run('swap', false, there as string, 0), [quoted]);
      assert.deepEqual(await run('quote', true, 1, 1001), ['TooManyRounds', '1001', '1000']);
    });
  });
}
