import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createWasmBackend } from '../../engine/wasm-backend.ts';
import { loadSubject } from '../../harness/subjects/load.ts';
import {
  expectAgreement,
  expectCostAtMost,
  expectReceipt,
  receiptsOf,
  runCalls,
  type TestCall,
} from '../../testing/index.ts';
import { artifactsOf } from '../../tools/package/tutorial.mjs';
import { miscounting } from './miscounting.ts';

const read = (path: string): string => readFileSync(fileURLToPath(new URL(`../../${path}`, import.meta.url)), 'utf8');

describe('docs/testing.md', () => {
  it('takes an artifact of Hardhat as it lies', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'trimeter-testing-'));
    try {
      const abi = JSON.parse(read('contracts/erc20/build/erc20.abi.json'));
      const artifacts = artifactsOf(abi, read('contracts/erc20/build/erc20.evm.hex').trim());
      const path = 'artifacts/contracts/Token.sol/Token.json';
      mkdirSync(join(folder, path, '..'), { recursive: true });
      writeFileSync(join(folder, path), JSON.stringify(artifacts[path]));
      const token = await loadSubject(join(folder, path), { constructorArgs: ['Token', 'TOK', '1000'] });
      await runCalls(token, [{ method: 'transfer', args: ['bob', 5n], caller: 'deployer' }], async (step) => {
        assert.equal(await step.read('balanceOf', ['deployer']), '995');
        expectCostAtMost(step, 60_000);
        assert.throws(() => expectCostAtMost(step, 20_000), /costs \d{5} gas, \d+ more than 20000/);
      });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('shows what failed expectations say', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'trimeter-testing-'));
    try {
      const token = await loadSubject('erc20');
      const payBob: readonly TestCall[] = [{ method: 'transfer', args: ['bob', 5n], caller: 'deployer' }];
      const file = join(folder, 'token.receipts.json');
      writeFileSync(file, read('examples/testing/token.receipts.json').replace('"7884"', '"7800"'));
      const [, paid] = await receiptsOf(token, payBob);
      const machines = ['reference', miscounting(createWasmBackend())];
      const failures: readonly (() => unknown)[] = [
        () => expectAgreement(token, { machines, calls: payBob }),
        () => expectReceipt(token, payBob, { file, name: 'pay carol' }),
        () => expectReceipt(token, payBob, { file, name: 'pay bob' }),
        () => expectCostAtMost(paid, { 'flat-v2': 7800 }),
      ];
      const said: string[] = [];
      for (const failure of failures) {
        await assert.rejects(
          async () => failure(),
          ({ message }: Error) => said.push(message.split('\n\nTo see it again')[0] as string) > 0,
        );
      }
      const shown = [...read('docs/testing.md').matchAll(/^```text\n([^`]*)\n```$/gm)].map(
        ([, text]) => text as string,
      );
      // Where the file lies depends on the computer.
      const place = /\S*token\.receipts\.json/g;
      assert.deepEqual(
        said.map((text) => text.replace(place, 'token.receipts.json')),
        shown,
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
