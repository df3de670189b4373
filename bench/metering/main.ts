/**
 * What metering costs: the kernels with each injection strategy, against the same module without a charge.
 *
 *   npm run bench:metering -- [--json FILE] [--nodes 20,24] [--kernels fib,...] [--strategies global,...] [--quick]
 *
 * --strategies also takes `-countsLoops`, `-paysForCallees` and `-passesGas`: the strategy default without that technique. Without --nodes: on the Node that runs this. Exit codes: 0 done, 1 a variant computes or counts wrongly, 2 bad usage.
 */
import { AssertionError } from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { strategies } from '../../metering/plan/strategies.ts';
import { nodeLineBinary } from '../../processes/engine-packages.ts';
import { flag, names, smallBenchmark, text } from '../small-benchmark.ts';
import { kernels } from './kernels.ts';
import { leftOut } from './left-out.ts';
import { type KernelTiming, prepareKernel, timeKernel } from './measure.ts';
import { fullPlan, quickPlan } from './plan.ts';
import { type MeteringReport, meteringReport, meteringTable } from './report.ts';
import { hostCallPackages, installRivals } from './rivals.ts';

/** Gas belongs to the contract and its schedule, not to an engine. */
function assertSameGas([first, ...others]: readonly MeteringReport[]): void {
  for (const { node, gas } of others) {
    for (const [kernel, gasUsed] of Object.entries(gas)) {
      if (gasUsed === first?.gas[kernel]) continue;
      const message = `${kernel} uses ${gasUsed} gas on ${node} and ${first?.gas[kernel]} on ${first?.node}`;
      throw new AssertionError({ message });
    }
  }
}

const options = {
  json: text,
  nodes: names(),
  kernels: names(kernels.map(({ name }) => name)),
  strategies: names([...strategies, ...leftOut.map(({ name }) => name), ...hostCallPackages]),
  quick: flag,
};
await smallBenchmark('metering', options, async (values) => {
  const lines = values.nodes ?? [process.versions.node.split('.')[0] as string];
  for (const line of lines) nodeLineBinary(line);
  const wanted = values.strategies && new Set(values.strategies);
  const plan = values.quick ? quickPlan : fullPlan;
  const isTerminal = process.stderr.isTTY && !process.env['CI'];
  const progress = (step: string): void => {
    if (isTerminal) process.stderr.write(`\r\x1b[K${step}`);
  };

  progress('packages to compare with');
  const missing = installRivals();
  const prepared = [];
  for (const kernel of kernels.filter(({ name }) => values.kernels?.includes(name) ?? true)) {
    progress(`preparing ${kernel.name}`);
    prepared.push(await prepareKernel(kernel, wanted, missing));
  }
  const reports: MeteringReport[] = [];
  for (const line of lines) {
    const timings: KernelTiming[] = [];
    for (const kernel of prepared) {
      progress(`Node ${line}: ${kernel.kernel.name}`);
      timings.push(await timeKernel(line, kernel, plan));
    }
    const report = meteringReport(prepared, timings);
    progress('');
    process.stdout.write(`${meteringTable(report, process.stdout.columns)}\n`);
    reports.push(report);
  }
  assertSameGas(reports);
  if (values.json !== undefined) {
    const output = values.nodes === undefined ? reports[0] : reports;
    writeFileSync(values.json, `${JSON.stringify(output, null, 2)}\n`);
  }
});
