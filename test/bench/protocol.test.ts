import assert from 'node:assert/strict';
import { type BenchMachine, headlineMachines } from '../../bench/protocol/bench-machine.ts';
import type { Launcher } from '../../bench/protocol/block.ts';
import { fullPlan, type ProtocolPlan } from '../../bench/protocol/protocol-plan.ts';
import { runProtocol } from '../../bench/protocol/run-protocol.ts';
import { runSlot } from '../../bench/protocol/run-slot.ts';
import type { SlotJob, SlotResult } from '../../bench/protocol/slot-job.ts';
import { isSteady, steadinessOf } from '../../bench/protocol/steadiness.ts';
import { protocolTable } from '../../bench/report/protocol-table.ts';
import { compareReports } from '../../bench/result/compare-reports.ts';
import { describeEnvironment } from '../../bench/result/environment.ts';
import { type ProtocolReport, protocolReport } from '../../bench/result/protocol-report.ts';
import { planSession } from '../../bench/session-plan.ts';
import type { ContractCase, Workload } from '../../contracts/contract-case.ts';
import type { Backend } from '../../engine/backend.ts';
import { fakeCase, fakeMachine } from './fake-machine.ts';
import { simulatedLauncher } from './simulated-launcher.ts';

const plan: ProtocolPlan = { ...fullPlan, blockCount: 12, seed: 3 };
const machines = ['wasm', 'native', 'evm'];

async function run(
  launcher: Launcher,
  changes: Partial<ProtocolPlan> = {},
  backends?: readonly Backend[],
  anchors: readonly BenchMachine[] = [],
  cases: readonly ContractCase[] = [fakeCase],
) {
  let nowMs = 0;
  const calls = { steps: 0, total: 0 };
  const changed = { ...plan, ...changes };
  const record = await runProtocol({
    cases,
    machines: [...headlineMachines(backends ?? machines.map((name) => fakeMachine(name))), ...anchors],
    scheduleId: 'flat-v1',
    plan: changed,
    launcher,
    nowMs: () => nowMs++,
    onStep: (done, total) => {
      assert.equal(done, ++calls.steps);
      calls.total = total;
    },
  });
  assert.equal(calls.steps, calls.total);
  const environment = describeEnvironment([], new Date(0));
  const names = [...(backends?.map(({ name }) => name) ?? machines), ...anchors.map(({ name }) => name)];
  return { record, report: protocolReport(record, changed, environment, names) };
}

function onlyCase(report: ProtocolReport) {
  const [found] = report.cases;
  assert.ok(found !== undefined);
  return found;
}

