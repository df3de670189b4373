import assert from 'node:assert/strict';
import fc from 'fast-check';
import { referenceMachine } from '../../engine/reference/reference-machine.ts';
import { everyStrategy } from '../../fuzz/modules/every-strategy.ts';
import { type FuzzWorldOptions, fuzzWorld } from '../../fuzz/modules/fuzz-world.ts';
import type { ImportedFunction } from '../../fuzz/modules/integer-module.ts';
import { randomModule } from '../support/random-module.ts';
import { wat } from '../support/wat.ts';

const log: ImportedFunction = { module: 'test', name: 'observe', params: ['i32'], results: [] };

/** One unit an instruction keeps what a program costs small, so that every limit can be tried. */
const unitWeights = (): number => 1;

/** A body of `run: (i32, i32) -> i32` that calls `$log`, and what its module has besides; the arguments to run it with. */
interface Program {
  readonly name: string;
  readonly body: string;
  readonly rest?: string;
  readonly args: readonly (readonly [number, number])[];
  readonly stackWords?: number;
}

const programs: readonly Program[] = [
  {
    name: 'a web of br_table that looks irreducible',
    body: `(local $state i32) (local $turns i32)
      loop $again
        block $c block $b block $a
          local.get $state br_table $a $b $c $b $a end
          i32.const 10 call $log
          local.get 1 i32.const 3 i32.rem_u local.set $state
          local.get $state i32.const 2 i32.eq br_if 1
        end
          i32.const 20 call $log
          i32.const 2 local.set $state
          local.get 1 i32.const 1 i32.and br_if $again
        end
        local.get $turns i32.const 1 i32.add local.tee $turns local.get 0 i32.lt_u
        if local.get $turns local.set $state br $again end
      end
      local.get $state`,
    args: [
      [3, 2],
      [2, 0],
      [0, 7],
    ],
  },
  {
    name: 'a loop entered by fall-through only, that never turns',
    body: 'loop local.get 0 call $log end loop (result i32) local.get 1 end',
    args: [[4, 5]],
  },
  {
    name: 'dead code after br, return and unreachable',
    body: `block br 0 loop br 0 end i32.const 1 call $log end
      local.get 0 if local.get 1 return i32.const 2 call $log end
      local.get 1 if unreachable i32.const 3 call $log end
      i32.const 9 br 0 drop i32.const 4 call $log i32.const 5`,
    args: [
      [0, 0],
      [1, 7],
      [0, 1],
    ],
  },
  {
    name: 'nested counted loops with early exits',
    body: `(local $i i32) (local $j i32) (local $sum i32)
      block $out
        loop $outer
          i32.const 0 local.set $j
          block $inner-out loop $inner
            local.get $sum local.get $j i32.add local.tee $sum i32.const 17 i32.gt_u br_if $out
            local.get $j local.get $i i32.eq br_if $inner-out
            local.get $j i32.const 1 i32.add local.tee $j local.get 1 i32.lt_u br_if $inner
          end end
          local.get $sum call $log
          local.get $i i32.const 1 i32.add local.tee $i local.get 0 i32.lt_u br_if $outer
        end
      end
      local.get $sum`,
    args: [
      [3, 3],
      [9, 2],
      [1, 1],
    ],
  },
  {
    name: 'counted loops without exits, upwards, downwards and by other steps',
    body: `(local $i i32) (local $sum i32)
      loop local.get $sum local.get $i i32.add local.set $sum
        local.get $i i32.const 1 i32.add local.tee $i local.get 0 i32.lt_u br_if 0 end
      loop local.get $sum i32.const 3 i32.mul local.set $sum
        local.get $i i32.const 1 i32.sub local.tee $i br_if 0 end
      loop local.get $sum i32.const 5 i32.xor local.set $sum
        local.get $i i32.const 3 i32.add local.tee $i local.get 1 i32.lt_s br_if 0 end
      loop local.get $i i32.const 2 i32.sub local.tee $i i32.const 0 i32.gt_s br_if 0 end
      local.get $sum`,
    args: [
      [5, 7],
      [1, -1],
      [8, 20],
    ],
  },
  {
    name: 'an induction variable that wraps around',
    body: `(local $i i32) (local $turns i32)
      local.get 0 local.set $i
      loop
        local.get $turns i32.const 1 i32.add local.set $turns
        local.get $i i32.const 1073741824 i32.add local.tee $i local.get 1 i32.ne br_if 0
      end
      local.get 0 local.set $i
      loop
        local.get $i i32.const 16 i32.add local.tee $i i32.const -5 i32.gt_u
        br_if 0
      end
      local.get $turns`,
    args: [
      [-2147483640, -1073741816],
      [-33, -33],
    ],
  },
  {
    name: 'a loop whose bound changes in its body',
    body: `(local $i i32)
      loop
        local.get $i i32.const 3 i32.and if local.get 0 i32.const 1 i32.sub local.set 0 end
        local.get $i i32.const 1 i32.add local.tee $i local.get 0 i32.lt_s br_if 0
      end
      local.get $i`,
    args: [
      [9, 0],
      [-3, 0],
    ],
  },
  {
    name: 'loops of no iterations',
    body: `(local $i i32)
      block local.get 0 i32.eqz br_if 0
        loop local.get $i i32.const 1 i32.add local.tee $i local.get 0 i32.lt_u br_if 0 end end
      block loop local.get $i local.get 1 i32.ge_u br_if 1 local.get $i i32.const 1 i32.add local.set $i br 0 end end
      local.get $i`,
    args: [
      [0, 0],
      [2, 3],
      [0, 4],
    ],
  },
  {
    name: 'recursion through call_indirect',
    rest: `(type $t (func (param i32) (result i32))) (table 3 funcref) (elem (i32.const 0) $f $g)
      (func $f (type $t) local.get 0 i32.eqz if (result i32) i32.const 1 else
        local.get 0 i32.const 1 i32.sub local.get 0 i32.const 1 i32.and call_indirect (type $t) i32.const 1 i32.add end)
      (func $g (type $t) local.get 0 call $log local.get 0 i32.const 1 i32.sub i32.const 0 call_indirect (type $t))`,
    body: 'local.get 0 local.get 1 call_indirect (type $t)',
    stackWords: 200,
    args: [
      [6, 0],
      [0, 1],
      [1, 2],
      [1, 3],
      [-1, 0],
    ],
  },
  {
    name: 'direct recursion with two calls',
    rest: `(func $fib (param i32) (result i32) local.get 0 i32.const 2 i32.lt_s if (result i32) local.get 0 else
      local.get 0 i32.const 1 i32.sub call $fib local.get 0 i32.const 2 i32.sub call $fib i32.add end)`,
    body: 'local.get 0 call $fib',
    args: [[5, 0]],
  },
  {
    name: 'functions that call only others, in arms and loops',
    rest: `(func $leaf (param i32) (result i32) local.get 0 i32.const 3 i32.and if (result i32) i32.const 1 else
        i32.const 2 i32.const 3 i32.mul end)
      (func $middle (param i32) (result i32) local.get 0 call $leaf local.get 0 i32.const 1 i32.add call $leaf i32.add)`,
    body: `(local $i i32) loop local.get $i call $middle call $log
      local.get $i i32.const 1 i32.add local.tee $i local.get 0 i32.lt_u br_if 0 end
      local.get 1 call $middle`,
    args: [[4, 8]],
  },
  {
    name: 'traps of every kind behind host calls',
    body: `i32.const 1 call $log
      block $d block $c block $b block $a local.get 0 br_table $a $b $c $d end
        i32.const 1 local.get 1 i32.div_u drop end
        i32.const -2147483648 i32.const -1 i32.div_s drop end
        i32.const -1 i32.load drop end
      i32.const 2 call $log unreachable`,
    args: [
      [0, 0],
      [0, 1],
      [1, 0],
      [2, 0],
      [3, 0],
    ],
  },
  {
    name: 'dynamic charges: growth, copies and fills, some of which trap or fail',
    body: `local.get 0 memory.grow call $log
      i32.const 0 i32.const 7 local.get 1 memory.fill
      i32.const 8 i32.const 0 local.get 1 memory.copy
      i32.const 65536 i32.load`,
    args: [
      [0, 3],
      [1, 5],
      [9, 0],
    ],
  },
  {
    name: 'arms of very different cost',
    body: `(local $i i32)
      loop
        local.get $i local.get 1 i32.and
        if ${'local.get 0 i32.const 7 i32.mul local.set 0 '.repeat(6)} else nop end
        local.get $i i32.const 2 i32.rem_u if local.get $i call $log end
        local.get $i i32.const 1 i32.add local.tee $i i32.const 4 i32.lt_u br_if 0
      end local.get 0`,
    args: [
      [1, 1],
      [1, 0],
    ],
  },
];

