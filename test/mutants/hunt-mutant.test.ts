import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { huntMutant, loadMutated } from './hunt-mutant.ts';
import { type Mutant, mutants } from './mutants.ts';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Of kinds that were once not found. */
const hard: readonly string[] = [
  'a method that nobody knows of',
  'takes transfers',
  'a fallback that nobody asked for',
];

describe('a bug planted into a contract', () => {
  before(function () {
    // The benchmark installs it; the tests take it as it is.
    if (!existsSync(at('../../contracts/toolchain/node_modules/solc'))) this.skip();
  });

  for (const bug of hard) {
    it(`is found: ${bug}`, async () => {
      const contract = await loadMutated('noop', at('../fixtures/noop'));
      const mutant = mutants['noop']?.find((row) => row.bug === bug) as Mutant;
      const calls = await huntMutant(contract, mutant, { seed: 1, callBudget: 1000 });
      assert.ok(calls !== undefined && calls <= 1000, `${calls}`);
    });
  }

  it('is not found where there is none', async () => {
    const contract = await loadMutated('noop', at('../fixtures/noop'));
    const same: Mutant = { bug: 'none', find: '/// A call, and nothing else.', replace: '/// A call.' };
    assert.equal(await huntMutant(contract, same, { seed: 1, callBudget: 60 }), undefined);
  });

  it('has a place of its own in the source', async () => {
    const contract = await loadMutated('noop', at('../fixtures/noop'));
    const nowhere: Mutant = { bug: 'nowhere', find: 'selfdestruct', replace: '' };
    await assert.rejects(
      huntMutant(contract, nowhere, { seed: 1, callBudget: 1 }),
      /noop: nowhere: the text is 0 times/,
    );
  });
});
