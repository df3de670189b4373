import { wat } from '../support/wat.ts';
import { assertSameAtEveryLimit } from './every-limit.ts';

interface Case {
  readonly name: string;
  /** Of `run`, with the parameters $a and $b and the locals $i, $j, $n and, of 64 bits, $x and $y; `$observe` looks at the counter. */
  readonly run: string;
  readonly functions?: string;
  readonly args?: readonly (readonly [number, number])[];
}

function moduleOf({ run, functions = '' }: Case): string {
  return `(module
    (type $unary (func (param i32) (result i32)))
    (import "test" "observe" (func $observe (param i32)))
    (memory (export "memory") 1 4)
    (table 2 2 funcref)
    ${functions}
    (func $run (export "run") (param $a i32) (param $b i32) (result i32) (local $i i32) (local $j i32) (local $n i32)
      (local $x i64) (local $y i64)
      ${run}))`;
}

const cases: readonly Case[] = [
  {
    name: 'a loop that counts up to a bound',
    run: `(loop $l (local.set $n (i32.add (local.get $n) (local.get $i)))
            (br_if $l (i32.ne (local.tee $i (i32.add (local.get $i) (i32.const 1))) (local.get $a))))
          (call $observe (local.get $n)) (local.get $n)`,
    args: [
      [1, 0],
      [2, 0],
      [9, 0],
    ],
  },
  {
    name: 'a loop that counts down to zero',
    run: `(loop $l (local.set $n (i32.add (local.get $n) (local.get $b)))
            (br_if $l (local.tee $a (i32.sub (local.get $a) (i32.const 1)))))
          (call $observe (local.get $n)) (local.get $n)`,
    args: [
      [1, 3],
      [7, 3],
    ],
  },
  ...['lt_s', 'lt_u', 'le_s', 'le_u'].map((comparison) => ({
    name: `a loop that goes on while ${comparison} holds, in steps of 3`,
    run: `(block $done (br_if $done (i32.eqz (i32.${comparison} (local.get $a) (local.get $b))))
            (loop $l (br_if $l (i32.${comparison} (local.tee $a (i32.add (local.get $a) (i32.const 3))) (local.get $b)))))
          (call $observe (local.get $a)) (local.get $a)`,
    args: [
      [0, 0],
      [0, 9],
      [1, 9],
      [-8, 2],
      [-20, -1],
      [0x7fff_fff0, 0x7fff_fffa],
      [-16, -6],
      [5, 3],
    ] as const,
  })),
  ...['gt_s', 'gt_u', 'ge_s', 'ge_u'].map((comparison) => ({
    name: `a loop that goes on while ${comparison} holds, in steps of -3`,
    run: `(loop $l (br_if $l (i32.${comparison} (local.tee $a (i32.sub (local.get $a) (i32.const 3))) (local.get $b))))
          (call $observe (local.get $a)) (local.get $a)`,
    args: [
      [9, 3],
      [9, 4],
      [4, 9],
      [2, -7],
      [-3, -9],
    ] as const,
  })),
  {
    name: 'a variable that wraps around on its way to the bound',
    run: `(loop $l (local.set $n (i32.add (local.get $n) (i32.const 1)))
            (br_if $l (i32.ne (local.tee $a (i32.add (local.get $a) (i32.const 4))) (local.get $b))))
          (call $observe (local.get $n)) (local.get $n)`,
    args: [
      [-8, 8],
      [0x7fff_fff8, -0x7fff_fff8],
      [4, 8],
    ],
  },
  {
    name: 'a variable that wraps around past its bound',
    run: `(loop $l (local.set $n (i32.add (local.get $n) (i32.const 1)))
            (br_if $l (i32.and (i32.const 1) (i32.le_u (local.tee $a (i32.add (local.get $a) (i32.const 0x20000000))) (i32.const 0xf0000000)))))
          (loop $m (local.set $n (i32.add (local.get $n) (i32.const 1)))
            (br_if $m (i32.lt_u (local.tee $b (i32.add (local.get $b) (i32.const 0x30000000))) (i32.const 0xf8000000))))
          (call $observe (local.get $n)) (local.get $n)`,
    args: [
      [0, 0],
      [0, 0x1000_0000],
    ],
  },
  ...['lt_s', 'lt_u', 'le_s', 'le_u'].map((comparison) => ({
    name: `a loop of 64 bits that goes on while ${comparison} holds, in steps of 3`,
    run: `(local.set $x (i64.extend_i32_s (local.get $a))) (local.set $y (i64.extend_i32_s (local.get $b)))
          (block $done (br_if $done (i32.eqz (i64.${comparison} (local.get $x) (local.get $y))))
            (loop $l (br_if $l (i64.${comparison} (local.tee $x (i64.add (local.get $x) (i64.const 3))) (local.get $y)))))
          (local.set $n (i32.wrap_i64 (local.get $x))) (call $observe (local.get $n)) (local.get $n)`,
    args: [
      [0, 0],
      [0, 9],
      [1, 9],
      [-8, 2],
      [-20, -1],
      [-20, -3],
      [0x7fff_fff0, 0x7fff_fffa],
      [5, 3],
    ] as const,
  })),
  ...['gt_s', 'gt_u', 'ge_s', 'ge_u'].map((comparison) => ({
    name: `a loop of 64 bits that goes on while ${comparison} holds, in steps of -3`,
    run: `(local.set $x (i64.extend_i32_s (local.get $a))) (local.set $y (i64.extend_i32_s (local.get $b)))
          (loop $l (br_if $l (i64.${comparison} (local.tee $x (i64.sub (local.get $x) (i64.const 3))) (local.get $y))))
          (local.set $n (i32.wrap_i64 (local.get $x))) (call $observe (local.get $n)) (local.get $n)`,
    args: [
      [9, 3],
      [9, 4],
      [4, 9],
      [2, -7],
      [-3, -9],
    ] as const,
  })),
  ...['1', '2', '3'].map((step) => ({
    name: `a loop of 64 bits up to equality, in steps of ${step}, and one down to zero`,
    run: `(local.set $x (i64.extend_i32_s (local.get $a))) (local.set $y (i64.extend_i32_s (local.get $b)))
          (loop $l (local.set $n (i32.add (local.get $n) (i32.const 1)))
            (br_if $l (i64.ne (local.tee $x (i64.add (local.get $x) (i64.const ${step}))) (local.get $y))))
          (local.set $x (i64.const 5))
          (loop $m (local.set $n (i32.add (local.get $n) (i32.const 1)))
            (br_if $m (i32.eqz (i64.eqz (local.tee $x (i64.sub (local.get $x) (i64.const 1)))))))
          (call $observe (local.get $n)) (local.get $n)`,
    args: [
      [0, 6],
      [-6, 6],
      [5, 6],
      [6, 6],
    ] as const,
  })),
  {
    name: 'variables of 64 bits that wrap around',
    run: `(local.set $x (i64.const 0xfffffffffffffff8)) (local.set $y (i64.extend_i32_u (local.get $a)))
          (loop $l (local.set $n (i32.add (local.get $n) (i32.const 1)))
            (br_if $l (i64.ne (local.tee $x (i64.add (local.get $x) (i64.const 4))) (local.get $y))))
          (local.set $x (i64.const 0x7ffffffffffffff0)) (local.set $y (i64.const 0x7ffffffffffffffe))
          (loop $m (local.set $n (i32.add (local.get $n) (i32.const 1)))
            (br_if $m (i64.lt_s (local.tee $x (i64.add (local.get $x) (i64.const 7))) (local.get $y))))
          (local.set $x (i64.const 0xfffffffffffffff0)) (local.set $y (i64.extend_i32_s (local.get $b)))
          (loop $o (local.set $n (i32.add (local.get $n) (i32.const 1)))
            (br_if $o (i64.lt_u (local.tee $x (i64.add (local.get $x) (i64.const 5))) (local.get $y))))
          (call $observe (local.get $n)) (local.get $n)`,
    args: [
      [8, -1],
      [8, -5],
      [7, -1],
      [0, 3],
    ],
  },
  {
    name: 'a bound of 64 bits far beyond any gas, and one that is no double',
    run: `(local.set $y (i64.shl (i64.const 1) (i64.extend_i32_u (local.get $a))))
          (loop $l (br_if $l (i64.lt_u (local.tee $x (i64.add (local.get $x) (i64.const 1))) (local.get $y))))
          (local.set $x (i64.const 0x7fffffffffffff00))
          (loop $m (br_if $m (i64.ne (local.tee $x (i64.add (local.get $x) (i64.const 16))) (i64.const 0x7fffffffffffff80))))
          (call $observe (local.get $a)) (local.get $a)`,
    args: [
      [0, 0],
      [4, 0],
      [63, 0],
      [40, 0],
    ],
  },
  {
    name: 'a step that does not divide the way to the bound',
    run: `(loop $l (local.set $a (i32.add (local.get $a) (i32.const 0x40000000)))
            (br_if $l (i32.ne (local.tee $i (i32.add (local.get $i) (i32.const 3))) (i32.const 9))))
          (loop $m (br_if $m (i32.ne (local.tee $j (i32.add (local.get $j) (i32.const 0x60000000))) (i32.const 0x40000000))))
          (call $observe (local.get $i)) (local.get $i)`,
  },
  {
    name: 'a step in a local, as a sieve has it',
    run: `(loop $l (i32.store8 (local.get $n) (i32.const 1))
            (br_if $l (i32.lt_u (local.tee $n (i32.add (local.get $n) (local.get $a))) (local.get $b))))
          (call $observe (local.get $n)) (local.get $n)`,
    args: [
      [3, 20],
      [7, 7],
      [-1, 5],
    ],
  },
  {
    name: 'nested counted loops, one with an early exit',
    run: `(loop $outer
            (local.set $j (i32.const 0))
            (loop $inner (local.set $n (i32.add (local.get $n) (local.get $j)))
              (br_if $inner (i32.lt_u (local.tee $j (i32.add (local.get $j) (i32.const 1))) (i32.const 3))))
            (local.set $j (i32.const 5))
            (block $out (loop $search
              (br_if $out (i32.eq (local.get $j) (local.get $b)))
              (br_if $search (local.tee $j (i32.sub (local.get $j) (i32.const 1))))))
            (br_if $outer (i32.ne (local.tee $i (i32.add (local.get $i) (i32.const 1))) (local.get $a))))
          (call $observe (local.get $n)) (local.get $n)`,
    args: [
      [3, 2],
      [1, 9],
    ],
  },
  {
    name: 'a counted loop with arms of different cost',
    run: `(loop $l
            (if (i32.and (local.get $i) (i32.const 1))
              (then (local.set $n (i32.add (local.get $n) (i32.mul (local.get $i) (local.get $b)))))
              (else (local.set $n (i32.const 3))))
            (br_if $l (i32.ne (local.tee $i (i32.add (local.get $i) (i32.const 1))) (local.get $a))))
          (call $observe (local.get $n)) (local.get $n)`,
    args: [[6, 2]],
  },
  {
    name: 'a loop that looks at its bound first, and one that divides by zero in it',
    run: `(block $out (loop $l
            (br_if $out (i32.ge_s (local.get $i) (local.get $a)))
            (local.set $n (i32.div_u (i32.const 90) (i32.sub (local.get $b) (local.get $i))))
            (local.set $i (i32.add (local.get $i) (i32.const 1)))
            (br $l)))
          (call $observe (local.get $n)) (local.get $n)`,
    args: [
      [0, 0],
      [5, 9],
      [5, 3],
    ],
  },
  ...(
    [
      ['grows', '(drop (memory.grow (i32.eq (local.get $i) (i32.const 1))))'],
      ['copies', '(memory.copy (i32.const 40) (i32.const 8) (i32.and (local.get $i) (i32.const 3)))'],
      ['fills', '(memory.fill (i32.const 40) (i32.const 8) (i32.and (local.get $i) (i32.const 3)))'],
    ] as const
  ).map(([what, operation]) => ({
    name: `a loop without a count that ${what} memory while it turns`,
    run: `(loop $l ${operation}
            (local.set $i (i32.add (local.get $i) (i32.add (i32.load8_u (i32.const 0)) (i32.const 1))))
            (br_if $l (i32.and (local.get $i) (i32.const 4)))
            (br_if $l (i32.lt_u (i32.mul (local.get $i) (local.get $i)) (local.get $a))))
          (call $observe (local.get $i)) (local.get $i)`,
    args: [
      [2, 0],
      [60, 0],
    ] as const,
  })),
  {
    name: 'a web of br_table labels around a loop',
    run: `(block $x (block $y (block $z (loop $l
            (if (i32.eqz (local.get $a)) (then (br $x)))
            (local.set $a (i32.sub (local.get $a) (i32.const 1)))
            (block $p (block $q (br_table $p $q $l $z $y (i32.rem_u (local.get $a) (local.get $b))))
              (call $observe (i32.const 1)))
            (local.set $n (i32.add (local.get $n) (i32.const 1)))
            (br $l))
            unreachable)
          (local.set $n (i32.add (local.get $n) (i32.const 10))))
          (call $observe (i32.const 2)))
          (local.get $n)`,
    args: [
      [0, 1],
      [4, 1],
      [5, 2],
      [6, 3],
      [7, 4],
      [9, 9],
    ],
  },
  {
    name: 'a loop that only falls through, and dead code after a branch',
    run: `(loop $l (block $b (br $b) (loop (br 0)) (drop (i32.const 1)))
            (local.set $n (i32.const 3)))
          (loop $m (result i32) (br_if 1 (local.get $n) (local.get $a)) (drop) (call $observe (i32.const 1)) (i32.const 4))`,
    args: [
      [0, 0],
      [1, 0],
    ],
  },
  {
    name: 'recursion, direct and through the table',
    functions: `(elem (i32.const 0) $even $odd)
      (func $fib (param $n i32) (result i32)
        (if (result i32) (i32.lt_u (local.get $n) (i32.const 2)) (then (local.get $n))
          (else (i32.add (call $fib (i32.sub (local.get $n) (i32.const 1))) (call $fib (i32.sub (local.get $n) (i32.const 2)))))))
      (func $even (param $n i32) (result i32)
        (if (result i32) (local.get $n)
          (then (call_indirect (type $unary) (i32.sub (local.get $n) (i32.const 1)) (i32.const 1))) (else (i32.const 1))))
      (func $odd (param $n i32) (result i32)
        (if (result i32) (local.get $n)
          (then (call $observe (local.get $n)) (call $even (i32.sub (local.get $n) (i32.const 1)))) (else (i32.const 0))))`,
    run: '(call $observe (call $fib (local.get $a))) (call $even (local.get $b))',
    args: [[5, 4]],
  },
  {
    name: 'a callee that traps, grows memory or copies, between calls that are paid ahead',
    functions: `(func $leaf (param $x i32) (result i32) (i32.div_u (i32.const 7) (local.get $x)))
      (func $work (param $x i32) (result i32)
        (drop (memory.grow (i32.and (local.get $x) (i32.const 1))))
        (memory.fill (i32.const 0) (i32.const 1) (local.get $x))
        (i32.add (call $leaf (local.get $x)) (call $leaf (i32.sub (local.get $x) (i32.const 1)))))`,
    run: '(local.set $n (call $work (local.get $a))) (call $observe (local.get $n)) (call $work (local.get $b))',
    args: [
      [3, 2],
      [3, 1],
    ],
  },
];

describe('every strategy', () => {
  for (const each of cases) {
    it(`has the outcome of the reference at every gas limit: ${each.name}`, async () => {
      assertSameAtEveryLimit(await wat(moduleOf(each)), each.args ?? [[0, 0]], 0);
    });
  }
});
