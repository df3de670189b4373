import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { kernelOptions } from '../../bench/metering/kernel-abi.ts';
import { type Kernel, kernels, readKernel } from '../../bench/metering/kernels.ts';
import { type KernelTiming, type PreparedKernel, prepareKernel, timeKernel } from '../../bench/metering/measure.ts';
import { fullPlan, type MeteringPlan } from '../../bench/metering/plan.ts';
import { meteringReport, meteringTable } from '../../bench/metering/report.ts';
import { assertUnmetered, relabelled } from '../../bench/metering/twin.ts';
import { instrument } from '../../metering/instrument.ts';
import { strategies } from '../../metering/plan/strategies.ts';
import { nodeLineBinary } from '../../processes/engine-packages.ts';

const fib = kernels[0] as Kernel;
const sieve = kernels.find(({ name }) => name === 'prime-sieve') as Kernel;
const metered = strategies.filter((strategy) => strategy !== 'none');
const line = process.versions.node.split('.')[0] as string;
const tinyPlan: MeteringPlan = { ...fullPlan, processes: 1, rounds: 6, sampleNs: 1e4, warmUpNs: 1e4 };

/** Without the packages to compare with, which tests must not need. */
function prepareOwn(kernel: Kernel): Promise<PreparedKernel> {
  return prepareKernel({ ...kernel, size: kernel.smallSize }, new Set(strategies), 'not installed');
}

describe('the metering benchmark', () => {
  it('times every strategy on a kernel, all with the checksum and the gas of the reference interpreter', async () => {
    const prepared = await prepareOwn(fib);
    const timing = await timeKernel(line, prepared, tinyPlan);
    assert.deepEqual([...timing.samplesNs.keys()], ['none', 'none again', 'original', ...metered]);
    for (const samples of timing.samplesNs.values()) assert.equal(samples.length, 6);
    assert.equal(timing.node, process.version);
    assert.equal(timing.gasUsed, prepared.reference.gasUsed);
  });

  it('refuses to time a variant that counts or computes anything else', async () => {
    const prepared = await prepareOwn(fib);
    const { checksum, gasUsed } = prepared.reference;
    const otherGas = { ...prepared, reference: { checksum, gasUsed: gasUsed + 1n } };
    await assert.rejects(timeKernel(line, otherGas, tinyPlan), /fib: \S+ uses other gas/);
    const otherResult = { ...prepared, reference: { checksum: checksum + 1n, gasUsed } };
    await assert.rejects(timeKernel(line, otherResult, tinyPlan), /fib: none comes to another checksum/);
  });

  it('leaves out what needs missing packages, and says so', async () => {
    const { variants, omitted } = await prepareKernel(fib, undefined, 'not installed');
    assert.deepEqual(
      variants.map(({ name }) => name),
      ['none', 'none again', 'original', ...metered],
    );
    assert.deepEqual(omitted, { 'wasm-metering': 'not installed', '@permaweb/wasm-metering': 'not installed' });
  });

  it('tells a twin with a charge in it from one without', () => {
    const original = readKernel(sieve);
    const with_ = (strategy: (typeof strategies)[number]): Uint8Array =>
      instrument(original, { ...kernelOptions, strategy }).bytes;
    assertUnmetered(original, with_('none'));
    for (const strategy of metered) {
      assert.throws(() => assertUnmetered(original, with_(strategy)), /function 0 is not the original one/);
    }
  });

  it('makes a second twin of other bytes and the same code', () => {
    const original = readKernel(fib);
    const copy = relabelled(original, 'again');
    assert.notDeepEqual(copy, original);
    assert.ok(WebAssembly.validate(copy));
    assertUnmetered(original, copy);
  });

  it('knows the Node that it runs on, and refuses one that is not there', () => {
    assert.equal(nodeLineBinary(line), process.execPath);
    assert.throws(() => nodeLineBinary('7'), { name: 'EngineError', code: 'backend-unavailable' });
  });

  it('reports time over the twin by kernel, with geometric mean and worst', async () => {
    const prepared = await Promise.all([fib, kernels[1] as Kernel].map(prepareOwn));
    const timings = [1.1, 1.21].map((ratio): KernelTiming => {
      const twin = [10, 20, 30, 40, 50, 60];
      const samplesNs = new Map([
        ['none', twin],
        ['global', twin.map((ns) => ns * ratio)],
      ]);
      return { node: 'v1', v8: '2', gasUsed: 7n, samplesNs };
    });
    const report = meteringReport(prepared, timings);
    const row = report.strategies['global'];
    assert.ok(row !== undefined);
    assert.ok(Math.abs(row.geomean - Math.sqrt(1.1 * 1.21)) < 1e-9);
    assert.ok(Math.abs(row.worst - 1.21) < 1e-9);
    assert.deepEqual(Object.keys(row.kernels), ['fib', 'sha256']);
    assert.deepEqual(report.gas, { fib: '7', sha256: '7' });
    assert.match(meteringTable(report), /^global +1\.154 +1\.210 +\d\.\d{3} +1\.100 +1\.210$/m);
  });
});
