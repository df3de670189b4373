import assert from 'node:assert/strict';
import { type BenchPlan, shuffledBlocks } from '../../bench/plan.ts';
import { benchReport } from '../../bench/report/json.ts';
import { closingSentences } from '../../bench/report/summary.ts';
import { benchTable } from '../../bench/report/table.ts';
import { describeEnvironment } from '../../bench/result/environment.ts';
import { sampleRuns, warmUp } from '../../bench/sample.ts';
import { runSuite, type SuiteOptions, stepCount } from '../../bench/suite.ts';
import type { Backend } from '../../engine/backend.ts';
import { fakeCase, fakeMachine } from './fake-machine.ts';

const plan: BenchPlan = { blockCount: 6, sampleNs: 1000, warmUpNs: 0, batchNs: 1000, seed: 7 };

function suite(backends: readonly Backend[], options: Partial<SuiteOptions> = {}): SuiteOptions {
  return { cases: [fakeCase], backends, plan, ...options };
}

async function reportOf(backends: readonly Backend[]) {
  const results = await runSuite(suite(backends));
  const [subject = '', ...compared] = backends.map(({ name }) => name);
  return benchReport(results, describeEnvironment(backends, new Date(0)), { subject, compared, wasCold: true });
}

describe('the agreement gate', () => {
  const different: readonly [string, Backend][] = [
    ['output', fakeMachine('evm', { outcome: { output: Uint8Array.of(2) } })],
    ['status', fakeMachine('evm', { outcome: { status: 'revert' } })],
    [
      'events',
      fakeMachine('evm', {
        outcome: { events: [{ address: new Uint8Array(20), topics: [], data: new Uint8Array() }] },
      }),
    ],
    ['state', fakeMachine('evm', { stateDigest: 'd2' })],
  ];
  for (const [what, machine] of different) {
    it(`gives no time and no ratio for machines that differ in ${what}`, async () => {
      const backends = [fakeMachine('wasm'), machine];
      const [result] = await runSuite(suite(backends));
      assert.match(result?.difference ?? '', new RegExp(`^wasm and evm differ in .*${what}`));
      const report = await reportOf(backends);
      assert.deepEqual(report.cases[0], {
        id: 'fake',
        workload: 'work',
        size: 'typical',
        operation: 'piece of work',
        agreed: false,
        failure: null,
        backends: {},
        ratios: {},
      });
      assert.match(benchTable(report, ['wasm', 'evm']), /fake +piece of work +the machines differ/);
      assert.deepEqual(closingSentences([result as never], 'wasm', ['evm']), []);
    });
  }

  it('lets gas differ', async () => {
    const [result] = await runSuite(suite([fakeMachine('wasm'), fakeMachine('evm', { outcome: { gasUsed: 999n } })]));
    assert.equal(result?.difference, undefined);
  });

  it('asks nothing of the machine that calibrates', async () => {
    const calibration = fakeMachine('noop', { outcome: { output: Uint8Array.of(5) }, stateDigest: 'other' });
    const [result] = await runSuite(suite([fakeMachine('wasm'), fakeMachine('evm')], { calibration }));
    assert.equal(result?.difference, undefined);
    assert.deepEqual([...(result?.timings.keys() ?? [])], ['wasm', 'evm', 'noop']);
  });

  it('stops the run when a timed batch does not come to what was agreed', async () => {
    for (const failsFromRun of [1, 3, 9]) {
      await assert.rejects(runSuite(suite([fakeMachine('wasm'), fakeMachine('evm', { failsFromRun })])), {
        name: 'EngineError',
        code: 'internal',
        message: /^evm came to checksum/,
      });
    }
  });
});

