/**
 * Code that control never comes to is none: it leads nowhere, so that it makes no loop, no way out and no way to a call.
 * Each program is the same work behind dead code of another shape.
 */
import assert from 'node:assert/strict';
import { everyStrategy } from '../../../fuzz/modules/every-strategy.ts';
import type { ImportedFunction } from '../../../fuzz/modules/integer-module.ts';
import { basicBlocks } from '../../../metering/flow/basic-blocks.ts';
import { decodeModule } from '../../../metering/format/decode.ts';
import { defaultLimits } from '../../../metering/format/limits.ts';
import { wat } from '../../support/wat.ts';

const GAS = 1_000_000n;
const log: ImportedFunction = { module: 'test', name: 'observe', params: ['i32'], results: [] };

/** One unit an instruction, and none for those that only mark where a block begins or ends. */
const weightOf = (mnemonic: string): number => (['block', 'loop', 'else', 'end', 'nop'].includes(mnemonic) ? 0 : 1);

/** 100 iterations of 7 gas. */
const work = `(func $work (param i32)
  (loop $l (br_if $l (local.tee 0 (i32.and (i32.sub (local.get 0) (i32.const 1)) (i32.const 255))))))`;

async function endOf(run: string): Promise<string> {
  const bytes = await wat(`(module (import "test" "observe" (func $log (param i32))) (memory (export "memory") 1)
    ${work} (func (export "run") (param i32 i32) ${run}))`);
  const { outcome, hostCalls } = await (await everyStrategy(bytes, [log], { paramCount: 2, weightOf }))([0, 0], GAS);
  const [status, , , gas] = outcome.split(' ');
  return [status, gas, ...hostCalls.map((call) => call.split(' stack')[0])].join(', ');
}

/** Ways to say that control does not come past this, each a statement. `$l` is a loop around it, `$out` a block. */
const endings: readonly string[] = [
  '(unreachable)',
  '(block (unreachable))',
  '(block (block (unreachable)))',
  '(block (return))',
  '(block (br $out))',
  '(loop (unreachable))',
  '(loop (br $out))',
  '(loop (br 0))',
  '(if (i32.const 1) (then (unreachable)) (else (return)))',
  '(if (i32.const 1) (then (br $out)) (else (block (br $out))))',
  '(block (br_table $out $out (i32.const 0)))',
  '(block (return) (br 0))',
  '(block (block (br $out)) (br_if 0 (i32.const 1)))',
  '(drop (block (result i32) (unreachable)))',
  '(drop (i32.add (i32.const 1) (block (result i32) (br $out) (br_if 0 (i32.const 1) (i32.const 2)))))',
  '(drop (if (result i32) (i32.const 1) (then (return)) (else (unreachable))))',
  '(block (unreachable) (if (i32.const 1) (then (br 1))))',
  '(block (unreachable) (br_table 0 0 (i32.const 0)))',
];

const deadBehind: readonly string[] = [
  '(br $l)',
  '(br_if $l (i32.const 1))',
  '(br_table $l $out (i32.const 0))',
  '(call $work (i32.const 9)) (br $l)',
  '(call $log (i32.const 9)) (br $l)',
  '(if (i32.const 1) (then (br $l)))',
  '(loop $m (br_if $m (i32.const 1)) (br $l))',
  '(block (br_if 0 (i32.const 1)) (br $l))',
];

describe('dead code', () => {
  it('makes no loop of what turns once: a call in it is paid for (work for free under `default`)', async () => {
    const run = `(loop $l (call $work (i32.const 100)) (if (i32.const 1) (then (return))) (block (unreachable)) (br $l))`;
    assert.equal(await endOf(run), 'success, 705');
  });

  it('leads nowhere, in any shape and behind any end of control', async () => {
    for (const [index, ending] of endings.entries()) {
      for (const dead of [0, 3, 5].map((apart) => deadBehind[(index + apart) % deadBehind.length])) {
        const run = `(block $out (loop $l
          (call $work (i32.const 100)) (call $log (i32.const 1))
          (br_if $out (i32.const 1)) ${ending} ${dead}))
          (call $log (i32.const 2))`;
        const expected = 'success, 768, observe(1) gas 999266, observe(2) gas 999232';
        assert.equal(await endOf(run), expected, `${ending} ${dead}`);
      }
    }
  }).timeout(60_000);

  it('is no way out of a counted loop and no second back edge to it', async () => {
    for (const ending of endings) {
      const run = `(local $i i32) (block $out (loop $l
        (if (i32.ge_u (local.get $i) (i32.const 20)) (then ${ending} (br $l)))
        (br_if $l (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 10)))))
        (call $log (local.get $i))`;
      assert.equal(await endOf(run), 'success, 144, observe(10) gas 999856', ending);
    }
  });

  it('is reached in no basic block, and all else is', async () => {
    const reached = async (code: string): Promise<string> => {
      const bytes = await wat(`(module (func (param i32) ${code}))`);
      const { functions } = decodeModule(bytes, defaultLimits);
      const blocks = basicBlocks(functions[0]?.instructions ?? []);
      return blocks.map(({ isReachable }) => (isReachable ? 'x' : '-')).join('');
    };
    // One letter a block: what ends one is `end`, `else`, `loop`, `if`, a branch, `return`, `unreachable`, a call.
    assert.equal(await reached('(block (br 0) nop) nop'), 'x-x');
    assert.equal(await reached('(block (unreachable) nop) nop'), 'x--');
    assert.equal(await reached('(loop (br 0)) nop'), 'xx--');
    assert.equal(await reached('(block (loop (br 1)) nop) nop'), 'xx--x');
    assert.equal(await reached('(if (local.get 0) (then (return)))'), 'xx-x');
    assert.equal(await reached('(if (local.get 0) (then (return)) (else (return)))'), 'xx-x--');
    assert.equal(await reached('(if (local.get 0) (then (return)) (else nop))'), 'xx-xx');
    assert.equal(await reached('(if (local.get 0) (then nop) (else (return)))'), 'xxx-x');
    assert.equal(await reached('(unreachable) (if (i32.const 0) (then nop) (else nop))'), 'x----');
    assert.equal(await reached('(block (unreachable) (br 0))'), 'x---');
    assert.equal(await reached('(block (block (br_table 0 1 (local.get 0))) nop)'), 'x-xx');
    assert.equal(await reached('(block (block (br_table 1 1 (local.get 0))) nop)'), 'x--x');
    assert.equal(await reached('(block (br_if 0 (local.get 0)) (unreachable))'), 'xx-x');
  });
});
