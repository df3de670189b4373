import assert from 'node:assert/strict';
import { referenceMachine } from '../../engine/reference/reference-machine.ts';
import { type RunOptions, runGuest, type Sighting, testSchedule } from '../support/test-guest.ts';
import { wat } from '../support/wat.ts';

/** Every instruction costs one unit; the dynamic terms are those of `testSchedule`. */
const HEAD = `
  (import "test" "observe" (func $observe (param i32)))
  (import "test" "bytes" (func $bytes (param i32)))
  (memory (export "memory") 1 3)`;

const AMPLE = 1_000_000n;

function runModule(source: string, options: RunOptions = {}): Promise<Sighting> {
  return wat(source).then((bytes) => runGuest(referenceMachine(), bytes, { gas: AMPLE, ...options }));
}

function runBody(body: string, options: RunOptions = {}, rest = ''): Promise<Sighting> {
  return runModule(
    `(module ${HEAD} ${rest} (func (export "run") (param $a i32) (param $b i32) (result i32) ${body}))`,
    options,
  );
}

/** Gas used by a run that returns. */
async function gasOf(body: string, args: readonly number[] = [0, 0], rest = ''): Promise<number> {
  const { end, gasLeft } = await runBody(body, { args }, rest);
  assert.match(end, /^returned/);
  return Number(AMPLE - (gasLeft ?? 0n));
}

/** Holds that a run succeeds with exactly `gas` and runs out of gas with one unit less. */
async function needsExactly(gas: number, body: string, args: readonly number[] = [0, 0], rest = ''): Promise<void> {
  const enough = await runBody(body, { args, gas: BigInt(gas) }, rest);
  assert.match(enough.end, /^returned/);
  assert.equal(enough.gasLeft, 0n);
  assert.equal((await runBody(body, { args, gas: BigInt(gas - 1) }, rest)).end, 'OutOfGas');
}

