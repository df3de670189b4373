import assert from 'node:assert/strict';
import fc from 'fast-check';
import { assemble } from '../../bench/assemble.ts';
import { prepareBareGuest } from '../../bench/bare-guest.ts';
import { countOperations } from '../../bench/calibrate/count-operations.ts';
import { timeEmptyCall } from '../../bench/calibrate/empty-call.ts';
import { fitRobustly } from '../../bench/calibrate/fit.ts';
import { microPrograms } from '../../bench/calibrate/micro-program.ts';
import { nonNegativeLeastSquares } from '../../bench/calibrate/nnls.ts';
import { quantile, spreadOf } from '../../bench/calibrate/spread.ts';
import { timeHostFunctions } from '../../bench/calibrate/time-host-functions.ts';
import { wasmMachine } from '../../engine/wasm/wasm-machine.ts';
import { createWasmBackend } from '../../engine/wasm-backend.ts';

type Rows = readonly (readonly number[])[];

function squares(rows: Rows, targets: readonly number[], x: readonly number[]): number {
  return rows.reduce((sum, row, at) => {
    const fitted = row.reduce((dot, value, column) => dot + value * (x[column] as number), 0);
    return sum + (fitted - (targets[at] as number)) ** 2;
  }, 0);
}

/** Solves a square system by elimination with pivoting; undefined if it has no single solution. */
function solve(matrix: Rows, vector: readonly number[]): readonly number[] | undefined {
  const size = vector.length;
  const work = matrix.map((row, at) => [...row, vector[at] as number]);
  for (let column = 0; column < size; column++) {
    const pivots = work.slice(column).map((row) => Math.abs(row[column] as number));
    const best = column + pivots.indexOf(Math.max(...pivots));
    [work[column], work[best]] = [work[best] as number[], work[column] as number[]];
    const pivot = work[column] as number[];
    if (Math.abs(pivot[column] as number) < 1e-9) return undefined;
    for (const row of work) {
      if (row === pivot) continue;
      const factor = (row[column] as number) / (pivot[column] as number);
      for (let at = column; at <= size; at++) row[at] = (row[at] as number) - factor * (pivot[at] as number);
    }
  }
  return work.map((row, at) => (row[size] as number) / (row[at] as number));
}

/** The least sum of squares over every choice of unknowns that may be above 0. */
function leastByBruteForce(rows: Rows, targets: readonly number[]): number {
  const count = rows[0]?.length ?? 0;
  let least = squares(rows, targets, new Array<number>(count).fill(0));
  for (let set = 1; set < 2 ** count; set++) {
    const free = Array.from({ length: count }, (_, at) => at).filter((at) => (set >> at) & 1);
    const cross = (a: number, b: number) => rows.reduce((sum, row) => sum + (row[a] as number) * (row[b] as number), 0);
    const onTarget = (a: number) =>
      rows.reduce((sum, row, at) => sum + (row[a] as number) * (targets[at] as number), 0);
    const solved = solve(
      free.map((a) => free.map((b) => cross(a, b))),
      free.map(onTarget),
    );
    if (solved?.some((value) => value < 0) !== false) continue;
    const x = new Array<number>(count).fill(0);
    for (const [at, column] of free.entries()) x[column] = solved[at] as number;
    least = Math.min(least, squares(rows, targets, x));
  }
  return least;
}

describe('non-negative least squares', () => {
  it('finds an exact solution', () => {
    const rows = [
      [1, 0, 2],
      [0, 3, 1],
      [4, 1, 0],
      [1, 1, 1],
    ];
    const x = nonNegativeLeastSquares(rows, [7, 6, 5, 5]);
    for (const [at, value] of [1, 1, 3].entries()) assert.ok(Math.abs((x[at] as number) - value) < 1e-9);
  });

  it('holds an unknown at 0 that would want to be negative', () => {
    const rows = [
      [1, 1],
      [1, 2],
      [1, 3],
    ];
    const x = nonNegativeLeastSquares(rows, [3, 2, 1]);
    assert.equal(x[1], 0);
    assert.ok(Math.abs((x[0] as number) - 2) < 1e-9);
  });

  it('leaves out a column of zeros, and heeds weights', () => {
    assert.deepEqual(nonNegativeLeastSquares([[0], [0]], [1, 2]), [0]);
    assert.deepEqual(nonNegativeLeastSquares([[1], [1]], [1, 5], [1, 0]), [1]);
  });

  it('is as good as trying every set of unknowns', () => {
    const value = fc.integer({ min: -4, max: 9 });
    const problem = fc.integer({ min: 1, max: 4 }).chain((count) =>
      fc.array(fc.tuple(fc.array(value, { minLength: count, maxLength: count }), value), {
        minLength: 5,
        maxLength: 9,
      }),
    );
    fc.assert(
      fc.property(problem, (lines) => {
        const rows = lines.map(([row]) => row);
        const targets = lines.map(([, target]) => target);
        const x = nonNegativeLeastSquares(rows, targets);
        assert.ok(x.every((entry) => entry >= 0));
        const least = leastByBruteForce(rows, targets);
        assert.ok(squares(rows, targets, x) <= least + 1e-6 * (1 + least));
      }),
      { numRuns: 200, seed: 3 },
    );
  });
});

