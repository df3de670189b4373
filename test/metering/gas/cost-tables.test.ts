import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { decodeModule } from '../../../metering/format/decode.ts';
import { defaultLimits } from '../../../metering/format/limits.ts';
import { type Mnemonic, opcodes } from '../../../metering/format/opcodes.ts';
import { each } from '../../../metering/gas/by-mnemonic.ts';
import { type CostClass, costClasses } from '../../../metering/gas/cost-classes.ts';
import type { CostTable } from '../../../metering/gas/cost-table.ts';
import {
  calibratedV1,
  cosmwasmV2,
  costTables,
  flatV1,
  flatV2,
  palletContracts,
  stylusInkV1,
} from '../../../metering/gas/cost-tables.ts';
import { type Charge, planGas } from '../../../metering/gas/gas-plan.ts';
import { wat } from '../../support/wat.ts';

/**
 * SHA-256 over the numbers of each table. A number that changes needs a new id: add the new table beside the old one, whose
 * gas is in receipts somewhere, and its line here.
 */
const published: Readonly<Record<string, string>> = {
  'flat-v2': '74edb5cba00982c7c308dc0fa419b05221882488e30bf57a01aca521c92b6205',
  'flat-v1': '9cf5c0cc1cc88f12d8420d0dc34f8e75d0f3619a52523739cd7580ca83bba5ac',
  'calibrated-v1': '25d9fae4cd1f3ed89aa1d07147405b7edcfd67bdcc3a159e994232e1e4af6eda',
  'stylus-ink-v1': 'eb87824b8f127acc43a95dfe0afa80bf4eceb253c7dc566bb10aac3ecd6fbd73',
  'pallet-contracts': '6e60cade945f82e0c508242c34fcacb788b376b59d5be82196087c4c6effd88f',
  'near-regular-op': '4ae5bd60a642521eb5e1ffcd286c5bfb7baf6852465befc2c0fabf4ebb16460c',
  'cosmwasm-v2': '9e60b731a3955b43ad72c68c4e4c15355ea277adfae1e950050e88e15de259ac',
};

function contentHash({ instructions, ...table }: CostTable): string {
  const { brTablePerLabel, entryPerLocal, memoryGrowPerPage, memoryGrowPerHeldPage, bulkMemoryPerByte } = table;
  const numbers = [
    ...opcodes.map(({ mnemonic }) => [mnemonic, instructions[mnemonic]]),
    { brTablePerLabel, entryPerLocal, memoryGrowPerPage, bulkMemoryPerByte },
    // Younger than the first hashes: these were taken of tables that do not charge for it, which 0 now says.
    ...(memoryGrowPerHeldPage === 0 ? [] : [{ memoryGrowPerHeldPage }]),
  ];
  return createHash('sha256').update(JSON.stringify(numbers)).digest('hex');
}

async function charges(table: CostTable, body: string): Promise<readonly Charge[]> {
  const text = `(module (type $t (func)) (table 1 funcref) (memory 1) (func $f (export "f") (param i32) ${body}))`;
  return planGas(decodeModule(await wat(text), defaultLimits), table).flat();
}

const sumOf = (plan: readonly Charge[]): number => plan.reduce((sum, { cost }) => sum + cost, 0);

