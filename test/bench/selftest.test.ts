import assert from 'node:assert/strict';
import { xorshift32 } from '../../bench/order.ts';
import type { PlannedSlot } from '../../bench/protocol/agree-on-jobs.ts';
import { fullPlan } from '../../bench/protocol/protocol-plan.ts';
import { boundaryCurves } from '../../bench/result/boundary.ts';
import { breakEvenCalls } from '../../bench/result/break-even.ts';
import { allowedMisses } from '../../bench/selftest/bounds.ts';
import { type Experiment, runExperiment } from '../../bench/selftest/experiment.ts';
import { injectedSlots } from '../../bench/selftest/injected-slots.ts';
import { complaints, summarise } from '../../bench/selftest/summarise.ts';
import { fakeCase, fakeMachine } from './fake-machine.ts';
import { simulatedLauncher } from './simulated-launcher.ts';

const factors = [1, 1.02, 1.1];
const plan = { ...fullPlan, blockCount: 10 };

async function slotsOf(): Promise<readonly PlannedSlot[]> {
  const [workload] = fakeCase.workloads;
  return injectedSlots(fakeCase, workload as never, fakeMachine('wasm'), 'flat-v1', factors, plan);
}

describe('the self-test of the benchmark', () => {
  it('injects its slowdowns exactly: so many more calls for the same number of operations', async () => {
    const [base, ...copies] = await slotsOf();
    const repeats = base?.job.repeats ?? 0;
    for (const [at, { job, operationsPerBatch }] of copies.entries()) {
      assert.equal(job.repeats, Math.round(repeats * (factors[at] as number)));
      assert.equal(job.repeats / repeats, factors[at]);
      assert.equal(operationsPerBatch, base?.operationsPerBatch);
    }
  });

  it('finds that intervals hold the truth on a simulated computer, and that ten percent are always seen', async () => {
    const slots = await slotsOf();
    const next = xorshift32(5);
    const launcher = simulatedLauncher({ seed: 99 });
    const experiments: Experiment[] = [];
    for (let at = 0; at < 60; at++) experiments.push(await runExperiment(slots, factors, launcher, next, plan));
    const summary = summarise(experiments);
    assert.deepEqual(complaints(summary, true), []);
    assert.deepEqual(
      summary.factors.map(({ factor, experiments: count }) => [factor, count]),
      factors.map((factor) => [factor, 60]),
    );
  });

  it('finds a method that lies: intervals around the wrong value, or a slowdown that is not seen', () => {
    const narrow = { recoveries: [{ factor: 1, estimate: { point: 1.02, low: 1.01, high: 1.03 } }] };
    assert.match(
      complaints(summarise(new Array(20).fill(narrow)), false).join(),
      /20 of 20 intervals miss it, allowed are 4/,
    );
    const wide = { recoveries: [{ factor: 1.1, estimate: { point: 1.1, low: 0.9, high: 1.3 } }] };
    assert.match(complaints(summarise([wide]), true).join(), /seen in only 0 of 1/);
    assert.deepEqual(complaints(summarise([wide]), false), []);
  });

  it('refuses a computer that is never left alone', async () => {
    const disturbed = simulatedLauncher({ disturbedEvery: 1 });
    const experiment = await runExperiment(await slotsOf(), factors, disturbed, xorshift32(1), plan);
    assert.deepEqual(summarise([experiment]), { refused: 1, factors: [] });
  });

  it('allows as many misses as chance explains: R, qbinom(0.99, n, 0.05)', () => {
    assert.deepEqual(
      [1, 20, 80, 100].map((count) => allowedMisses(count)),
      [1, 4, 9, 11],
    );
  });
});

describe('the number of calls to break even', () => {
  const quick = { nsPerOperation: 10, coldNs: { prepare: 500, deploy: 400, call: 100 } };
  const slow = { nsPerOperation: 60, coldNs: { prepare: 0, deploy: 0, call: 100 } };
  it('counts from the artifact on, is 0 for who starts ahead and stays there, and null for who never gets ahead', () => {
    // 900 behind after the first call; each further call of two operations gains 100.
    assert.equal(breakEvenCalls(quick, slow, 2), 10);
    assert.equal(breakEvenCalls({ ...quick, coldNs: slow.coldNs }, slow, 2), 0);
    assert.equal(breakEvenCalls(slow, quick, 2), null);
  });
});

describe('the boundary curve', () => {
  const slot = (crossings: number, perCrossing: number) => {
    const ns = (100 + perCrossing * crossings) / crossings;
    return { nsPerOperation: ns, blocksNs: new Array(10).fill(ns) };
  };
  const cases = [1, 16, 64].map((crossings) => ({
    id: 'host-calls',
    workload: `w${crossings}`,
    operation: 'crossing',
    operationsPerCall: crossings,
    slots: { wasm: slot(crossings, 7), native: slot(crossings, 2) },
  }));
  it('has the cost of one crossing as its slope', () => {
    const [wasm, native] = boundaryCurves(cases, ['wasm', 'native', 'evm']);
    assert.ok(Math.abs((wasm?.nsPerCrossing.point ?? 0) - 7) < 1e-9);
    assert.ok(Math.abs((native?.nsPerCrossing.point ?? 0) - 2) < 1e-9);
    assert.deepEqual(
      wasm?.points.map(({ crossings, nsPerCall }) => [crossings, Math.round(nsPerCall)]),
      [
        [1, 107],
        [16, 212],
        [64, 548],
      ],
    );
  });
  it('needs two points', () => {
    assert.deepEqual(boundaryCurves(cases.slice(0, 1), ['wasm']), []);
  });
});