describe('the full protocol', () => {
  it('runs every machine once per block, one of them twice, and gives ratios with verdicts', async () => {
    const { record, report } = await run(simulatedLauncher({ speeds: { wasm: 1, native: 2, evm: 0.01 } }));
    const found = onlyCase(report);
    assert.deepEqual(Object.keys(found.slots), ['wasm', 'native', 'evm', "native'"]);
    assert.equal(found.blockCount, 12);
    assert.equal(record.rerunCount, 0);
    const { 'wasm/native': native, 'wasm/evm': evm } = found.comparisons;
    assert.ok(native !== undefined && native.ratio.low <= 0.5 && native.ratio.high >= 0.5, JSON.stringify(native));
    assert.equal(native.verdict, 'slower');
    assert.ok(evm !== undefined && evm.ratio.low <= 100 && evm.ratio.high >= 100);
    assert.equal(evm.verdict, 'faster');
    assert.deepEqual(JSON.parse(JSON.stringify(report)), report);
  });

  it('times no workload whose calls fail, and has no mean of it', async () => {
    const [work] = fakeCase.workloads as [Workload];
    const cases = [
      {
        ...fakeCase,
        workloads: [
          { ...work, setup: [] },
          { ...work, id: 'meant', setup: [], mayFail: true },
        ],
      },
    ];
    const failing = machines.map((name) => fakeMachine(name, { outcome: { status: 'revert' } }));
    const { report } = await run(simulatedLauncher({}), {}, failing, [], cases);
    const [failed, meant] = report.cases;
    assert.deepEqual([failed?.failure, failed?.difference, failed?.slots], ['call 0 reverts', null, {}]);
    assert.deepEqual([meant?.failure, Object.keys(meant?.slots ?? {}).length], [undefined, 4]);
    assert.equal(report.suite['wasm/native']?.workloadCount, 1);
  });

  it('says that there is no measurable difference where there is none', async () => {
    const { report } = await run(simulatedLauncher({}));
    for (const { verdict } of Object.values(onlyCase(report).comparisons)) {
      assert.equal(verdict, 'no measurable difference');
    }
    const { self } = onlyCase(report);
    assert.ok(self !== null && self.machine === 'native' && self.floor > 1 && self.floor < 1.1 && !self.isBiased);
  });

  it('launches the same jobs in the same order for the same seed, and others for another', async () => {
    const orderOf = async (seed: number) => {
      const seen: string[] = [];
      const simulated = simulatedLauncher({});
      const slot = (job: SlotJob, padding: number) => {
        seen.push(`${job.machine} ${padding}`);
        return simulated.slot(job, padding);
      };
      await run({ ...simulated, slot }, { seed, halfWidthGoal: 1 });
      return seen;
    };
    const order = await orderOf(3);
    assert.deepEqual(order, await orderOf(3));
    assert.notDeepEqual(order, await orderOf(4));
    for (let at = 0; at < order.length; at += 4) {
      const block = order.slice(at, at + 4).map((entry) => entry.split(' ')[0]);
      assert.deepEqual(block.toSorted(), ['evm', 'native', 'native', 'wasm']);
    }
  });

  it('extends a workload once if its first ratio is not known well enough', async () => {
    const noisy = simulatedLauncher({ processNoise: 0.2 });
    assert.equal(onlyCase((await run(noisy)).report).blockCount, 24);
    assert.equal(onlyCase((await run(noisy, { budgetMs: 0 })).report).blockCount, 12);
    assert.equal(onlyCase((await run(simulatedLauncher({}), { halfWidthGoal: 1 })).report).isExtended, false);
  });

  it('runs disturbed blocks again, and gives no verdict if there are too many', async () => {
    const sometimes = await run(simulatedLauncher({ speeds: { native: 2 }, disturbedEvery: 29 }));
    assert.ok(sometimes.record.rerunCount > 0);
    assert.equal(onlyCase(sometimes.report).comparisons['wasm/native']?.verdict, 'slower');
    const always = await run(simulatedLauncher({ speeds: { native: 2 }, disturbedEvery: 1 }));
    assert.equal(always.report.isTooNoisy, true);
    assert.equal(always.record.rerunCount, 3);
    assert.equal(onlyCase(always.report).blockCount, 12);
    assert.equal(onlyCase(always.report).comparisons['wasm/native']?.verdict, 'unstable');
  });

  it('measures nothing where the machines differ', async () => {
    const differing = [fakeMachine('wasm'), fakeMachine('native', { stateDigest: 'd2' }), fakeMachine('evm')];
    const launcher: Launcher = {
      ...simulatedLauncher({}),
      slot: async () => assert.fail('a process was started'),
    };
    const found = onlyCase((await run(launcher, {}, differing)).report);
    assert.match(found.difference ?? '', /wasm and native differ in the state/);
    assert.deepEqual([found.agreed, found.slots, found.comparisons, found.self], [false, {}, {}, null]);
  });

  it('says whether machines agreed, and nothing where one ran alone', async () => {
    const agreedOf = async (names: readonly string[]) =>
      onlyCase(
        (
          await run(
            simulatedLauncher({}),
            {},
            names.map((name) => fakeMachine(name)),
          )
        ).report,
      ).agreed;
    assert.equal(await agreedOf(['wasm', 'evm']), true);
    assert.equal(await agreedOf(['wasm']), null);
  });

  it('runs an anchor in six blocks of the first workload, and gives its ratio without a verdict', async () => {
    const wasm = fakeMachine('wasm');
    const anchor: BenchMachine = { name: 'wasm-slow', description: 'the same, slower', backend: wasm, isAnchor: true };
    const noCode = fakeMachine('wasm-rust', { hasCode: false });
    const other: BenchMachine = { name: 'wasm-rust', description: '', backend: noCode, isAnchor: true };
    const [workload] = fakeCase.workloads;
    const second = { ...(workload as Workload), id: 'more-work' };
    const cases = [{ ...fakeCase, workloads: [...fakeCase.workloads, second] }];
    const launcher = simulatedLauncher({ speeds: { 'wasm-slow': 0.25 }, disturbedEvery: 31 });
    const backends = [wasm, fakeMachine('native'), fakeMachine('evm')];
    const { record, report } = await run(launcher, { halfWidthGoal: 1 }, backends, [anchor, other], cases);
    assert.ok(record.rerunCount > 0);
    const [first, last] = report.cases;
    assert.deepEqual(Object.keys(first?.slots ?? {}), ['wasm', 'native', 'evm', 'wasm-slow', "native'"]);
    assert.deepEqual(Object.keys(last?.slots ?? {}), ['wasm', 'native', 'evm', "native'"]);
    assert.equal(first?.slots['wasm']?.blocksNs.length, 12);
    assert.equal(first?.slots['wasm-slow']?.blocksNs.length, 6);
    const { ratio, verdict, pValue } = first?.comparisons['wasm/wasm-slow'] ?? assert.fail('a ratio is missing');
    assert.ok(ratio.low < 4 && ratio.high > 4 && ratio.high / ratio.low < 1.2, JSON.stringify(ratio));
    assert.deepEqual([verdict, pValue], [null, null]);
    assert.equal(last?.comparisons['wasm/wasm-slow'], undefined);
    assert.equal(report.suite['wasm/wasm-slow']?.workloadCount, 1);
    assert.equal(report.suite['wasm/native']?.workloadCount, 2);
    assert.equal(report.suite['wasm/wasm-rust'], undefined);
    assert.deepEqual(
      compareReports(report, report)
        .map(({ machines: pair }) => pair)
        .filter((pair) => pair === 'wasm/wasm-slow'),
      [],
    );
    const table = protocolTable(report, ['wasm', 'native', 'evm', 'wasm-slow']);
    assert.match(
      table,
      /without verdicts\n\ncontract +workload +wasm-slow\nfake +work +[34]\.\d+ \[[\d.]+, [\d.]+\]\n\n/,
    );
  });

  it('prints times, ratios with marks, cold numbers and how sound it is', async () => {
    const { report } = await run(simulatedLauncher({ speeds: { native: 2 } }));
    const table = protocolTable(report, machines);
    assert.match(table, /^fake +work +[\d.]+ \[[\d.]+, [\d.]+\] - +1\.0\d \[/m);
    assert.match(table, /^fake +wasm +1\.00 ms +2\.00 ms +3\.00 ms$/m);
    assert.match(table, /never +never/);
    assert.match(table, /processes settled, 0 workloads biased/);
  });
});

describe('sabotage', () => {
  const job: SlotJob = {
    kind: 'slot',
    machine: 'wasm',
    scheduleId: 'flat-v1',
    session: planSession(fakeCase, fakeCase.workloads[0] as never),
    repeats: 3,
    expectedChecksum: 0,
    expectedGas: undefined,
    expectedStateDigest: 'd1',
    plan: { ...plan.slot, warmUpNs: 0, settleNs: 0, sampleNs: 1, measureNs: 1e5 },
  };
  const engineFault = { name: 'EngineError', code: 'internal' };

  it('by a wrong result is caught before anything is timed', async () => {
    await assert.rejects(runSlot(fakeMachine('wasm'), job), { ...engineFault, message: /does not come to what was/ });
  });

  it('by a wrong state, a batch of another length, or a result that goes wrong later is caught', async () => {
    const jobs: SlotJob[] = [];
    const collect = async (asked: SlotJob): Promise<SlotResult> => {
      jobs.push(asked);
      return simulatedLauncher({}).slot(asked, 0);
    };
    await run({ ...simulatedLauncher({}), slot: collect });
    const { plan: slotPlan } = job;
    const agreed = { ...(jobs.find(({ machine }) => machine === 'wasm') as SlotJob), plan: slotPlan };
    assert.ok((await runSlot(fakeMachine('wasm'), agreed)).samplesNs.length >= 3);
    await assert.rejects(runSlot(fakeMachine('wasm', { stateDigest: 'other' }), agreed), engineFault);
    await assert.rejects(runSlot(fakeMachine('wasm'), { ...agreed, repeats: agreed.repeats + 1 }), engineFault);
    await assert.rejects(runSlot(fakeMachine('wasm'), { ...agreed, expectedGas: 1n }), engineFault);
    for (const failsFromRun of [2, 9]) {
      await assert.rejects(runSlot(fakeMachine('wasm', { failsFromRun }), agreed), {
        ...engineFault,
        message: /^wasm came to checksum/,
      });
    }
  });

  it('by measuring without warm-up makes a verdict unstable', async () => {
    const { report } = await run(simulatedLauncher({ speeds: { native: 2 }, isUnsettled: true }));
    assert.equal(onlyCase(report).comparisons['wasm/native']?.verdict, 'unstable');
  });

  it('by a copy that is not a copy makes a workload biased', async () => {
    const { record } = await run(simulatedLauncher({ speeds: { native: 2 } }));
    const workloads = record.workloads.map((workload) => ({
      ...workload,
      blocks: workload.blocks.map((block) => ({
        ...block,
        results: block.results.map((result, slot) =>
          slot === 3 && result !== undefined
            ? { ...result, samplesNs: result.samplesNs.map((ns) => 0.9 * ns) }
            : result,
        ),
      })),
    }));
    const report = protocolReport({ ...record, workloads }, plan, describeEnvironment([], new Date(0)), machines);
    assert.equal(onlyCase(report).self?.isBiased, true);
    assert.equal(onlyCase(report).comparisons['wasm/native']?.verdict, 'unstable');
  });
});

describe('steadiness', () => {
  const level = Array.from({ length: 20 }, (_, at) => 100 + (at % 2));
  it('is seen in a level, after a fall to it and after a rise to it', () => {
    assert.equal(steadinessOf(level), 'flat');
    assert.equal(steadinessOf([...Array.from({ length: 10 }, (_, at) => 300 - 10 * at), ...level]), 'warm-up');
    assert.equal(steadinessOf([...Array.from({ length: 10 }, () => 50), ...level]), 'slowdown');
  });

  it('is not seen in a slope, after a late step, or in few samples', () => {
    assert.equal(steadinessOf(Array.from({ length: 40 }, (_, at) => 100 + at)), 'not steady');
    assert.equal(steadinessOf([...level, ...Array.from({ length: 8 }, () => 120)]), 'not steady');
    assert.equal(isSteady([1, 1, 1, 1, 1]), false);
  });
});

describe('two runs compared', () => {
  it('show which ratio changed, whatever the speed of the computer', async () => {
    const { report: older } = await run(simulatedLauncher({ speeds: { native: 2 } }));
    const slowerComputer = { wasm: 0.5, native: 1, evm: 0.5 };
    const same = await run(simulatedLauncher({ speeds: slowerComputer, seed: 77 }));
    for (const { verdict } of compareReports(older, same.report)) assert.equal(verdict, 'no measurable difference');
    const worse = await run(simulatedLauncher({ speeds: { ...slowerComputer, wasm: 0.4 }, seed: 78 }));
    assert.deepEqual(
      compareReports(older, worse.report).map(({ machines: pair, verdict }) => [pair, verdict]),
      [
        ['wasm/native', 'slower'],
        ['wasm/evm', 'slower'],
      ],
    );
  });
});
