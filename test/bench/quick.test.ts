import assert from 'node:assert/strict';
import { judgeClaims } from '../../bench/claims/judge-claims.ts';
import { shuffledBlocks } from '../../bench/order.ts';
import { headlineMachines } from '../../bench/protocol/bench-machine.ts';
import type { Launcher } from '../../bench/protocol/block.ts';
import { OwnProcess } from '../../bench/protocol/own-process.ts';
import { type ProtocolPlan, quickPlan } from '../../bench/protocol/protocol-plan.ts';
import { runProtocol } from '../../bench/protocol/run-protocol.ts';
import type { SlotJob } from '../../bench/protocol/slot-job.ts';
import { changeTable } from '../../bench/report/change-table.ts';
import { htmlReport } from '../../bench/report/html/page.ts';
import { markdownReport } from '../../bench/report/markdown.ts';
import { quickTable } from '../../bench/report/quick-table.ts';
import { closingSentences } from '../../bench/report/summary.ts';
import { textReport } from '../../bench/report/text-report.ts';
import { compareReports } from '../../bench/result/compare-reports.ts';
import { describeEnvironment } from '../../bench/result/environment.ts';
import { type ProtocolReport, protocolReport } from '../../bench/result/protocol-report.ts';
import { sampleRuns, warmUp } from '../../bench/sample.ts';
import { damageOf } from '../../cli/report-shape.ts';
import type { ContractCase, Workload } from '../../contracts/contract-case.ts';
import type { Backend } from '../../engine/backend.ts';
import { createWasmBackend } from '../../engine/wasm-backend.ts';
import { loadCase } from '../../harness/subjects/load.ts';
import { fakeCase, fakeMachine } from './fake-machine.ts';

const plan: ProtocolPlan = {
  ...quickPlan,
  blockCount: 6,
  batchNs: 1000,
  slot: { ...quickPlan.slot, warmUpNs: 1, sampleNs: 1000 },
  seed: 7,
};
const [work] = fakeCase.workloads as [Workload];

async function run(
  backends: readonly Backend[],
  cases: readonly ContractCase[] = [fakeCase],
  launcher?: Launcher,
): Promise<ProtocolReport> {
  const own = new OwnProcess(backends);
  const steps = { done: 0, total: 0 };
  const record = await runProtocol({
    cases,
    machines: headlineMachines(backends),
    scheduleId: 'flat-v1',
    plan,
    launcher: launcher ?? own,
    nowMs: () => 0,
    onStep: (done, total) => {
      assert.equal(done, ++steps.done);
      steps.total = total;
    },
  }).finally(() => own.close());
  assert.equal(steps.done, steps.total, 'as many steps as were announced');
  const names = backends.map(({ name }) => name);
  return protocolReport(record, plan, describeEnvironment(backends, new Date(0)), names);
}

function onlyCase({ cases }: ProtocolReport) {
  assert.equal(cases.length, 1);
  return cases[0] as (typeof cases)[0];
}

describe('the agreement gate of the quick protocol', () => {
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
      const report = await run([fakeMachine('wasm'), machine]);
      const { difference, agreed, failure, slots, comparisons } = onlyCase(report);
      assert.match(difference ?? '', new RegExp(`^wasm and evm differ in .*${what}`));
      assert.deepEqual(
        { agreed, failure, slots, comparisons },
        { agreed: false, failure: undefined, slots: {}, comparisons: {} },
      );
      assert.match(quickTable(report, ['wasm', 'evm']), /fake +piece of work +the machines differ/);
      assert.deepEqual(closingSentences(report, 'wasm', ['evm']), []);
    });
  }

  it('lets gas differ', async () => {
    const report = await run([fakeMachine('wasm'), fakeMachine('evm', { outcome: { gasUsed: 999n } })]);
    assert.equal(onlyCase(report).difference, null);
  });

  it('stops the run when a timed batch does not come to what was agreed', async () => {
    for (const failsFromRun of [1, 3, 9]) {
      await assert.rejects(run([fakeMachine('wasm'), fakeMachine('evm', { failsFromRun })]), {
        name: 'EngineError',
        code: 'internal',
        message: failsFromRun === 1 ? 'evm does not come to what was agreed' : /^evm came to checksum/,
      });
    }
  });

  it('refuses a workload whose set-up fails, however well the machines agree on it', async () => {
    const reverting = ['wasm', 'evm'].map((name) => fakeMachine(name, { outcome: { status: 'revert' } }));
    await assert.rejects(run(reverting), { name: 'InputRejected', message: 'fake/work: set-up call 1 fails' });
  });
});

