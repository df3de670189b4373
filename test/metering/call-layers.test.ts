/** The stack budget reaches a recursion however many calls further down it is, and whatever those in between take by value. */
import assert from 'node:assert/strict';
import { everyStrategy } from '../../fuzz/modules/every-strategy.ts';
import type { FuzzRun } from '../../fuzz/modules/fuzz-world.ts';
import { wat } from '../support/wat.ts';

const STACK_EXHAUSTED = 'trap 8';

const recursion = `(func $rec (param i32)
  (if (local.get 0) (then (call $rec (i32.sub (local.get 0) (i32.const 1))))))`;
/** Keeps its counter in a local, and so takes gas by value. */
const turning = `(loop $l (br_if $l
  (local.tee 1 (i32.and (i32.add (local.get 1) (i32.const 1)) (i32.const 3)))))`;
const outer = (callee: string): string => `(func $outer (param i32 i32)
  (if (local.get 0) (then (call $outer (i32.sub (local.get 0) (i32.const 1)) (local.get 1)))
    (else (call ${callee} (local.get 1)))))`;

async function program(functions: string, stackWords?: number): Promise<FuzzRun> {
  const bytes = await wat(`(module (memory (export "memory") 1) ${functions}
    (func (export "run") (param i32 i32) (call $outer (local.get 0) (local.get 1))))`);
  return everyStrategy(bytes, [], { paramCount: 2, ...(stackWords === undefined ? {} : { stackWords }) });
}

async function endOf(run: FuzzRun, args: readonly number[]): Promise<string> {
  return (await run(args, 10_000_000n)).outcome
    .split(' ')
    .slice(0, 2)
    .join(' ')
    .replace(/^success .*/, 'success');
}

describe('the stack budget below layers of calls', () => {
  it('is known two calls above a recursion (`default` lost it)', async () => {
    const run = await program(`${recursion} (func $mid (param i32) (call $rec (local.get 0)))
      (func $bridge (param i32) (local i32) ${turning} (call $mid (local.get 0))) ${outer('$bridge')}`);
    assert.equal(await endOf(run, [600, 2200]), STACK_EXHAUSTED);
    assert.equal(await endOf(run, [0, 2200]), 'success');
    assert.equal(await endOf(run, [600, 0]), 'success');
  });

  it('is known through any number of them, each carrying gas by value or not', async () => {
    for (const depth of [1, 2, 3, 5]) {
      for (let trips = 0; trips < 2 ** depth; trips += 1) {
        const layers = Array.from({ length: depth }, (_, layer) => {
          const callee = layer === 0 ? '$rec' : `$layer${layer - 1}`;
          const code = (trips >> layer) & 1 ? turning : '';
          return `(func $layer${layer} (param i32) (local i32) ${code} (call ${callee} (local.get 0)))`;
        });
        const run = await program(`${recursion} ${layers.join(' ')} ${outer(`$layer${depth - 1}`)}`);
        const name = `${depth} layers, ${trips.toString(2)}`;
        assert.equal(await endOf(run, [300, 2200]), STACK_EXHAUSTED, name);
        assert.equal(await endOf(run, [0, 2200]), 'success', name);
        assert.equal(await endOf(run, [300, 0]), 'success', name);
      }
    }
  }).timeout(60_000);

  it('is known again after a call below has used it, and in a loop of such calls', async () => {
    const run = await program(
      `${recursion} (func $mid (param i32) (call $rec (local.get 0)) (call $rec (i32.const 1)))
      (func $bridge (param i32) (local i32) ${turning} (call $mid (local.get 0)))
      (func $outer (param i32 i32) (local $n i32)
        (local.set $n (i32.const 3))
        (loop $again (call $bridge (local.get 1))
          (if (local.get 0) (then (call $outer (i32.sub (local.get 0) (i32.const 1)) (local.get 1))))
          (br_if $again (local.tee $n (i32.sub (local.get $n) (i32.const 1))))))`,
      300,
    );
    for (const [args, end] of [
      [[4, 8], STACK_EXHAUSTED],
      [[4, 1], 'success'],
      [[1, 8], 'success'],
    ] as const) {
      assert.equal(await endOf(run, args), end, args.join());
    }
  });
});
