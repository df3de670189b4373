import assert from 'node:assert/strict';
import fc from 'fast-check';
import { referenceMachine } from '../../../engine/reference/reference-machine.ts';
import { wasmMachine } from '../../../engine/wasm/wasm-machine.ts';
import { decodeModule } from '../../../metering/format/decode.ts';
import { defaultLimits } from '../../../metering/format/limits.ts';
import { validateModule } from '../../../metering/format/validate.ts';
import { planGas } from '../../../metering/gas/gas-plan.ts';
import { moduleFacts } from '../../../metering/plan/module-facts.ts';
import { allTechniques, placeModuleCharges } from '../../../metering/plan/place-module-charges.ts';
import { prepareGuest, runGuest, testSchedule } from '../../support/test-guest.ts';
import { wat } from '../../support/wat.ts';
import { assertSameAtEveryLimit } from '../every-limit.ts';
import { guest, manyGas } from '../metered-guest.ts';
import { randomRecursion } from '../random-recursion.ts';

interface Case {
  readonly name: string;
  /** The first is the one that `takesByValue` is about. */
  readonly functions: string;
  /** Of `run`, with the parameters $a and $b; `$observe` observes the counters. */
  readonly run: string;
  /** `bounded by 0`: by parameter 0; `gas`; `no`. */
  readonly takesByValue: string;
  readonly args: readonly (readonly [number, number])[];
  /** Frames of all that is called, and a little more. */
  readonly stackWords?: number;
}

const fib = `(func $f (param $n i32) (result i32)
  (if (result i32) (i32.lt_u (local.get $n) (i32.const 2)) (then (local.get $n))
    (else (i32.add (call $f (i32.sub (local.get $n) (i32.const 1))) (call $f (i32.sub (local.get $n) (i32.const 2)))))))`;