describe('a workload whose calls fail', () => {
  const machines = () => ['wasm', 'evm'].map((name) => fakeMachine(name, { outcome: { status: 'revert' } }));
  const failing = (changes: object) => [{ ...fakeCase, workloads: [{ ...work, setup: [], ...changes }] }];

  it('is not timed, is in no mean, and is marked in table and JSON', async () => {
    const report = await run(machines(), failing({}));
    assert.deepEqual(closingSentences(report, 'wasm', ['evm']), []);
    const { agreed, difference, failure, slots, comparisons } = onlyCase(report);
    assert.deepEqual(
      { agreed, difference, failure, slots, comparisons },
      { agreed: true, difference: null, failure: 'call 0 reverts', slots: {}, comparisons: {} },
    );
    assert.match(quickTable(report, ['wasm', 'evm']), /fake +piece of work +not timed: call 0 reverts/);
  });

  it('is timed if failing is what it is for', async () => {
    const { failure, slots } = onlyCase(await run(machines(), failing({ mayFail: true })));
    assert.equal(failure, undefined);
    assert.deepEqual(Object.keys(slots), ['wasm', 'evm', "wasm'"]);
  });
});

/** Takes as long as it is told, per machine and block; both copies of a machine take the same. */
function timed(nsByMachine: Readonly<Record<string, readonly number[]>>): Launcher {
  const calls = new Map<SlotJob, number>();
  return {
    slot: async (job) => {
      const at = calls.get(job) ?? 0;
      calls.set(job, at + 1);
      const ns = nsByMachine[job.machine]?.[at] as number;
      return {
        opening: { prepareNs: 1, deployNs: 1, setupNs: 1 },
        firstCallNs: 1,
        samplesNs: [ns * job.repeats],
        steadiness: undefined,
        wallNs: ns,
        mainThreadNs: undefined,
      };
    },
    phases: () => assert.fail('no phases in one process'),
  };
}

const level = [100, 100, 100, 100, 100, 100];
const narrow = [50, 51, 52, 50, 51, 52];
const wide = [5, 20, 30, 40, 100, 150];
/** `native` does not take part in how long a batch is: batches have as many calls as on `wasm`. */
const pair = () => [fakeMachine('wasm'), fakeMachine('native', { isMetered: false })];

/** The same level for both, whatever batch they were timed on. */
async function runTimed(native: readonly number[]): Promise<ProtocolReport> {
  return run(pair(), [fakeCase], timed({ wasm: level, native }));
}

describe('a quick run on a busy computer', () => {
  it('marks an interval that is too wide, and gives no headline', async () => {
    const report = await runTimed(wide);
    const text = textReport(report, ['wasm', 'native']);
    assert.match(text, /\[[\d.]+, [\d.]+\] \?\n/);
    assert.match(text, /^\? The interval spans more than a factor of 2: too much else ran on this computer/m);
    assert.match(text, /^Too much else ran on this computer to say how wasm compares with native: anything from 0\.0/m);
    assert.doesNotMatch(text, /of native speed/);
    for (const document of [markdownReport(report), htmlReport(report)]) {
      assert.match(document, /Of 1 interval 1 spans more than a factor of 2: too much else ran on this computer/);
      assert.doesNotMatch(document, /Geometric means|times the work of|geometric mean<\/td>/);
    }
    assert.equal(onlyCase(report).comparisons['wasm/native']?.verdict, 'unstable');
  });

  it('says of a mean how many of its rows say nothing', async () => {
    const report = await runTimed(narrow);
    const found = onlyCase(report);
    const vague = onlyCase(await runTimed(wide));
    const rows = [...Array.from({ length: 9 }, () => found), vague];
    const suite = {
      'wasm/native': {
        ...(report.suite['wasm/native'] as NonNullable<(typeof report.suite)[string]>),
        workloadCount: 10,
      },
    };
    const [sentence] = closingSentences({ ...report, cases: rows, suite }, 'wasm', ['native']);
    assert.match(sentence ?? '', /over 10 workloads, 1 of them too noisy to say anything alone\)\.$/);
  });

  it('says nothing of the kind where the interval is narrow', async () => {
    const report = await runTimed(narrow);
    const text = textReport(report, ['wasm', 'native']);
    assert.match(text, /wasm runs at 0\.5\d? \[/);
    assert.doesNotMatch(text, /busy|Too much|\?/);
    for (const document of [markdownReport(report), htmlReport(report)]) {
      assert.doesNotMatch(document, /Too much|too much else/);
    }
    assert.match(markdownReport(report), /Geometric means/);
  });
});

