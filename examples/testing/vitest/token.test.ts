import * as fc from 'fast-check';
import { loadSubject } from 'trimeter/check';
import { arbitraryCalls, matchers, runCalls, type TrimeterMatchers } from 'trimeter/testing';
import { describe, expect, it } from 'vitest';

declare module 'vitest' {
  interface Matchers<T> extends TrimeterMatchers<T> {}
}
expect.extend(matchers);

// A bundled contract. Yours: 'Token.sol', 'artifacts/contracts/Token.sol/Token.json', 'port.wasm', a contract folder.
const token = await loadSubject('erc20');
const payBob = [{ method: 'transfer', args: ['bob', 5n], caller: 'deployer' }];

describe('the token', { timeout: 60_000 }, () => {
  it('does the same as WebAssembly and on the EVM', async () => {
    await expect(token).toAgree({ machines: ['wasm', 'evm'], callBudget: 100 });
  });

  it('pays bob as the committed receipt says', async () => {
    const file = new URL('../token.receipts.json', import.meta.url);
    await expect(token).toMatchReceipt(payBob, { file, name: 'pay bob', tolerance: '+2%' });
  });

  it('pays bob for at most 8000 gas', async () => {
    await runCalls(token, payBob, (step) => expect(step).toCostAtMost(8000));
  });

  it('never pays out more than there is', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryCalls(token), (calls) =>
        runCalls(token, calls, async ({ read }) => {
          const [supply, bobs] = [await read('totalSupply'), await read('balanceOf', ['bob'])];
          expect(BigInt(bobs)).toBeLessThanOrEqual(BigInt(supply));
        }),
      ),
      { numRuns: 20 },
    );
  });
});
