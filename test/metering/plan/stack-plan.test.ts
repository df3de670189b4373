import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { stackFrames } from '../../../engine/reference/stack-frames.ts';
import { decodeModule } from '../../../metering/format/decode.ts';
import { defaultLimits } from '../../../metering/format/limits.ts';
import { validateModule } from '../../../metering/format/validate.ts';
import { planStack } from '../../../metering/plan/stack-plan.ts';
import { wat } from '../../support/wat.ts';
import { costsOf, guest, instrumentBytes, manyGas, moduleOfCalls } from '../metered-guest.ts';

async function frames(source: string): Promise<readonly number[]> {
  const module = decodeModule(await wat(source), defaultLimits);
  return planStack(module, validateModule(module, defaultLimits));
}

/** `get(depth)` calls `callee` down to depth 0 and has a frame of `frame` words. */
interface Recursion {
  readonly name: string;
  readonly source: string;
  readonly frame: number;
}

const recursions: readonly Recursion[] = [
  {
    name: 'direct recursion',
    source: `(func $f (export "get") (param i32) (result i32)
      local.get 0 if (result i32) local.get 0 i32.const 1 i32.sub call $f else i32.const 5 end)`,
    frame: 1 + 0 + 2 + 1 + 8,
  },
  {
    name: 'mutual recursion of functions with equal frames',
    source: `(func $f (export "get") (param i32) (result i32)
        local.get 0 if (result i32) local.get 0 i32.const 1 i32.sub call $g else i32.const 5 end)
      (func $g (param i32) (result i32) local.get 0 i32.eqz if i32.const 5 return end
        local.get 0 i32.const 1 i32.sub call $f)`,
    frame: 1 + 0 + 2 + 1 + 8,
  },
  {
    name: 'recursion through the table',
    source: `(type $t (func (param i32) (result i32))) (table 1 funcref) (elem (i32.const 0) $f)
      (func $f (export "get") (param i32) (result i32) (local i64)
        local.get 0 if (result i32) local.get 0 i32.const 1 i32.sub i32.const 0 call_indirect (type $t)
        else i32.const 5 end)`,
    frame: 1 + 1 + 2 + 1 + 8,
  },
];

/** Each leaves the function in its own way; the first one does not leave the frame with operands only. */
const exits: readonly (readonly [name: string, source: string])[] = [
  ['falling off the end', '(func $f (param i32) (result i32) i32.const 1)'],
  ['return', '(func $f (param i32) (result i32) i32.const 1 return)'],
  [
    'return from within blocks, over operands',
    '(func $f (param i32) (result i32) i32.const 9 loop block i32.const 8 i32.const 1 return end end)',
  ],
  ['br to the function', '(func $f (param i32) (result i32) i32.const 1 br 0)'],
  [
    'br to the function from within blocks',
    '(func $f (param i32) (result i32) block loop i32.const 1 br 2 end end unreachable)',
  ],
  ['br_if to the function', '(func $f (param i32) (result i32) i32.const 1 i32.const 1 br_if 0)'],
  [
    'br_table to the function',
    '(func $f (param i32) (result i32) block i32.const 1 local.get 0 br_table 1 1 end unreachable)',
  ],
  [
    'return in one arm of an if',
    '(func $f (param i32) (result i32) local.get 0 if i32.const 1 return else i32.const 2 return end unreachable)',
  ],
];

