import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { loadSubject } from 'trimeter/check';
import { arbitraryCalls, expectAgreement, expectCostAtMost, expectReceipt, runCalls } from 'trimeter/testing';

// A bundled contract. Yours: 'Token.sol', 'artifacts/contracts/Token.sol/Token.json', 'port.wasm', a contract folder.
const token = await loadSubject('erc20');
const payBob = [{ method: 'transfer', args: ['bob', 5n], caller: 'deployer' }];

describe('the token', function () {
  this.timeout(60_000);

  it('does the same as WebAssembly and on the EVM', async () => {
    await expectAgreement(token, { machines: ['wasm', 'evm'], callBudget: 100 });
  });

  it('pays bob as the committed receipt says, for at most 8000 gas', async () => {
    const file = new URL('../token.receipts.json', import.meta.url);
    const [, paid] = await expectReceipt(token, payBob, { file, name: 'pay bob', tolerance: '+2%' });
    expectCostAtMost(paid, { 'flat-v2': 8000, evm: 60_000 });
  });

  it('never pays out more than there is', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryCalls(token), (calls) =>
        runCalls(token, calls, async ({ read }) => {
          const [supply, bobs] = [await read('totalSupply'), await read('balanceOf', ['bob'])];
          assert.ok(BigInt(bobs) <= BigInt(supply));
        }),
      ),
      { numRuns: 20 },
    );
  });
});
