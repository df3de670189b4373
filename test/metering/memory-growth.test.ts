/** The price of memory.grow, on the reference interpreter and under every strategy, which the verifier accepts. */
import assert from 'node:assert/strict';
import { everyStrategy } from '../../fuzz/modules/every-strategy.ts';
import { defaultLimits } from '../../metering/format/limits.ts';
import type { CostTable } from '../../metering/gas/cost-table.ts';
import { flatV1, flatV2 } from '../../metering/gas/cost-tables.ts';
import { verifyInstrumented } from '../../metering/verify/verify-instrumented.ts';
import { wat } from '../support/wat.ts';
import { instrumentBytes } from './metered-guest.ts';
import { codeOf } from './verify/mutate.ts';

const tables: readonly (readonly [name: string, costs: Partial<CostTable>])[] = [
  ['flat-v2', flatV2],
  ['odd weights', { memoryGrowPerPage: 13, memoryGrowPerHeldPage: 1_048_573 }],
  ['the heaviest weights', { memoryGrowPerPage: 1 << 20, memoryGrowPerHeldPage: 1 << 20 }],
  ['held pages alone', { memoryGrowPerPage: 0, memoryGrowPerHeldPage: 7 }],
  ['added pages alone', { memoryGrowPerPage: 7, memoryGrowPerHeldPage: 0 }],
];

const addedAlone: Partial<CostTable> = {
  memoryGrowPerPage: flatV2.memoryGrowPerPage + flatV2.memoryGrowPerHeldPage,
  memoryGrowPerHeldPage: 0,
};

interface Growth {
  readonly what: string;
  readonly memory: string;
  readonly grows: readonly [first: number, second: number];
  /** Pages that are added, and those that are paid for as held. */
  readonly added: number;
  readonly held: number;
}

const growths: readonly Growth[] = [
  { what: 'by a page', memory: '17 40', grows: [1, 0], added: 1, held: 18 },
  { what: 'by nothing, then by a page', memory: '17 40', grows: [0, 1], added: 1, held: 18 },
  { what: 'twice', memory: '3 40', grows: [2, 5], added: 7, held: 10 },
  { what: 'to the maximum', memory: '1 4', grows: [3, 0], added: 3, held: 4 },
  { what: 'to the maximum, then beyond', memory: '1 4', grows: [3, 1], added: 3, held: 4 },
  { what: 'beyond the maximum, then to it', memory: '1 4', grows: [4, 3], added: 3, held: 4 },
  { what: 'by more than there can be', memory: '1', grows: [-1, -(2 ** 31)], added: 0, held: 0 },
  { what: 'to the limit of the schedule', memory: '1', grows: [254, 1], added: 255, held: 256 },
  { what: 'from no page', memory: '0 3', grows: [1, 2], added: 3, held: 3 },
  { what: 'without a page to add', memory: '0 0', grows: [0, 1], added: 0, held: 0 },
];

const text = (memory: string): string => `(module (memory (export "memory") ${memory})
  (func (export "run") (param i32 i32) (result i32)
    (i32.add (memory.grow (local.get 0)) (memory.grow (local.get 1)))))`;

const costOf = ({ added, held }: Growth, { memoryGrowPerPage = 0, memoryGrowPerHeldPage = 0 }: Partial<CostTable>) =>
  BigInt(added) * BigInt(memoryGrowPerPage) + BigInt(held) * BigInt(memoryGrowPerHeldPage);

const gasIn = (outcome: string): bigint => BigInt(outcome.split(' ').at(-1) as string);

describe('the price of memory.grow', () => {
  for (const [name, costs] of tables) {
    for (const growth of growths) {
      it(`is the same for every strategy and the reference at every limit about it, under ${name}: ${growth.what}`, async () => {
        const options = { costs, paramCount: 2, result: 'i32' } as const;
        const run = await everyStrategy(await wat(text(growth.memory)), [], options);
        const ample = 1n << 40n;
        const free = gasIn((await run([0, 0], ample)).outcome);
        const { outcome } = await run(growth.grows, ample);
        assert.match(outcome, /^success/);
        assert.equal(gasIn(outcome), free + costOf(growth, costs));
        // The first growth alone, too, whose own boundary lies between.
        const first = gasIn((await run([growth.grows[0], 0], ample)).outcome);
        for (const boundary of [free, first, gasIn(outcome)]) {
          for (const more of [-2n, -1n, 0n, 1n, 2n]) {
            const limit = boundary + more;
            const { outcome: end } = await run(growth.grows, limit);
            assert.match(end, limit < gasIn(outcome) ? /^trap / : /^success/, `gas limit ${limit}`);
          }
        }
      });
    }
  }

  describe('is one that the verifier holds the code to', () => {
    const cases: readonly (readonly [what: string, memory: string, written: CostTable, code: string])[] = [
      ['the right one', '17 40', flatV2, 'nothing'],
      ['the right one, from no page', '0 9', flatV2, 'nothing'],
      ['nothing for held pages', '17 40', flatV1, 'helper'],
      ['nothing for held pages, from no page', '0 9', flatV1, 'helper'],
      ['one less a page', '17 40', { ...flatV2, memoryGrowPerHeldPage: 6143 }, 'helper'],
      ['one more a page', '17 40', { ...flatV2, memoryGrowPerHeldPage: 6145 }, 'helper'],
      ['as much for pages added, nothing for others', '17 40', { ...flatV2, ...addedAlone }, 'helper'],
    ];
    for (const [what, memory, written, code] of cases) {
      it(what, async () => {
        const original = await wat(`(module (memory (export "memory") ${memory})
          (func (export "get") (param i32) (result i32) (memory.grow (local.get 0))))`);
        const instrumented = instrumentBytes(original, { costs: written, strategy: 'default' });
        const check = { costs: flatV2, limits: defaultLimits, strategy: 'default' } as const;
        assert.equal(
          codeOf(() => verifyInstrumented(original, instrumented, check)),
          code,
        );
      });
    }
  });
});
