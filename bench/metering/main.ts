/**
 * What metering costs: the kernels with each injection strategy, against the same module without a charge.
 *
 *   npm run bench:metering -- [--json FILE] [--nodes 20,24] [--kernels fib,...] [--strategies global,...] [--quick]
 *
 * --strategies also takes `-countsLoops`, `-paysForCallees` and `-passesGas`: the strategy default without that technique. Without --nodes: on the Node that runs this. Exit codes: 0 done, 1 a variant computes or counts wrongly, 2 bad usage.
 */
import { AssertionError } from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { InputRejected } from '../../contracts/input-rejected.ts';
import { EngineError } from '../../engine/errors.ts';
import { strategies } from '../../metering/plan/strategies.ts';
import { nodeLineBinary } from '../../processes/node-lines.ts';
import { kernels } from './kernels.ts';
import { type KernelTiming, prepareKernel, timeKernel } from './measure.ts';
import { fullPlan, quickPlan } from './plan.ts';
import { type MeteringReport, meteringReport, meteringTable } from './report.ts';
import { hostCallPackages, installRivals } from './rivals.ts';
import { leftOut } from './variants.ts';

function list(flag: string, text: string | undefined, known?: readonly string[]): readonly string[] | undefined {
  const names = text?.split(',').filter((name) => name !== '');
  const unknown = names?.find((name) => known !== undefined && !known.includes(name));
  if (unknown !== undefined) throw new InputRejected(flag, `no ${unknown}; there are ${known?.join(', ')}`);
  return names;
}

async function main(argv: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      json: { type: 'string' },
      nodes: { type: 'string' },
      kernels: { type: 'string' },
      strategies: { type: 'string' },
      quick: { type: 'boolean', default: false },
    },
  });
  const lines = list('--nodes', values.nodes) ?? [process.versions.node.split('.')[0] as string];
  for (const line of lines) nodeLineBinary(line);
  const names = list(
    '--kernels',
    values.kernels,
    kernels.map(({ name }) => name),
  );
  const without = leftOut.map(({ name }) => name);
  const rows = list('--strategies', values.strategies, [...strategies, ...without, ...hostCallPackages]);
  const wanted = rows === undefined ? undefined : new Set(rows);
  const plan = values.quick ? quickPlan : fullPlan;
  const isTerminal = process.stderr.isTTY && !process.env['CI'];
  const progress = (text: string): void => {
    if (isTerminal) process.stderr.write(`\r\x1b[K${text}`);
  };

  progress('packages to compare with');
  const missing = installRivals();
  const prepared = [];
  for (const kernel of kernels.filter(({ name }) => names?.includes(name) ?? true)) {
    progress(`preparing ${kernel.name}`);
    prepared.push(prepareKernel(kernel, wanted, missing));
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
}

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

try {
  await main(process.argv.slice(2));
} catch (error) {
  const isMissing = error instanceof EngineError && error.code === 'backend-unavailable';
  const isUsage = error instanceof InputRejected || isMissing || (error instanceof TypeError && 'code' in error);
  if (!isUsage && !(error instanceof AssertionError)) throw error;
  process.stderr.write(`bench:metering: ${error.message}\n`);
  process.exitCode = isUsage ? 2 : 1;
}