const cases: readonly Case[] = [
  {
    name: 'a recursion that counts down',
    functions: fib,
    run: '(call $observe (i32.const 1)) (call $f (local.get $a)) (call $observe (i32.const 2))',
    takesByValue: 'bounded by 0',
    args: [
      [0, 0],
      [6, 0],
      [-3, 0],
    ],
  },
  {
    name: 'one that counts down in a loop, as compilers write two calls',
    functions: `(func $f (param $n i32) (result i32) (local $sum i32)
      (if (i32.ge_u (local.get $n) (i32.const 2)) (then (loop $l
        (local.set $sum (i32.add (local.get $sum) (call $f (i32.sub (local.get $n) (i32.const 1)))))
        (br_if $l (i32.ge_u (local.tee $n (i32.sub (local.get $n) (i32.const 2))) (i32.const 2))))))
      (i32.add (local.get $sum) (local.get $n)))`,
    run: '(call $f (local.get $a)) (call $observe (i32.const 2))',
    takesByValue: 'bounded by 0',
    args: [[6, 0]],
  },
  {
    name: 'one that counts down in its second parameter, by signed comparison and br_if, and leaves by return',
    functions: `(func $f (param $x i32) (param $n i32) (result i32) (local $y i32)
      (block $more (br_if $more (i32.ge_s (local.get $n) (i32.const 3))) (return (local.get $x)))
      (local.set $y (call $f (i32.add (local.get $x) (i32.const 5)) (i32.add (local.get $n) (i32.const -3))))
      (loop $l (if (i32.eqz (i32.and (local.get $y) (i32.const 7))) (then (return (local.get $y))))
        (local.set $y (i32.sub (local.get $y) (i32.const 1))) (br $l))
      unreachable)`,
    run: '(call $f (local.get $a) (local.get $b)) (call $observe (i32.const 2))',
    takesByValue: 'bounded by 1',
    args: [
      [1, 11],
      [4, -5],
    ],
  },
  {
    name: 'one that may wrap around: not known to be bounded',
    functions: `(func $f (param $n i32) (result i32)
      (if (result i32) (i32.gt_s (local.get $n) (i32.const -2))
        (then (i32.add (i32.const 1) (call $f (i32.sub (local.get $n) (i32.const 1))))) (else (i32.const 0))))`,
    run: '(call $f (local.get $a)) (call $observe (i32.const 2))',
    takesByValue: 'gas',
    args: [[4, 0]],
  },
  {
    name: 'one that halves its argument, and has no result',
    functions: `(func $f (param $n i32)
      (i32.store8 (local.get $n) (i32.const 1))
      (if (local.get $n) (then (call $f (i32.shr_u (local.get $n) (i32.const 1))))))`,
    run: '(call $f (local.get $a)) (call $observe (i32.load8_u (i32.const 2))) (i32.const 7)',
    takesByValue: 'gas',
    args: [[21, 0]],
  },
  {
    name: 'one whose argument grows in one call of two',
    functions: `(func $f (param $n i32) (param $k i32) (result i32)
      (if (result i32) (i32.eqz (local.get $n)) (then (local.get $k)) (else
        (if (result i32) (i32.and (local.get $k) (i32.const 1))
          (then (call $f (i32.add (local.get $n) (i32.const 1)) (i32.add (local.get $k) (i32.const 1))))
          (else (call $f (i32.sub (local.get $n) (i32.const 1)) (i32.add (local.get $k) (i32.const 2))))))))`,
    run: '(call $f (local.get $a) (local.get $b)) (call $observe (i32.const 2))',
    takesByValue: 'gas',
    args: [[3, 1]],
  },
  {
    name: 'one that hands on the bound of another parameter as it is',
    functions: `(func $f (param $n i32) (param $k i32) (result i32)
      (if (result i32) (i32.and (local.get $k) (local.get $n))
        (then (i32.add (i32.const 1) (call $f (local.get $n) (i32.shr_u (local.get $k) (i32.const 1))))) (else (i32.const 0))))`,
    run: '(call $f (local.get $a) (local.get $b)) (call $observe (i32.const 2))',
    takesByValue: 'gas',
    args: [[1, 1]],
  },
  {
    name: 'two functions that call each other, with calls in a loop and in arms',
    functions: `(func $even (param $n i32) (param $deep i32) (result i32) (local $i i32)
        (if (local.get $deep) (then (loop $l
          (local.set $n (i32.add (local.get $n) (call $odd (i32.sub (local.get $deep) (i32.const 1)))))
          (br_if $l (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 2))))))
        (local.get $n))
      (func $odd (param $deep i32) (result i32) (local $x i32) (local $y i64) (local $z i64)
        (if (result i32) (i32.and (local.get $deep) (i32.const 1))
          (then (call $even (i32.const 3) (i32.shr_u (local.get $deep) (i32.const 1))))
          (else (if (result i32) (local.get $deep) (then (call $odd (i32.sub (local.get $deep) (i32.const 1)))) (else (i32.const 1))))))`,
    run: '(call $even (local.get $a) (local.get $b)) (call $observe (i32.const 2))',
    takesByValue: 'gas',
    args: [
      [1, 0],
      [1, 5],
    ],
    stackWords: 140,
  },
  {
    name: 'recursion that leaves by br_table and a branch with a value, around dead code',
    functions: `(func $f (param $n i32) (result i32)
      (block $x (block $y (block $z (br_table $x $y $z (i32.and (local.get $n) (i32.const 3))))
        (br_if 2 (i32.const 9) (i32.gt_u (local.get $n) (i32.const 8))) (drop)
        (br 2 (call $f (i32.add (local.get $n) (i32.const 2)))) (drop (call $f (i32.const 1))))
        (return (call $f (i32.add (local.get $n) (i32.const 4)))) unreachable)
      (i32.add (i32.const 1) (local.get $n)))`,
    run: '(call $f (local.get $a)) (call $observe (i32.const 2))',
    takesByValue: 'gas',
    args: [
      [0, 0],
      [1, 0],
      [2, 0],
      [3, 0],
    ],
  },
  {
    name: 'recursion that grows, fills and copies memory, divides and calls functions that charge',
    functions: `(func $f (param $n i32) (result i32)
        (drop (memory.grow (i32.and (local.get $n) (i32.const 1))))
        (memory.fill (i32.const 8) (local.get $n) (local.get $n))
        (memory.copy (i32.const 0) (i32.const 8) (i32.and (local.get $n) (i32.const 3)))
        (if (result i32) (call $less (local.get $n))
          (then (i32.add (call $count (local.get $n)) (call $f (i32.sub (local.get $n) (i32.const 3)))))
          (else (i32.div_u (i32.const 60) (local.get $n)))))
      (func $less (param $n i32) (result i32) (i32.lt_u (i32.const 2) (local.get $n)))
      (func $count (param $n i32) (result i32) (local $i i32)
        (loop $l (br_if $l (i32.lt_u (local.tee $i (i32.add (i32.load8_u (local.get $i)) (i32.add (local.get $i) (i32.const 1)))) (local.get $n))))
        (local.get $i))`,
    run: '(call $f (local.get $a)) (call $observe (i32.const 2))',
    takesByValue: 'gas',
    args: [
      [5, 0],
      [6, 0],
    ],
  },
  {
    name: 'recursion above another recursion, and a bounded one below it',
    functions: `(func $f (param $n i32) (result i32)
        (if (result i32) (i32.gt_s (local.get $n) (i32.const -1))
          (then (i32.add (call $g (local.get $n)) (call $f (i32.sub (i32.shr_s (local.get $n) (i32.const 1)) (i32.eqz (local.get $n))))))
          (else (call $h (i32.const 3)))))
      (func $g (param $n i32) (result i32) (local $x i32)
        (if (result i32) (local.get $n) (then (i32.add (call $h (i32.and (local.get $n) (i32.const 1))) (call $g (i32.shr_u (local.get $n) (i32.const 1)))))
          (else (i32.const 2))))
      (func $h (param $n i32) (result i32)
        (if (result i32) (local.get $n) (then (call $h (i32.sub (local.get $n) (i32.const 1)))) (else (i32.const 1))))`,
    run: '(i32.add (call $f (local.get $a)) (call $h (i32.const 1))) (call $observe (call $h (local.get $b)))',
    takesByValue: 'gas',
    args: [[6, 4]],
    stackWords: 160,
  },
  {
    name: 'recursion that is exported and in the table as well, called from a function without a frame',
    functions: `(func $f (param $n i32) (result i32)
        (if (result i32) (i32.gt_u (local.get $n) (i32.const 3)) (then (call $f (i32.sub (local.get $n) (i32.const 4)))) (else (local.get $n))))
      (func $between (param $n i32) (result i32) (i32.add (call $f (local.get $n)) (call $f (i32.const 5))))
      (elem (i32.const 0) $f)
      (export "deploy" (func $start)) (func $start)`,
    run: `(call $observe (call $between (local.get $a)))
      (call_indirect (type $unary) (local.get $a) (i32.const 0)) (call $observe (i32.const 3))`,
    takesByValue: 'bounded by 0',
    args: [[9, 0]],
  },
  {
    name: 'recursion in an i64 parameter, also beyond what has 32 bits',
    functions: `(func $f (param $n i64) (result i64)
      (if (result i64) (i64.gt_u (local.get $n) (i64.const 3))
        (then (i64.add (i64.const 1) (call $f (i64.sub (local.get $n) (i64.const 4))))) (else (local.get $n))))`,
    run: `(if (local.get $b) (then (drop (call $f (i64.shl (i64.const 1) (i64.extend_i32_u (local.get $b)))))))
      (i32.wrap_i64 (call $f (i64.extend_i32_u (local.get $a)))) (call $observe (i32.const 3))`,
    takesByValue: 'bounded by 0',
    args: [
      [14, 0],
      [14, 40],
      [14, 61],
      [14, 62],
    ],
  },
  {
    name: 'recursion with a counted loop whose bounds and step are in locals behind the parameters',
    functions: `(func $f (param $n i32) (result i32) (local $i i32) (local $end i32) (local $step i32) (local $sum i32)
      (local.set $end (i32.mul (local.get $n) (i32.const 5)))
      (local.set $step (i32.add (i32.load8_u (local.get $n)) (i32.const 2)))
      (local.set $i (i32.load8_u (i32.const 7)))
      (loop $l (local.set $sum (i32.add (local.get $sum) (local.get $i)))
        (br_if $l (i32.lt_u (local.tee $i (i32.add (local.get $i) (local.get $step))) (local.get $end))))
      (if (result i32) (local.get $n)
        (then (i32.add (local.get $sum) (call $f (i32.shr_u (local.get $n) (i32.const 1))))) (else (local.get $sum))))`,
    run: '(call $f (local.get $a)) (call $observe (i32.const 2))',
    takesByValue: 'gas',
    args: [[5, 0]],
  },
  {
    name: 'recursion with a counted loop of 64 bits, whose step may be anything',
    functions: `(func $f (param $n i32) (result i32) (local $i i64) (local $end i64) (local $step i64)
      (local.set $end (i64.extend_i32_u (i32.mul (local.get $n) (i32.const 7))))
      (local.set $step (i64.load (local.get $n)))
      (loop $l (br_if $l (i64.lt_u (local.tee $i (i64.add (local.get $i) (local.get $step))) (local.get $end))))
      (if (result i32) (local.get $n)
        (then (i32.add (i32.wrap_i64 (local.get $i)) (call $f (i32.shr_u (local.get $n) (i32.const 2)))))
        (else (i32.wrap_i64 (local.get $i)))))
      (data (i32.const 0) "\\03\\00\\00\\00\\00\\00\\00\\00\\00\\02\\00\\00\\00\\00\\00\\00\\00\\80")`,
    run: '(call $f (local.get $a)) (call $observe (i32.const 2))',
    takesByValue: 'gas',
    args: [
      [8, 0],
      [1, 0],
      [9, 0],
      [10, 0],
    ],
  },
  {
    name: 'a function without frame, with counted loops and early ends, called from loops, arms and another',
    functions: `(func $f (param $n i32) (param $k i64) (result i64) (local $i i32) (local $end i32)
        (local.set $end (i32.and (local.get $n) (i32.const 7)))
        (if (i32.gt_u (local.get $n) (i32.const 9)) (then (return (local.get $k))))
        (loop $l (local.set $k (i64.add (local.get $k) (i64.const 3)))
          (br_if $l (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (local.get $end))))
        (i64.add (local.get $k) (i64.extend_i32_u (local.get $i))))
      (func $g (param $n i32) (result i32) (local $i i32) (local $sum i64)
        (loop $l
          (local.set $sum (call $f (local.get $i) (local.get $sum)))
          (if (i64.gt_u (local.get $sum) (i64.const 20)) (then (return (i32.const 1))))
          (br_if $l (i32.load8_u (local.tee $i (i32.add (local.get $i) (local.get $n))))))
        (i32.wrap_i64 (call $f (i32.const 2) (local.get $sum))))
      (data (i32.const 0) "\\01\\01\\01")`,
    run: `(local $i i32) (call $observe (call $g (i32.const 1)))
      (loop $l (drop (call $f (local.get $i) (i64.const 1)))
        (br_if $l (i32.load8_u (local.tee $i (i32.add (local.get $i) (local.get $a))))))
      (if (local.get $b) (then (call $observe (call $g (local.get $b)))))
      (i32.wrap_i64 (call $f (local.get $b) (i64.const 4)))`,
    takesByValue: 'gas',
    args: [
      [1, 0],
      [2, 2],
      [5, 12],
    ],
  },
  {
    name: 'a chain of functions without frames in which only the last charges, and one that never does',
    functions: `(func $f (param $n i32) (result i32) (call $last (call $pure (local.get $n))))
      (func $pure (param $n i32) (result i32) (i32.xor (local.get $n) (i32.const 5)))
      (func $last (param $n i32) (result i32) (local $i i32)
        (loop $l (br_if $l (i32.load8_u (local.tee $i (i32.add (local.get $i) (local.get $n))))))
        (memory.fill (i32.const 9) (i32.const 0) (local.get $n))
        (local.get $i))
      (data (i32.const 0) "\\01\\01\\01\\01\\01\\01\\01\\01")`,
    run: '(call $f (local.get $a)) (call $observe (call $f (i32.const 4))) (call $observe (i32.const 2))',
    takesByValue: 'gas',
    args: [[7, 0]],
  },
  {
    name: 'a function without frame that calls a recursion below it',
    functions: `(func $f (param $n i32) (result i32)
        (if (result i32) (i32.and (local.get $n) (i32.const 1)) (then (call $r (local.get $n))) (else (i32.const 3))))
      (func $r (param $n i32) (result i32)
        (if (result i32) (local.get $n) (then (call $r (i32.shr_u (local.get $n) (i32.const 1)))) (else (i32.const 1))))`,
    run: '(call $f (local.get $a)) (call $observe (i32.const 2))',
    takesByValue: 'gas',
    args: [
      [5, 0],
      [4, 0],
    ],
  },
  {
    name: 'recursion that the host is called from, or the table',
    functions: `(func $f (param $n i32) (result i32)
      (call $observe (local.get $n))
      (if (result i32) (local.get $n) (then (call $f (i32.sub (local.get $n) (i32.const 1)))) (else (i32.const 1))))`,
    run: '(call $f (local.get $a))',
    takesByValue: 'gas',
    args: [[3, 0]],
  },
  {
    name: 'a function that its callers pay for, and that calls the host',
    functions: `(func $f (param $n i32) (result i32) (call $g (local.get $n)) (local.get $n))
      (func $g (param $n i32) (call $observe (local.get $n)) unreachable)`,
    run: '(if (local.get $a) (then (return (call $f (local.get $a))))) (i32.const 3)',
    takesByValue: 'gas',
    args: [
      [3, 0],
      [0, 0],
    ],
  },
  {
    name: 'a function that its callers pay for, and that nobody looks at',
    functions: '(func $f (param $n i32) (result i32) (i32.add (local.get $n) (i32.const 2)))',
    run: '(call $f (local.get $a)) (call $observe (i32.const 2))',
    takesByValue: 'no',
    args: [[3, 0]],
  },
];