describe('reference gas', () => {
  describe('blocks', () => {
    it('charges a straight body once, its end included', () =>
      needsExactly(4, '(i32.add (i32.const 1) (i32.const 2))'));

    it('does not cut at a block, and charges its end only when control falls through to it', async () => {
      // block, const, br | (end: skipped) | const, end
      assert.equal(await gasOf('(block (drop (i32.const 1)) (br 0)) (i32.const 5)'), 4 + 2);
      // block, const, drop, end | const, end
      assert.equal(await gasOf('(block (drop (i32.const 1))) (i32.const 5)'), 4 + 2);
    });

    it('charges a loop instruction once and its body on every turn', async () => {
      const body =
        '(loop (local.set $a (i32.sub (local.get $a) (i32.const 1))) (br_if 0 (local.get $a))) (i32.const 0)';
      // loop | 4 + get, br_if, on every turn | end | const, end
      for (const turns of [1, 2, 10]) assert.equal(await gasOf(body, [turns, 0]), 1 + 6 * turns + 1 + 2);
      await needsExactly(1 + 6 * 3 + 1 + 2, body, [3, 0]);
    });

    it('charges the else with the first arm, and the end with the second', async () => {
      const body = '(if (result i32) (local.get $a) (then (i32.const 1)) (else (nop) (nop) (i32.const 2)))';
      // get, if | const, else | (function) end
      assert.equal(await gasOf(body, [1, 0]), 2 + 2 + 1);
      // get, if | nop, nop, const, end | (function) end
      assert.equal(await gasOf(body, [0, 0]), 2 + 4 + 1);
    });

    it('enters the block after the end when an if without else is not taken', async () => {
      const body = '(if (local.get $a) (then (nop))) (i32.const 1)';
      assert.equal(await gasOf(body, [1, 0]), 2 + 2 + 2);
      assert.equal(await gasOf(body, [0, 0]), 2 + 2);
    });

    it('charges nothing for code that is never entered', async () => {
      assert.equal(await gasOf('(return (i32.const 1)) (nop) (nop)'), 2);
      assert.equal(await gasOf('(br 0 (i32.const 1)) (loop (nop)) (nop)'), 2);
      assert.equal(await gasOf('(block (br_table 0 (i32.const 1)) (nop) (nop)) (i32.const 1)'), 3 + 3 + 2);
      assert.equal((await runBody('(unreachable) (nop) (nop)', { gas: 1n })).end, 'Unreachable');
    });

    it('adds a term for every label of a br_table, the default included', async () => {
      // block, block, get, br_table + 3 labels x 3 | end or nothing | const, end
      const body = '(block (block (br_table 0 1 0 (local.get $a)))) (i32.const 1)';
      assert.equal(await gasOf(body, [1, 0]), 4 + 9 + 2);
      assert.equal(await gasOf(body, [0, 0]), 4 + 9 + 1 + 2);
    });

    it('adds a term for every declared local, but not for parameters', async () => {
      assert.equal(await gasOf('(local i32 i64 i64) (i32.const 1)'), 2 + 3 * 2);
    });

    it('charges the first block of a function on every call, and the rest when the call returns', async () => {
      const rest = '(func $f (param i32) (result i32) (local i64) (local.get 0))';
      // get, call | local 2, get, end | end
      await needsExactly(2 + 4 + 1, '(call $f (local.get $a))', [0, 0], rest);
    });

    it('uses the weight of each opcode', async () => {
      const schedule = testSchedule({
        weightOf: (mnemonic) => (mnemonic === 'i32.mul' ? 50 : mnemonic === 'end' ? 0 : 1),
      });
      const { gasLeft } = await runBody('(i32.mul (local.get $a) (local.get $b))', { schedule });
      assert.equal(gasLeft, AMPLE - 52n);
    });

    it('runs out of gas before the first instruction of the block', async () => {
      // get, call 2, observe 100 | const, unreachable 2: the trap is never reached, nor is the division
      const body = '(call $observe (local.get $a)) (i32.div_u (i32.const 1) (i32.const 0))';
      const { end, hostCalls } = await runBody(body, { gas: 105n });
      assert.equal(end, 'OutOfGas');
      assert.equal(hostCalls.length, 1);
      assert.equal((await runBody(body, { gas: 106n })).end, 'IntegerDivideByZero');
    });
  });

  describe('dynamic terms', () => {
    it('charges memory.grow by the page added and held, and nothing when it is refused', async () => {
      // const, grow, end; of pages held there are the one declared and the two added
      assert.equal(await gasOf('(memory.grow (i32.const 0))'), 3);
      assert.equal(await gasOf('(memory.grow (i32.const 2))'), 3 + 2000 + 3 * 77);
      assert.equal(await gasOf('(memory.grow (i32.const 3))'), 3);
      assert.equal(await gasOf('(memory.grow (i32.const -1))'), 3);
      await needsExactly(3 + 2000 + 3 * 77, '(memory.grow (i32.const 2))');
      // Each time by one: the second pays for its own page alone. const, grow, drop, const, grow, end
      const twice = '(drop (memory.grow (i32.const 1))) (memory.grow (i32.const 1))';
      await needsExactly(6 + 2000 + 3 * 77, twice);
    });

    it('charges memory.copy and memory.fill by the byte', async () => {
      // 3 x const, copy, const, end
      const copy = '(memory.copy (i32.const 0) (i32.const 8) (i32.const 10)) (i32.const 0)';
      await needsExactly(6 + 50, copy);
      const fill = '(memory.fill (i32.const 0) (i32.const 8) (i32.const 10)) (i32.const 0)';
      await needsExactly(6 + 50, fill);
    });

    it('charges a bulk operation before its own bounds check', async () => {
      const body = '(memory.fill (i32.const 65535) (i32.const 1) (i32.const 100)) (i32.const 0)';
      assert.equal((await runBody(body, { gas: 505n })).end, 'OutOfGas');
      assert.equal((await runBody(body, { gas: 506n })).end, 'MemoryOutOfBounds');
      const huge = '(memory.fill (i32.const 0) (i32.const 1) (i32.const -1)) (i32.const 0)';
      assert.equal((await runBody(huge)).end, 'OutOfGas');
      assert.equal((await runBody(huge, { gas: 1n << 60n })).end, 'MemoryOutOfBounds');
    });

    it('charges a host function its base and its bytes before it runs', async () => {
      // const, call | const, end; base 10 + 7 x 6
      await needsExactly(2 + 10 + 42 + 2, '(call $bytes (i32.const 6)) (i32.const 0)');
      const short = await runBody('(call $bytes (i32.const 6)) (i32.const 0)', { gas: 53n });
      assert.deepEqual([short.end, short.hostCalls], ['OutOfGas', []]);
      // A length arrives signed and is priced unsigned.
      const { end } = await runBody('(call $bytes (i32.const -1)) (i32.const 0)', { gas: 7n * (1n << 32n) });
      assert.equal(end, 'OutOfGas');
    });

    it('shows a host function the exact sum of what has run, the call included', async () => {
      const body = `
        (loop
          (call $observe (local.get $a))
          (local.set $a (i32.sub (local.get $a) (i32.const 1)))
          (br_if 0 (local.get $a)))
        (i32.const 0)`;
      const { hostCalls } = await runBody(body, { args: [3, 0], gas: 1000n });
      // loop 1, then per turn: get, call 2 and observe 100; get, const, sub, set, get, br_if 6
      assert.deepEqual(
        hostCalls.map((call) => call.replace(/ stack.*/, '')),
        ['observe 3 gas 897', 'observe 2 gas 789', 'observe 1 gas 681'],
      );
    });
  });

  describe('the stack budget', () => {
    // Parameters 2, locals 0, operands 1, overhead 8.
    const RUN_WORDS = 11;

    it('takes parameters, locals, deepest operands and 8 words for every call', async () => {
      const body = '(i32.const 1)';
      assert.equal((await runBody(body, { stackWords: RUN_WORDS })).end, 'returned 1');
      assert.equal((await runBody(body, { stackWords: RUN_WORDS - 1 })).end, 'StackExhausted');
      const larger = '(local i32 i64) (i32.add (i32.const 1) (i32.add (i32.const 2) (i32.const 3)))';
      assert.equal((await runBody(larger, { stackWords: RUN_WORDS + 4 })).end, 'returned 6');
      assert.equal((await runBody(larger, { stackWords: RUN_WORDS + 3 })).end, 'StackExhausted');
    });

    it('counts the operands of reachable code only', async () => {
      const body = '(return (i32.const 1)) (i32.add (i32.const 2) (i32.const 3))';
      assert.equal((await runBody(body, { stackWords: RUN_WORDS })).end, 'returned 1');
    });

    it('takes a word for every eight instructions', async () => {
      const body = `${'(nop)'.repeat(22)} (i32.const 1)`;
      assert.equal((await runBody(body, { stackWords: RUN_WORDS + 3 })).end, 'returned 1');
      assert.equal((await runBody(body, { stackWords: RUN_WORDS + 2 })).end, 'StackExhausted');
    });

    it('takes the words of the deepest chain below with the function that leads to it', async () => {
      const rest = `
        (func $a (local i64) (call $c))
        (func $b (local i64 i64) (call $observe (i32.const 1)))
        (func $c (local i64 i64 i64) (call $observe (i32.const 2)))`;
      const run = (stackWords: number): Promise<Sighting> =>
        runBody('(call $b) (call $a) (i32.const 1)', { stackWords }, rest);
      // $a: 1 + 8; $c: 3 + 1 operand + 8
      const { end, hostCalls } = await run(RUN_WORDS + 21);
      assert.equal(end, 'returned 1');
      assert.deepEqual(
        hostCalls.map((call) => call.replace(/gas \d+ /, '')),
        ['observe 1 stack 0', 'observe 2 stack 0'],
      );
      assert.equal((await run(RUN_WORDS + 20)).end, 'StackExhausted');
    });

    it('gives the frame back when the function returns, however it returns', async () => {
      const rest = `
        (table 1 funcref) (elem (i32.const 0) $f)
        (func $f (param i32) (block (br_if 0 (local.get 0)) (br 1)) (if (local.get 0) (then (return))))`;
      const body = `
        (loop (call $f (local.get $a)) (call $f (i32.const 0))
          (local.set $a (i32.sub (local.get $a) (i32.const 1))) (br_if 0 (local.get $a)))
        (i32.const 0)`;
      // run: 2 + 2 operands + 13 instructions / 8 + 8; $f: 1 + 1 operand + 9 instructions / 8 + 8
      assert.equal((await runBody(body, { args: [50, 0], stackWords: 24 }, rest)).end, 'returned 0');
      assert.equal((await runBody(body, { args: [50, 0], stackWords: 23 }, rest)).end, 'StackExhausted');
    });

    it('costs host functions nothing and shows them what is left', async () => {
      const { hostCalls } = await runBody('(call $observe (i32.const 5)) (i32.const 1)', { stackWords: RUN_WORDS });
      assert.deepEqual(hostCalls, ['observe 5 gas 999898 stack 0']);
    });

    it('is taken after the call is paid for and before the first block of the callee is', async () => {
      const rest = '(func $f (export "f") (result i32) (i32.const 1))';
      // call | const, end; gas for the call alone
      const run = (gas: bigint, stackWords: number): Promise<Sighting> =>
        runBody('(call $f)', { gas, stackWords }, rest);
      assert.equal((await run(0n, RUN_WORDS)).end, 'OutOfGas');
      assert.equal((await run(1n, RUN_WORDS)).end, 'StackExhausted');
      assert.equal((await run(1n, RUN_WORDS + 9)).end, 'OutOfGas');
      assert.equal((await run(4n, RUN_WORDS + 9)).end, 'returned 1');
      assert.equal((await run(0n, RUN_WORDS - 1)).end, 'StackExhausted');
    });

    it('ends endless recursion, as gas ends an endless loop', async () => {
      assert.equal((await runBody('(call $f)', {}, '(func $f (result i32) (call $f))')).end, 'StackExhausted');
      assert.equal((await runBody('(loop (br 0)) (i32.const 0)')).end, 'OutOfGas');
    });
  });
});
