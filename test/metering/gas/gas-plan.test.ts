import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { decodeModule } from '../../../metering/format/decode.ts';
import { defaultLimits } from '../../../metering/format/limits.ts';
import type { CostTable } from '../../../metering/gas/cost-table.ts';
import { flatV1 } from '../../../metering/gas/cost-tables.ts';
import { planGas } from '../../../metering/gas/gas-plan.ts';
import { wat } from '../../support/wat.ts';
import { costsOf } from '../metered-guest.ts';

/** Plans of the module's functions, each charge as `index:cost` and, where it is not a block, its kind. */
async function plan(fields: string, costs: CostTable = flatV1): Promise<readonly string[]> {
  const module = decodeModule(await wat(`(module ${fields})`), defaultLimits);
  return planGas(module, costs).map((charges, position) =>
    charges
      .map(({ instructionIndex, offset, cost, kind }) => {
        assert.equal(offset, module.functions[position]?.instructions[instructionIndex]?.offset);
        return `${instructionIndex}:${cost}${kind === 'block' ? '' : ` ${kind}`}`;
      })
      .join(', '),
  );
}

/** Every structural marker has a weight of its own, so that it shows to which block it belongs. */
const markers: CostTable = costsOf({
  block: 1000,
  loop: 100,
  else: 10,
  end: 1,
  nop: 100_000,
  if: 10_000,
  br: 7,
  return: 3,
});

describe('the gas plan', () => {
  it('has no charge for an empty body whose end is free', async () => {
    assert.deepEqual(await plan('(func)'), ['']);
    assert.deepEqual(await plan('(func)', markers), ['0:1']);
  });

  it('charges declared locals, but not parameters, with the first block', async () => {
    assert.deepEqual(await plan('(func (param i32 i32) (local i32 i64 i64))'), ['0:3']);
    assert.deepEqual(await plan('(func (local i32) (loop (br 0)))'), ['0:1, 1:1']);
  });

  it('does not cut at a block, a memory.grow or a division', async () => {
    assert.deepEqual(
      await plan('(memory 1) (func nop block nop i32.const 1 memory.grow i32.const 0 i32.div_u drop end nop)'),
      ['0:7, 4:1024 grow, 9:1'],
    );
  });

  // One row per instruction that ends a block: a nop, the instruction, a nop. What is missing here is free.
  const cuts: readonly (readonly [source: string, plan: string])[] = [
    ['(func nop loop nop end nop)', '0:100100, 2:100001, 4:100001'],
    ['(func nop i32.const 1 if nop end nop)', '0:110000, 3:100001, 5:100001'],
    ['(func i32.const 1 if nop else nop end nop)', '0:10000, 2:100010, 4:100001, 6:100001'],
    ['(func nop block nop end nop)', '0:201001, 4:100001'],
    ['(func block nop br 0 nop end nop)', '0:101007, 5:100001'],
    ['(func block i32.const 1 br_if 0 nop end nop)', '0:1001, 3:100001, 5:100001'],
    ['(func block nop i32.const 1 br_table 0 nop end nop)', '0:101001, 6:100001'],
    ['(func nop return nop)', '0:100003'],
    ['(func nop unreachable nop)', '0:100000'],
    ['(func nop call 0 nop)', '0:100001, 2:100001'],
    ['(table 1 funcref) (func nop i32.const 0 call_indirect nop)', '0:100001, 3:100001'],
  ];
  for (const [source, expected] of cuts) {
    it(`cuts ${source}`, async () => {
      assert.deepEqual(await plan(source, markers), [expected]);
    });
  }

  it('follows nested ifs', async () => {
    const source = `(func (param i32)
      local.get 0 if local.get 0 if nop else nop nop end nop else local.get 0 if nop end end nop)`;
    assert.deepEqual(await plan(source), ['0:2, 2:2, 4:1, 6:2, 9:1, 11:2, 13:1, 16:1']);
  });

  it('follows nested loops', async () => {
    const endless = '(func loop nop loop nop i32.const 1 br_if 0 nop br 1 end end nop)';
    assert.deepEqual(await plan(endless), ['1:1, 3:3, 6:2'], 'control does not come behind the loops');
    const source = '(func loop nop loop nop i32.const 1 br_if 0 nop i32.const 1 br_if 1 end end nop)';
    assert.deepEqual(await plan(source), ['1:1, 3:3, 6:3, 11:1']);
  });

  it('prices br_table per label, the default included', async () => {
    const source = '(func block block i32.const 0 br_table 0 1 0 1 end end)';
    assert.deepEqual(await plan(source), ['0:6']);
    assert.deepEqual(await plan(source, costsOf({ br_table: 5 }, { brTablePerLabel: 100 })), ['0:405']);
  });

  it('skips code that cannot be reached, and comes back where control can', async () => {
    const dead = 'nop block nop loop br 0 end i32.const 1 if nop else nop end end';
    assert.deepEqual(await plan(`(func block br 0 ${dead} end nop)`), ['0:1, 16:1']);
    assert.deepEqual(await plan(`(func return ${dead})`), ['0:1']);
    assert.deepEqual(await plan(`(func i32.const 1 if unreachable ${dead} else nop end nop)`), [
      '0:2, 2:1, 17:1, 19:1',
    ]);
    assert.deepEqual(await plan('(memory 1) (func return i32.const 1 memory.grow drop)'), ['0:1']);
  });

  it('names the dynamic terms', async () => {
    const fields = `(memory 1) (func (param i32)
      local.get 0 memory.grow drop
      i32.const 0 i32.const 0 local.get 0 memory.copy
      i32.const 0 i32.const 0 local.get 0 memory.fill)`;
    assert.deepEqual(await plan(fields), ['0:11, 1:1024 grow, 6:1 bulk, 10:1 bulk']);
  });

  it('keeps functions apart', async () => {
    assert.deepEqual(await plan('(import "a" "b" (func)) (func nop) (func (param i32)) (func nop nop)'), [
      '0:1',
      '',
      '0:2',
    ]);
  });

  it('refuses a cost table with a hole, a bad weight, a free branch or a free call', async () => {
    const { nop: _nop, ...hole } = flatV1.instructions;
    const bad: readonly CostTable[] = [
      { ...flatV1, instructions: hole as CostTable['instructions'] },
      { ...flatV1, instructions: { ...flatV1.instructions, nop: -1 } },
      { ...flatV1, instructions: { ...flatV1.instructions, nop: 0.5 } },
      { ...flatV1, instructions: { ...flatV1.instructions, nop: 2 ** 20 + 1 } },
      { ...flatV1, instructions: { ...flatV1.instructions, nop: Number.NaN } },
      { ...flatV1, entryPerLocal: -1 },
      { ...flatV1, brTablePerLabel: 1.5 },
      { ...flatV1, memoryGrowPerPage: 2 ** 21 },
      { ...flatV1, memoryGrowPerHeldPage: 2 ** 20 + 1 },
      { ...flatV1, bulkMemoryPerByte: Number.POSITIVE_INFINITY },
      costsOf({ br: 0 }),
      costsOf({ br_if: 0 }),
      costsOf({ br_table: 0 }),
      costsOf({ call: 0 }),
      costsOf({ call_indirect: 0 }),
    ];
    for (const costs of bad) await assert.rejects(plan('(func)', costs), RangeError);
    assert.deepEqual(await plan('(func nop)', costsOf({ nop: 2 ** 20 })), ['0:1048576']);
  });
});