describe('the stack budget', () => {
  it('counts parameters, locals, deepest operands, an eighth of the instructions and eight words', async () => {
    assert.deepEqual(
      await frames(`(module
        (func (export "a"))
        (func (export "b") (param i32 i64) (local i64 i64 i32))
        (func (export "c") (result i32) i32.const 1 i32.const 2 i32.const 3 i32.add i32.add)
        (func (export "d") i32.const 1 block i32.const 2 i64.const 3 drop drop end drop)
        (func (export "e") nop nop nop nop nop nop)
        (func (export "f") nop nop nop nop nop nop nop nop nop nop nop nop nop nop nop))`),
      [8, 2 + 3 + 8, 3 + 8, 3 + 1 + 8, 8, 2 + 8],
    );
  });

  it('does not count the operands of code that cannot be reached, only its instructions', async () => {
    const deep = 'i32.const 1 '.repeat(20);
    assert.deepEqual(
      await frames(`(module
        (func (export "a") return ${deep} unreachable)
        (func (export "b") block br 0 block ${deep} unreachable end end)
        (func (export "c")
          block br 0 i32.const 0 if ${deep} unreachable else ${deep} unreachable end end i32.const 1 drop)
        (func (export "d") i32.const 1 if return else ${deep} unreachable end))`),
      [2 + 8, 3 + 8, 1 + 6 + 8, 20 + 3 + 8],
    );
  });

  it('takes frames only where a chain of calls begins or comes back to', async () => {
    assert.deepEqual(
      await frames(`(module (type $t (func)) (table 2 funcref) (elem (i32.const 0) $in-table)
        (func (export "entry") call $chain call $recursive call $even)
        (func $chain call $leaf)
        (func $leaf (local i64))
        (func $recursive call $recursive)
        (func $even call $odd call $leaf)
        (func $odd call $even)
        (func $in-table)
        (func $never-called call $leaf)
        (func $indirect i32.const 0 call_indirect (type $t))
        (func $calls-itself-when-dead return call $calls-itself-when-dead))`),
      [8 + 8 + 9, 0, 0, 8, 8 + 9, 8, 8, 0, 0, 8],
    );
  });

  it('knows recursion through the table, at any distance', async () => {
    assert.deepEqual(
      await frames(`(module (type $t (func)) (table 2 funcref) (elem (i32.const 0) $in-table)
        (func $in-table call $b)
        (func $b call $c)
        (func $c i32.const 0 call_indirect (type $t))
        (func $outside call $c call $leaf)
        (func $leaf))`),
      [8, 8, 9, 0, 0],
    );
  });

  it('pays for the deepest chain of functions that take none, not for their sum', async () => {
    const source = `(func (export "main") call $a call $b call $a)
      (func $a (local i64) call $c)
      (func $b (local i64 i64) call $c)
      (func $c (local i64 i64 i64))`;
    assert.deepEqual(await frames(`(module ${source})`), [8 + 10 + 11, 0, 0, 0]);
    const exact = (await guest(source, { limits: { stackWords: 29 } })).run('main', manyGas);
    assert.deepEqual([exact.hasTrapped, exact.stackLeft], [false, 29]);
    assert.equal((await guest(source, { limits: { stackWords: 28 } })).run('main', manyGas).hasTrapped, true);
  });

  it('leaves functions without a frame as they are, but for their charges', async () => {
    const inner = '(func $f (param i32) (result i32) local.get 0 if i32.const 1 return end i32.const 2)';
    const entry = '(func (export "get") (param i32) (result i32) local.get 0 call $f)';
    const code = await wat(`(module ${inner} (memory (export "memory") 1) ${entry})`);
    const free = costsOf({}, {});
    const { bytes } = instrumentBytes(code, { costs: free });
    const body = Buffer.from([0x20, 0, 0x04, 0x40, 0x41, 1, 0x0f, 0x0b, 0x41, 2, 0x0b]);
    assert.ok(Buffer.from(bytes).includes(body));
  });

  it('is planned in linear time over long chains, wide calls and large cycles', () => {
    const seconds = (calleesOf: (position: number) => readonly number[]): number => {
      const module = decodeModule(moduleOfCalls(10_000, calleesOf), defaultLimits);
      const facts = validateModule(module, defaultLimits);
      const start = process.cpuUsage();
      planStack(module, facts);
      return process.cpuUsage(start).user / 1e6;
    };
    const chain = (position: number): readonly number[] => (position === 9_999 ? [] : [position + 1]);
    const cycle = (position: number): readonly number[] => [(position + 1) % 10_000];
    const wide = (position: number): readonly number[] => Array.from({ length: 20 }, (_, i) => (position * i) % 10_000);
    for (const calleesOf of [chain, cycle, wide]) assert.ok(seconds(calleesOf) < 1);
  });

  it('is the same by the definition that the reference interpreter follows, on random call graphs', () => {
    const position = fc.nat({ max: 7 });
    const edges = fc.array(fc.tuple(position, position), { maxLength: 14 });
    const some = fc.uniqueArray(position, { maxLength: 3 });
    fc.assert(
      fc.property(edges, some, some, (edges, inTable, callers) => {
        const calleesOf = (from: number): readonly number[] =>
          edges.flatMap(([caller, callee]) => (caller === from ? [callee] : []));
        const bytes = moduleOfCalls(8, calleesOf, { inTable, callsTable: (from) => callers.includes(from) });
        const module = decodeModule(bytes, defaultLimits);
        const facts = validateModule(module, defaultLimits);
        const reference = stackFrames(module, facts);
        assert.deepEqual(
          planStack(module, facts),
          module.functions.map((_body, index) => reference.get(index) ?? 0),
        );
      }),
      { numRuns: 500 },
    );
  });

  for (const { name, source, frame } of recursions) {
    it(`bounds ${name} at an exact depth`, async () => {
      for (const depth of [0, 1, 7, 100]) {
        const stackWords = frame * (depth + 1);
        const metered = await guest(source, { limits: { stackWords } });
        const deepest = metered.run('get', manyGas, depth);
        assert.deepEqual([deepest.hasTrapped, deepest.result, deepest.stackLeft], [false, 5, stackWords]);
        const deeper = metered.run('get', manyGas, depth + 1);
        assert.equal(deeper.hasTrapped, true);
        assert.equal(deeper.stackLeft, -frame);
        assert.ok(deeper.gasLeft >= 0n, 'it is the stack that ran out');
        const tight = await guest(source, { limits: { stackWords: stackWords - 1 } });
        assert.equal(tight.run('get', manyGas, depth).stackLeft, -1);
      }
    });
  }

  for (const [name, source] of exits) {
    it(`is given back after ${name}`, async () => {
      // What is in a table takes a frame.
      const metered = await guest(`${source} (table 1 funcref) (elem (i32.const 0) $f)
        (func (export "get") (param i32) (result i32) (local i32)
          loop local.get 0 call $f drop local.get 1 i32.const 1 i32.add local.tee 1 i32.const 50 i32.lt_s br_if 0 end
          local.get 0 call $f)`);
      const run = metered.run('get', manyGas, 1);
      assert.deepEqual([run.hasTrapped, run.result, run.stackLeft], [false, 1, defaultLimits.stackWords]);
    });
  }

  it('is taken before the first block is charged', async () => {
    const source = '(func $f (export "main") nop call $f)';
    // Each call costs 2. With gas for one block and stack for one frame, the second call finds neither.
    const run = (await guest(source, { limits: { stackWords: 8 } })).run('main', 2n);
    assert.deepEqual([run.hasTrapped, run.gasLeft, run.stackLeft], [true, 0n, -8]);
  });

  it('takes nothing for host functions', async () => {
    const source = '(import "host" "read" (func $read (result i32))) (func (export "main") call $read drop)';
    assert.equal((await guest(source, { limits: { stackWords: 1 + 8 } })).run('main', manyGas).hasTrapped, false);
    assert.equal((await guest(source, { limits: { stackWords: 8 } })).run('main', manyGas).hasTrapped, true);
  });

  it('is not looked at in the unmetered twin', async () => {
    const run = (await guest('(func (export "main"))', { limits: { stackWords: 0 }, strategy: 'none' })).run(
      'main',
      0n,
    );
    assert.deepEqual([run.hasTrapped, run.stackLeft], [false, 0]);
  });
});