function moduleOf({ functions, run }: Case): string {
  return `(module
    (type $unary (func (param i32) (result i32)))
    (import "test" "observe" (func $observe (param i32)))
    (memory (export "memory") 1 4)
    (table 2 2 funcref)
    ${functions}
    (func $run (export "run") (param $a i32) (param $b i32) (result i32) ${run}))`;
}

describe('gas that is passed by value', () => {
  for (const each of cases) {
    it(`is that of the reference at every gas limit and stack budget: ${each.name}`, async () => {
      assertSameAtEveryLimit(await wat(moduleOf(each)), each.args, each.stackWords ?? 100);
    });

    it(`is planned: ${each.name}`, async () => {
      const module = decodeModule(await wat(moduleOf(each)), defaultLimits);
      const facts = validateModule(module, defaultLimits);
      const gas = planGas(module, testSchedule({}).costs);
      const placement = placeModuleCharges(moduleFacts(module, facts), gas, allTechniques);
      const [passesGas] = placement.passesGas;
      const [boundedBy] = placement.boundedBy;
      const name = passesGas ? 'gas' : 'no';
      assert.equal(boundedBy === undefined ? name : `bounded by ${boundedBy}`, each.takesByValue);
    });
  }

  it('is that of the reference in random recursions, with little gas and with little stack', () => {
    const schedule = testSchedule({ weightOf: (_mnemonic, code) => 1 + ((code * 37) % 11) });
    const property = fc.property(randomRecursion(), fc.integer({ min: -2, max: 12 }), ({ bytes }, n) => {
      const reference = prepareGuest(referenceMachine(), bytes, { schedule });
      const run = prepareGuest(wasmMachine('wasm', { strategy: 'default', reusesInstances: true }), bytes, {
        schedule,
      });
      for (const limit of [
        { gas: 3_000n },
        { gas: 400n },
        { gas: 3_000n, stackWords: 90 },
        { gas: 3_000n, stackWords: 45 },
      ]) {
        const options = { args: [n, 5], ...limit };
        assert.deepEqual(run(options), reference(options));
      }
    });
    fc.assert(property, { numRuns: 60 });
  });

  it('leaves the whole stack budget to the host when an exported function returns', async () => {
    const source = `
      (func $f (export "get") (param $n i32) (result i32)
        (if (result i32) (local.get $n)
          (then (i32.add (call $g (local.get $n)) (call $f (i32.shr_u (local.get $n) (i32.const 1))))) (else (i32.const 1))))
      (func $g (param $n i32) (result i32)
        (if (result i32) (local.get $n) (then (call $g (i32.sub (local.get $n) (i32.const 1)))) (else (i32.const 2))))`;
    const carrying = await guest(source, { strategy: 'default' });
    const { result, stackLeft, gasUsed } = carrying.run('get', manyGas, 9);
    assert.deepEqual([result, stackLeft], [9, defaultLimits.stackWords]);
    assert.equal(gasUsed, (await guest(source, { strategy: 'global' })).run('get', manyGas, 9).gasUsed);
  });

  it('come to the defined end in a recursion that would need more frames than 64 bits can count', async () => {
    const source = `(module (memory (export "memory") 1)
      (func $f (param $n i64) (result i64)
        (if (result i64) (i64.gt_u (local.get $n) (i64.const 3))
          (then (i64.add (i64.const 1) (call $f (i64.sub (local.get $n) (i64.const 4))))) (else (local.get $n))))
      (func (export "run") (param $a i32) (param i32) (result i32)
        (i32.wrap_i64 (call $f (i64.shl (i64.const 1) (i64.extend_i32_u (local.get $a)))))))`;
    for (const shift of [40, 60, 61, 62, 63]) {
      const { end, gasLeft } = runGuest(
        wasmMachine('wasm', { strategy: 'default', reusesInstances: true }),
        await wat(source),
        {
          args: [shift, 0],
        },
      );
      assert.deepEqual([end, gasLeft], ['StackExhausted', undefined], `2^${shift}`);
    }
  });
});