describe('the cost tables', () => {
  it('have ids of their own', () => {
    const ids = costTables.map(({ id }) => id);
    assert.deepEqual([...new Set(ids)], ids);
  });

  for (const table of costTables) {
    describe(table.id, () => {
      it('says where its numbers come from', () => {
        assert.match(table.source, /\S.{20,}/);
      });

      it('has a row for every allowed instruction and no other', () => {
        assert.deepEqual(Object.keys(table.instructions).toSorted(), opcodes.map((row) => row.mnemonic).toSorted());
      });

      it('can be planned with: whole numbers in range, and no branch for nothing', async () => {
        const plan = await charges(table, '(loop $l (br_if $l (local.get 0)))');
        assert.ok(plan.length > 0);
        for (const name of ['br', 'br_if', 'br_table'] as const) assert.ok((table.instructions[name] as number) > 0);
      });

      it('has the numbers that were published under its id', () => {
        assert.equal(contentHash(table), published[table.id]);
      });
    });
  }

  it('are all pinned, and nothing else is', () => {
    assert.deepEqual(
      Object.keys(published),
      costTables.map(({ id }) => id),
    );
  });

  it('notice a change of one number', () => {
    const changed = { ...calibratedV1, entryPerLocal: calibratedV1.entryPerLocal + 1 };
    assert.notEqual(contentHash(changed), contentHash(calibratedV1));
    const { instructions } = calibratedV1;
    const dearer = {
      ...calibratedV1,
      instructions: { ...instructions, 'i64.popcnt': 1 + instructions['i64.popcnt'] },
    };
    assert.notEqual(contentHash(dearer), contentHash(calibratedV1));
    for (const memoryGrowPerHeldPage of [1, 2]) {
      const grown = { ...flatV2, memoryGrowPerHeldPage };
      assert.notEqual(contentHash(grown), contentHash(flatV1));
      assert.notEqual(contentHash(grown), contentHash(flatV2));
    }
  });

  it('give the figures of their sources', async () => {
    // Stylus: a block and its header, and two ends, for nothing falls through the inner one; the table is 2400 and 325 for each of two labels beside the default.
    const table = '(block (block (br_table 0 1 1 (local.get 0))))';
    assert.equal(sumOf(await charges(stylusInkV1, table)), 2 + 75 + 2400 + 2 * 325 + 2450 + 2 * (1 + 2450));
    // CosmWasm: 115, and 1610 where gas is counted.
    assert.equal(sumOf(await charges(cosmwasmV2, '(drop (i32.add (local.get 0) (i32.const 1)))')), 4 * 115 + 1610);
    // wasmi: 64 of our units per fuel, 8 locals per fuel.
    assert.equal(sumOf(await charges(palletContracts, '(local i64 i64) (local.set 0 (i32.const 1))')), 2 * 64 + 16);
  });
});

describe('calibrated-v1', () => {
  it('is what was measured', () => {
    const file = new URL('../../../bench/calibrate/calibrated-v1.json', import.meta.url);
    const { table } = JSON.parse(readFileSync(file, 'utf8'));
    const measured = (name: string): number => (table.weights as Readonly<Record<string, number>>)[name] as number;
    const free = ['marker', 'local-read', 'constant'];
    for (const { mnemonic } of opcodes) {
      const costClass = costClasses[mnemonic];
      const expected = free.includes(costClass) ? 0 : measured(costClass);
      assert.equal(calibratedV1.instructions[mnemonic], expected, mnemonic);
    }
    assert.equal(calibratedV1.brTablePerLabel, measured('label'));
    assert.equal(calibratedV1.entryPerLocal, measured('declared-local'));
    assert.equal(calibratedV1.memoryGrowPerPage, measured('memory-page'));
    assert.equal(calibratedV1.bulkMemoryPerByte, measured('bulk-byte'));
    assert.ok(table.rSquared > 0.99 && table.rSquaredOfLogs > 0.95);
  });
});

describe('the cost classes', () => {
  it('hold every allowed instruction and no other, by the word of the compiler too', () => {
    assert.deepEqual(new Set(Object.keys(costClasses)), new Set(opcodes.map(({ mnemonic }) => mnemonic)));
    assert.equal(costClasses['i64.rem_u'], 'divide64');
    assert.equal(costClasses['i32.load8_s'], 'load');
    const { nop: _nop, ...hole } = costClasses;
    // @ts-expect-error A row is missing.
    const holed: Readonly<Record<Mnemonic, CostClass>> = hole;
    // @ts-expect-error There is no such instruction.
    const unknown = each('add', 'f32.add');
    assert.ok(!('nop' in holed) && 'f32.add' in unknown);
  });
});