async function sweep(bytes: Uint8Array, args: readonly number[], options: FuzzWorldOptions = {}): Promise<number> {
  const all: FuzzWorldOptions = { paramCount: 2, result: 'i32', weightOf: unitWeights, ...options };
  const run = await everyStrategy(bytes, [log], all);
  const compare = async (gasLimit: bigint): Promise<string> => (await run(args, gasLimit)).outcome;
  // The gas after which the outcome does not change: what a success costs, or from where a trap is no longer OutOfGas.
  const ample = await compare(1n << 40n);
  const isSettled = (outcome: string): boolean => withoutGas(outcome) === withoutGas(ample);
  let limit = 0n;
  for (let outcome = await compare(limit); !isSettled(outcome); outcome = await compare(limit)) {
    assert.match(outcome, /^trap 7 /);
    limit += 1n;
    assert.ok(limit < 20_000n);
  }
  if (ample.startsWith('success')) assert.equal(limit, BigInt(ample.split(' ').at(-1) ?? -1));
  for (const more of [1n, 2n, 10n]) assert.ok(isSettled(await compare(limit + more)));
  return Number(limit);
}

/** A trap always uses all gas. */
function withoutGas(outcome: string): string {
  return outcome.replace(/ gas \d+$/, '');
}

describe('every gas limit from nothing to more than a program costs', () => {
  for (const { name, body, rest = '', args, stackWords = 32_768 } of programs) {
    it(`has the reference's outcome and host calls, for every strategy: ${name}`, async () => {
      const bytes = await wat(`(module (import "test" "observe" (func $log (param i32))) (memory (export "memory") 1 2)
        ${rest} (func (export "run") (param i32 i32) (result i32) ${body}))`);
      for (const pair of args) await sweep(bytes, pair, { stackWords });
    });
  }

  it("has the reference's outcome and host calls, for every strategy: random programs", async () => {
    const small = fc.integer({ min: -3, max: 12 });
    const modules = fc.sample(fc.tuple(randomModule(), fc.tuple(small, small)), { numRuns: 40, seed: 5 });
    let steps = 0;
    for (const [{ bytes }, args] of modules) {
      const reference = await fuzzWorld(referenceMachine(), bytes, [log], {
        paramCount: 2,
        result: 'i32',
        weightOf: unitWeights,
      });
      const cost = await reference(args, 700n);
      // The dear ones would take as long as all others together.
      if (cost.outcome.startsWith('trap 7')) continue;
      steps += await sweep(bytes, args);
    }
    assert.ok(steps > 1_000, `${steps} limits`);
  });
});
