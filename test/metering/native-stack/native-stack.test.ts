import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { strategies } from '../../../metering/plan/strategies.ts';
import { greedyGuests } from './greedy-guests.ts';

const HERE = dirname(fileURLToPath(import.meta.url));

const metered = strategies.filter((strategy) => strategy !== 'none');

type Results = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;

/** In a process of its own: what counts is how much stack a process has, and which compiler. */
function run(flags: readonly string[], machines: readonly string[]): Results {
  const args = [...flags, '--import', 'tsx', join(HERE, 'run-greedy-guests.ts'), ...machines];
  return JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' })) as Results;
}

/** Where the optimiser inlines, a word of the budget can be 64 bytes (ADR 1), and what is optimised at once needs more than the default. */
const inlines = Number(process.versions.node.split('.')[0]) >= 24;

/** The default is both compilers; with `--no-liftoff` the optimiser compiles everything at once. */
const flagSets: readonly (readonly string[])[] = [
  [],
  ['--liftoff-only'],
  inlines ? ['--no-liftoff', '--stack-size=2200'] : ['--no-liftoff'],
];

describe('the native stack', () => {
  let expected: Results[string];

  before(() => {
    expected = run([], ['reference'])['reference'] ?? {};
  });

  it('is asked for all that the budget allows: every guest exhausts it, alone and through contract calls', () => {
    for (const { name } of greedyGuests) {
      const [alone, ...nested] = expected[name] ?? [];
      assert.match(alone ?? '', /^trap 8 \d+$/, name);
      for (const outcome of nested) assert.match(outcome, /^revert {2}\d+$/, name);
    }
  });

  for (const flags of flagSets) {
    it(`is never reached${flags.length === 0 ? '' : ` with ${flags.join(' ')}`}`, () => {
      for (const [strategy, outcomes] of Object.entries(run(flags, metered))) {
        assert.deepEqual(outcomes, expected, strategy);
      }
    });
  }
});