describe('the robust fit', () => {
  it('finds the weights in spite of an outlier, and says how much it explains', () => {
    const rows = Array.from({ length: 40 }, (_, at) => [1 + (at % 5), 1 + ((at * 3) % 7)]);
    const times = rows.map(([a = 0, b = 0]) => 2 * a + 0.5 * b);
    const clean = fitRobustly(rows, times);
    assert.ok(clean.rSquared > 0.999999);
    times[11] = (times[11] as number) * 20;
    const { coefficients, residuals, rSquared } = fitRobustly(rows, times);
    assert.ok(Math.abs((coefficients[0] as number) - 2) < 0.02);
    assert.ok(Math.abs((coefficients[1] as number) - 0.5) < 0.02);
    assert.ok((residuals[11] as number) < -0.9);
    assert.ok(rSquared < 0.5);
  });
});

describe('the spread', () => {
  it('is nothing for equal values and does not depend on the unit', () => {
    assert.deepEqual(spreadOf([3, 3, 3]), { maxOverMin: 1, p95OverP5: 1, variation: 0, median: 3 });
    const values = [1, 2, 4, 8];
    const { maxOverMin, variation } = spreadOf(values);
    assert.equal(maxOverMin, 8);
    assert.equal(variation, spreadOf(values.map((value) => 1024 * value)).variation);
    assert.ok(Math.abs(variation - Math.sqrt(115 / 16) / 3.75) < 1e-12);
  });

  it('interpolates quantiles', () => {
    assert.equal(quantile([10, 20, 30], 0.25), 15);
    assert.equal(quantile([10], 0.95), 10);
    assert.throws(() => spreadOf([]), RangeError);
  });
});

describe('the programs of a calibration', () => {
  it('are the same for the same seed, and others for another', () => {
    assert.deepEqual(microPrograms(5, 6), microPrograms(5, 6));
    assert.notDeepEqual(microPrograms(5, 6), microPrograms(6, 6));
  });

  it('assemble, and run to their end on V8', async () => {
    const machine = wasmMachine('wasm-unmetered', { strategy: 'none', reusesInstances: true });
    for (const { text } of microPrograms(7, 12)) {
      const run = prepareBareGuest(machine, await assemble(text), 'i32');
      for (const turns of [0, 1, 50]) run(turns);
    }
  });

  it('are counted turn by turn', async () => {
    const bytes = await assemble(`(module
      (memory (export "memory") 1)
      (func $f (param i32) (local i64 i64 i64) (memory.fill (i32.const 0) (i32.const 1) (local.get 0)))
      (func (export "run") (param $turns i32) (result i32)
        (local $k i32)
        (if (i32.eqz (local.get $turns)) (then (return (i32.const 0))))
        (loop $again
          (call $f (i32.const 10))
          (block (block (br_table 0 1 1 (local.get $k))))
          (br_if $again (i32.lt_u (local.tee $k (i32.add (local.get $k) (i32.const 1))) (local.get $turns))))
        (i32.const 0)))`);
    assert.deepEqual(Object.fromEntries(countOperations(bytes)), {
      'local-read': 4,
      constant: 4,
      call: 1,
      'declared-local': 3,
      bulk: 1,
      'bulk-byte': 10,
      'branch-table': 1,
      label: 3,
      add: 2,
      'local-write': 1,
      branch: 1,
    });
  });

  it('measure each host function without the loop around it', async () => {
    const times = await timeHostFunctions(createWasmBackend({ isMetered: false }));
    const [one = 0, many = 0] = ['native_keccak256', 'native_keccak256 +2048 bytes'].map((name) => times.get(name));
    assert.ok(one > 0 && many > one);
  });

  it('measure a call that does nothing', async () => {
    assert.ok((await timeEmptyCall(createWasmBackend({ isMetered: false }))) > 0);
  });
});