describe('a workload whose calls fail', () => {
  const machines = () => ['wasm', 'evm'].map((name) => fakeMachine(name, { outcome: { status: 'revert' } }));
  const [work] = fakeCase.workloads;
  const failing = (changes: object) => [
    { ...fakeCase, workloads: [{ ...(work as NonNullable<typeof work>), setup: [], ...changes }] },
  ];

  it('is not timed, is in no mean, and is marked in table and JSON', async () => {
    const results = await runSuite(suite(machines(), { cases: failing({}) }));
    assert.deepEqual([results[0]?.difference, results[0]?.failure], [undefined, 'call 0 reverts']);
    assert.deepEqual(closingSentences(results, 'wasm', ['evm']), []);
    const report = benchReport(results, describeEnvironment([], new Date(0)), {
      subject: 'wasm',
      compared: ['evm'],
      wasCold: true,
    });
    const { agreed, failure, backends, ratios } = report.cases[0] as (typeof report.cases)[0];
    assert.deepEqual(
      { agreed, failure, backends, ratios },
      { agreed: true, failure: 'call 0 reverts', backends: {}, ratios: {} },
    );
    assert.match(benchTable(report, ['wasm', 'evm']), /fake +piece of work +not timed: call 0 reverts/);
  });

  it('is timed if failing is what it is for', async () => {
    const [result] = await runSuite(suite(machines(), { cases: failing({ mayFail: true }) }));
    assert.equal(result?.failure, undefined);
    assert.equal(result?.timings.size, 2);
  });
});

describe('a run on a busy computer', () => {
  const timing = (blocksNs: readonly number[]) => ({ blocksNs, gasPerOperation: 1, coldNs: 1 });
  const resultOf = (native: readonly number[]) => ({
    ...{ caseId: 'fake', workload: 'work', size: 'typical' as const, operation: 'piece of work', isFirst: true },
    ...{ difference: undefined, failure: undefined },
    timings: new Map([
      ['wasm', timing([100, 100, 100, 100, 100, 100])],
      ['native', timing(native)],
    ]),
  });
  const textOf = (result: ReturnType<typeof resultOf>): string => {
    const report = benchReport([result], describeEnvironment([], new Date(0)), {
      subject: 'wasm',
      compared: ['native'],
      wasCold: false,
    });
    return benchTable(report, ['wasm', 'native']) + closingSentences([result], 'wasm', ['native']).join('\n');
  };

  it('marks an interval that is too wide, and gives no headline', () => {
    const text = textOf(resultOf([5, 20, 30, 40, 100, 150]));
    assert.match(text, /\[[\d.]+, [\d.]+\] \?\n/);
    assert.match(text, /^\? The interval spans more than a factor of 2: too much else ran on this computer/m);
    assert.match(text, /^Too much else ran on this computer to say how wasm compares with native: anything from 0\.0/m);
    assert.doesNotMatch(text, /of native speed/);
  });

  it('says of a mean how many of its rows say nothing', () => {
    const rows = [...Array.from({ length: 9 }, () => [50, 51, 52, 50, 51, 52]), [5, 20, 30, 40, 100, 150]];
    const [sentence] = closingSentences(rows.map(resultOf), 'wasm', ['native']);
    assert.match(sentence ?? '', /over 10 workloads, of which 1 alone says nothing\)\.$/);
  });

  it('says nothing of the kind where the interval is narrow', () => {
    const text = textOf(resultOf([50, 51, 52, 50, 51, 52]));
    assert.match(text, /wasm runs at 0\.5\d? \[/);
    assert.doesNotMatch(text, /busy|Too much|\?/);
  });
});