describe('a quick run', () => {
  it('has no verdicts, whatever the intervals, and decides no claim', async () => {
    const report = await runTimed(narrow);
    const { comparisons, slots } = onlyCase(report);
    const { ratio, ...rest } = comparisons['wasm/native'] as (typeof comparisons)[string];
    assert.ok(ratio.high < 0.6);
    assert.deepEqual(rest, { pValue: null, verdict: null });
    assert.equal(slots['wasm']?.coldNs, null);
    for (const { id, verdict, sentence } of judgeClaims(report)) {
      assert.ok(['undecided', 'not measured', 'not refuted'].includes(verdict), `${id}: ${verdict}`);
      if (verdict === 'undecided') assert.match(sentence, /One process decides nothing\.$/);
    }
    assert.match(markdownReport(report), /^\*\*A quick run is one process, which gives no verdicts/m);
    const page = htmlReport(report);
    assert.match(page, /A quick run is one process, which gives no verdicts/);
    assert.match(page, /no verdict: all is of one process/);
    assert.doesNotMatch(page, /id="cold"|id="phases"|href="#cold"|NaN|undefined/);
  });

  it('says by what two copies of one machine differ', async () => {
    const report = await run([fakeMachine('wasm')]);
    assert.match(
      textReport(report, ['wasm']),
      /6 blocks per workload in \d+ seconds?; two copies of wasm differ by up to ×\/÷ [\d.]+\.$/m,
    );
    assert.match(textReport(report, ['wasm']), /^only wasm ran, so that nothing was compared$/m);
  });

  it('counts only changes from one to another that are larger than what processes differ by', async () => {
    const before = await runTimed(narrow);
    const verdictOf = async (factor: number, native = narrow) => {
      const [change] = compareReports(before, await runTimed(native.map((ns) => ns * factor)));
      return change?.verdict;
    };
    assert.equal(await verdictOf(1), 'no measurable difference');
    assert.equal(await verdictOf(1.4), 'no measurable difference');
    assert.equal(await verdictOf(1.7), 'faster');
    assert.equal(await verdictOf(0.55), 'slower');
    assert.equal(await verdictOf(1, wide), 'unstable');
    assert.match(
      changeTable(compareReports(before, before), true),
      /only a change of more than a factor of 1\.5 counts/,
    );
  });

  it('runs all blocks of a workload before the next one, on worlds of its own for every machine and the copy', async () => {
    const worlds = { open: 0, most: 0, made: 0 };
    const counting = (backend: Backend): Backend => ({
      ...backend,
      createWorld: async (block) => {
        const world = await backend.createWorld(block);
        worlds.made++;
        worlds.most = Math.max(worlds.most, ++worlds.open);
        const { close } = world;
        world.close = async () => {
          worlds.open--;
          await close.call(world);
        };
        return world;
      },
    });
    const two = { ...fakeCase, workloads: [work, { ...work, id: 'more' }] };
    await run([fakeMachine('wasm'), fakeMachine('evm')].map(counting), [two]);
    // Per workload two to agree, and three to be timed.
    assert.deepEqual(worlds, { open: 0, most: 3, made: 10 });
  });

  it('tells two workloads with one operation apart', async () => {
    const report = await run([fakeMachine('wasm')]);
    const cases = report.cases.flatMap((row) => ['first', 'second'].map((workload) => ({ ...row, workload })));
    const table = quickTable({ ...report, cases }, ['wasm']);
    assert.match(table, /^fake +piece of work: first /m);
    assert.match(table, /^fake +piece of work: second /m);
  });

  it('reports in the shape of the full protocol, which `report` and `--compare` read', async () => {
    const report = await run([fakeMachine('wasm'), fakeMachine('native', { isMetered: false })]);
    assert.equal(`${report.format} ${report.version}`, 'trimeter-bench-protocol 2');
    assert.equal(report.plan.inOneProcess, true);
    assert.deepEqual(report.environment.backends, { wasm: 'wasm for tests', native: 'native for tests' });
    const found = onlyCase(report);
    assert.deepEqual(Object.keys(found.slots), ['wasm', 'native', "native'"]);
    // Two operations per call, 30 gas per call.
    assert.equal(found.slots['wasm']?.gasPerOperation, 15);
    assert.equal(found.slots['native']?.gasPerOperation, null);
    assert.equal(found.slots['native']?.blocksNs.length, 6);
    const ratio = found.comparisons['wasm/native']?.ratio;
    assert.ok(ratio !== undefined && ratio.low <= ratio.point && ratio.point <= ratio.high);
    const written = JSON.parse(JSON.stringify(report)) as Record<string, unknown>;
    assert.equal(damageOf(written), undefined);
    assert.deepEqual(written, { ...report });
  });

  it('prints times, ratios with intervals, and what the machines are', async () => {
    const table = quickTable(await run([fakeMachine('wasm'), fakeMachine('evm')]), ['wasm', 'evm']);
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
    const report = await run([fakeMachine('wasm')]);
    const cases = report.cases.map((row) => ({ ...row, size: 'large' as const }));
    assert.match(quickTable({ ...report, cases }, ['wasm']), /^fake +piece of work \(large\) +[\d.]+ (?:ns|µs)/m);
  });

  it('times real machines, and its times are those of one call', async () => {
    const contract = await loadCase('noop');
    const report = await run([createWasmBackend()], [contract]);
    const { nsPerOperation, gasPerOperation } = onlyCase(report).slots['wasm'] as NonNullable<
      ReturnType<typeof onlyCase>['slots'][string]
    >;
    assert.ok(nsPerOperation > 5 && nsPerOperation < 1e6, String(nsPerOperation));
    assert.ok((gasPerOperation ?? 0) > 0);
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
