import assert from 'node:assert/strict';
import { accounts } from '../../contracts/accounts.ts';
import { toHex } from '../../engine/bytes.ts';
import { defaultBlock } from '../../engine/context.ts';
import type { Outcome } from '../../engine/outcome.ts';
import { createWasmBackend } from '../../engine/wasm-backend.ts';
import { createEvmBackend } from '../../evm-baseline/evm-backend.ts';
import { bundledWorld } from '../support/bundled-world.ts';

function outputOf(outcome: Outcome): string {
  assert(outcome.status !== 'trap');
  return `${outcome.status} ${toHex(outcome.output)}`;
}

function word(value: bigint): string {
  return value.toString(16).padStart(64, '0');
}

const success = (value: bigint): string => `success 0x${word(value)}`;
const refused = (selector: string, n: bigint, limit: bigint): string => `revert 0x${selector}${word(n)}${word(limit)}`;

/** As the contracts fold what the host says: 31 times the digest, plus the reply, modulo 2^64. */
function digestOf(reply: bigint, times: number): bigint {
  let digest = 0n;
  for (let i = 0; i < times; i++) digest = BigInt.asUintN(64, 31n * digest + reply);
  return digest;
}

for (const createBackend of [createWasmBackend, createEvmBackend]) {
  const isWasm = createBackend === createWasmBackend;
  describe(`loops (${isWasm ? 'wasm' : 'evm'})`, () => {
    it('noop takes nothing, gives nothing and costs the same again and again', async () => {
      const { call } = await bundledWorld(await createBackend(), 'noop');
      const [first, second] = [await call({ method: 'noop', args: [] }), await call({ method: 'noop', args: [] })];
      assert.equal(outputOf(first), 'success 0x');
      assert.equal(first.gasUsed, second.gasUsed);
      assert(first.gasUsed > 0n);
    });

    it('host-calls asks the host n times, at the same gas each time', async () => {
      const { call } = await bundledWorld(await createBackend(), 'host-calls');
      const replies = {
        blockNumbers: defaultBlock.number,
        senders: BigInt.asUintN(64, BigInt(accounts['bob'] as string)),
      };
      for (const [method, reply] of Object.entries(replies)) {
        const gas: bigint[] = [];
        for (const n of [0, 1, 2, 3, 64]) {
          const outcome = await call({ method, args: [n], caller: 'bob' });
          assert.equal(outputOf(outcome), success(digestOf(reply, n)), `${method}(${n})`);
          gas.push(outcome.gasUsed);
        }
        const [none, one, two, three, all] = gas as [bigint, bigint, bigint, bigint, bigint];
        const each = two - one;
        assert.deepEqual([three - two, all - three], [each, 61n * each]);
        assert(one - none >= each && each > 0n);
        assert.equal(outputOf(await call({ method, args: [65] })), refused('3999d3be', 65n, 64n));
      }
    });

    it('triangle adds what the formula gives, and odd-product multiplies, round by round', async () => {
      const triangle = await bundledWorld(await createBackend(), 'triangle');
      const oddProduct = await bundledWorld(await createBackend(), 'odd-product');
      const factorial = (n: bigint): bigint => (n <= 1n ? 1n : n * factorial(n - 1n));
      for (const n of [0n, 1n, 2n, 3n, 16n, 17n, 18n, 100n]) {
        const sum = await triangle.call({ method: 'sum', args: [`${n}`] });
        assert.equal(outputOf(sum), success((n * (n + 1n)) / 2n), `${n}`);
        // (2n)! is the product of the odd numbers times that of the even ones, which is 2^n n!.
        const product = factorial(2n * n) / (2n ** n * factorial(n));
        const outcome = await oddProduct.call({ method: 'product', args: [`${n}`] });
        assert.equal(outputOf(outcome), success(BigInt.asUintN(64, product)), `${n}`);
      }
      for (const { call, method } of [
        { ...triangle, method: 'sum' },
        { ...oddProduct, method: 'product' },
      ]) {
        const gas: bigint[] = [];
        for (const n of [1, 2, 3, 1003]) gas.push((await call({ method, args: [n] })).gasUsed);
        const [one, two, three, many] = gas as [bigint, bigint, bigint, bigint];
        assert.deepEqual([three - two, many - three], [two - one, 1000n * (two - one)]);
        assert.equal(outputOf(await call({ method, args: [1_000_001] })), refused('1a4f0464', 1_000_001n, 1_000_000n));
      }
    });

    it('prime-sieve counts the primes below n', async () => {
      const { call } = await bundledWorld(await createBackend(), 'prime-sieve');
      // Powers of ten: https://oeis.org/A006880.
      const counts: readonly (readonly [number, bigint])[] = [
        [0, 0n],
        [1, 0n],
        [2, 0n],
        [3, 1n],
        [4, 2n],
        [25, 9n],
        [26, 9n],
        [100, 25n],
        [1_000, 168n],
        [10_000, 1_229n],
        ...(isWasm ? [[100_000, 9_592n] as const] : []),
      ];
      for (const [n, count] of counts) {
        assert.equal(outputOf(await call({ method: 'countBelow', args: [n] })), success(count), `${n}`);
      }
      assert.equal(
        outputOf(await call({ method: 'countBelow', args: [100_001] })),
        refused('1a4f0464', 100_001n, 100_000n),
      );
    });
  });
}