describe('a suite', () => {
  it('tells two workloads with one operation apart', async () => {
    const report = await reportOf([fakeMachine('wasm')]);
    const cases = report.cases.flatMap((row) => ['first', 'second'].map((workload) => ({ ...row, workload })));
    const table = benchTable({ ...report, cases }, ['wasm']);
    assert.match(table, /^fake +piece of work: first /m);
    assert.match(table, /^fake +piece of work: second /m);
  });

  it('refuses a workload whose set-up fails, however well the machines agree on it', async () => {
    const reverting = ['wasm', 'evm'].map((name) => fakeMachine(name, { outcome: { status: 'revert' } }));
    await assert.rejects(runSuite(suite(reverting)), {
      name: 'InputRejected',
      message: 'fake/work: set-up call 1 fails',
    });
  });

  it('reports in the documented shape', async () => {
    const report = await reportOf([fakeMachine('wasm'), fakeMachine('native', { isMetered: false })]);
    assert.deepEqual(Object.keys(report), ['format', 'version', 'environment', 'cases']);
    assert.equal(`${report.format} ${report.version}`, 'trimeter-bench 1');
    assert.deepEqual(Object.keys(report.environment), [
      'runtime',
      'engine',
      'cpu',
      'cores',
      'os',
      'flags',
      'date',
      'backends',
    ]);
    assert.deepEqual(report.environment.backends, { wasm: 'wasm for tests', native: 'native for tests' });
    const [found] = report.cases;
    assert.deepEqual(Object.keys(found ?? {}), [
      'id',
      'workload',
      'size',
      'operation',
      'agreed',
      'failure',
      'backends',
      'ratios',
    ]);
    assert.deepEqual(Object.keys(found?.backends ?? {}), ['wasm', 'native']);
    // Two operations per call, 30 gas per call.
    assert.equal(found?.backends['wasm']?.gasPerOperation, 15);
    assert.equal(found?.backends['native']?.gasPerOperation, null);
    assert.deepEqual(Object.keys(found?.backends['wasm'] ?? {}), ['nsPerOperation', 'gasPerOperation', 'coldNs']);
    const ratio = found?.ratios['wasm/native'];
    assert.ok(ratio !== undefined && ratio.low <= ratio.point && ratio.point <= ratio.high);
    assert.deepEqual(JSON.parse(JSON.stringify(report)), report);
  });

  it('prints times, ratios with intervals, and what the machines are', async () => {
    const table = benchTable(await reportOf([fakeMachine('wasm'), fakeMachine('evm')]), ['wasm', 'evm']);
    assert.match(
      table,
      /^contract +operation +wasm +evm +gas \(wasm\)\nfake +piece of work +[\d.]+ (?:ns|µs) +[\d.]+ (?:ns|µs) +15\.0$/m,
    );
    assert.match(
      table,
      /^contract +operation +x faster than evm\nfake +piece of work +[\d.]+ \[[\d.]+, [\d.]+\](?: \?)?$/m,
    );
    assert.match(table, /^wasm +wasm for tests$/m);
    assert.match(table, /@ethereumjs, an interpreter in JavaScript/);
  });

  it('names the size of a workload that is not typical', async () => {
    const report = await reportOf([fakeMachine('wasm')]);
    const cases = report.cases.map((row) => ({ ...row, size: 'large' as const }));
    assert.match(benchTable({ ...report, cases }, ['wasm']), /^fake +piece of work \(large\) +[\d.]+ (?:ns|µs)/m);
  });

  it('announces as many steps as it takes', async () => {
    let steps = 0;
    const options = suite([fakeMachine('wasm')], { onStep: () => steps++ });
    await runSuite(options);
    assert.equal(steps, stepCount(options));
  });
});

describe('blocks', () => {
  it('hold every slot once, in an order that the seed decides and that changes', () => {
    const blocks = shuffledBlocks(5, 40, 3);
    for (const block of blocks) assert.deepEqual(block.toSorted(), [0, 1, 2, 3, 4]);
    assert.deepEqual(blocks, shuffledBlocks(5, 40, 3));
    assert.notDeepEqual(blocks, shuffledBlocks(5, 40, 4));
    const firsts = new Set(blocks.map(([first]) => first));
    assert.equal(firsts.size, 5);
  });
});

describe('a sample', () => {
  /** A clock that only the batch moves. */
  function machine(runNs: bigint) {
    let now = 0n;
    let rewinds = 0;
    const batch = {
      backendName: 'fake',
      expectedChecksum: 1,
      run: async () => {
        now += runNs;
        return { successCount: 1, revertCount: 0, trapCount: 0, gasUsed: 0n, checksum: 1 };
      },
      rewind: async () => {
        rewinds++;
        now += 1_000_000n;
      },
    };
    return { batch, clock: () => now, rewinds: () => rewinds };
  }

  it('times the runs alone, not going back between them', async () => {
    const { batch, clock, rewinds } = machine(250n);
    assert.equal(await sampleRuns(batch, 4, clock), 250);
    assert.equal(rewinds(), 4);
  });

  it('is made long enough by the warm-up, which itself does enough work', async () => {
    const { batch, clock, rewinds } = machine(300n);
    assert.equal(await warmUp(batch, 30_000, 10_000, clock), 34);
    assert.ok(rewinds() >= 100);
    const slow = machine(5_000_000n);
    assert.equal(await warmUp(slow.batch, 1, 10_000, slow.clock), 1);
    assert.ok(slow.rewinds() >= 3);
  });
});
