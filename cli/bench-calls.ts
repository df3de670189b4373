/**
 * What one call costs from end to end, per machine: an ERC-20 transfer, a call that does nothing, and one that calls another
 * contract twice.
 *
 *   npm run bench:calls -- [--machines wasm,native] [--against <folder> [--other-last]] [--blocks 40] [--sample-ms 4] [--json]
 *
 * All machines share one process and take turns. That is fair to what is in the kernel, and less so to JavaScript: what V8 learns
 * about one machine's objects it has to unlearn for the next, so that `--machines` with fewer names shows shorter times.
 *
 * Three forms: in a batch, whose results are folded where they come about, with an outcome per call, and each call awaited. It is
 * here and not in `bench/`, because it needs all machines.
 *
 * With `--against` it is our `wasm` against that of another checkout (a git worktree with its packages installed), and times are
 * processor time of the whole process, which other programs on the computer disturb less. Which of the two is made first counts by
 * up to a sixth for the shortest calls: `--other-last` turns that round, and what is true shows in both.
 */
import { type CallTimes, type NamedBackend, timeCalls } from '../bench/calls/time-calls.ts';
import { describeEnvironment } from '../bench/result/environment.ts';
import { processorClock } from '../bench/sample.ts';
import { flag, names, smallBenchmark, text, wholeNumber } from '../bench/small-benchmark.ts';
import { defaultSchedule } from '../engine/schedules.ts';
import { machineNames, openMachine } from '../harness/machines/register.ts';
import { loadCase } from '../harness/subjects/load.ts';
import { columnsOf, textTable } from '../harness/text/text-table.ts';
import { wrapText } from '../harness/text/wrap-text.ts';
import { formatRuntime } from '../processes/runtime.ts';
import { loadOtherEngine } from './load-other-engine.ts';

const workloads = [
  { contract: 'erc20', workload: 'transfer' },
  { contract: 'noop', workload: 'noop' },
  { contract: 'vault', workload: 'rebalance' },
] as const;

/** Those that need nothing installed. */
const MACHINES = ['wasm', 'wasm-unmetered', 'wasm-plain', 'wasm-fresh', 'native', 'evm', 'evm-default'];

/** The name that the other checkout's machine has here. */
const OTHER = 'other';

function printed(times: readonly CallTimes[], comparedWith: readonly string[]): string {
  const ratios = comparedWith.map((name) => `time / ${name}`);
  const columns = columnsOf(['workload', 'machine', 'form'], ['ns per call', ...ratios]);
  const rows = times.map(({ workload, machine, form, callNs, timesAsLong }) => [
    workload,
    machine,
    form,
    callNs.toFixed(0),
    ...comparedWith.map((name) => {
      const ratio = timesAsLong[name];
      if (ratio === undefined || name === machine) return '';
      return [ratio.point, ratio.low, ratio.high].map((value) => value.toPrecision(3)).join('  ');
    }),
  ]);
  return textTable(columns, rows, process.stdout.columns);
}

const options = {
  machines: names(machineNames),
  against: text,
  'other-last': flag,
  // As many as an interval needs.
  blocks: wholeNumber(40, 6),
  'sample-ms': wholeNumber(4),
  json: flag,
};

await smallBenchmark('calls', options, async (values) => {
  const { against } = values;
  const machines: NamedBackend[] = [];
  const other = against === undefined ? [] : [{ name: OTHER, backend: await loadOtherEngine(against) }];
  if (!values['other-last']) machines.push(...other);
  for (const name of values.machines ?? (against === undefined ? MACHINES : ['wasm'])) {
    machines.push({ name, backend: await openMachine(name, defaultSchedule) });
  }
  if (values['other-last']) machines.push(...other);
  const comparedWith = against === undefined ? ['native', 'evm'] : [OTHER];
  const plan = {
    sampleMs: values['sample-ms'],
    blocks: values.blocks,
    warmUpMs: 500,
    seed: 1,
    ...(against !== undefined && { clock: processorClock }),
  };
  const times: CallTimes[] = [];
  for (const { contract, workload: id } of workloads) {
    const read = await loadCase(contract);
    const workload = read.workloads.find((each) => each.id === id);
    if (workload === undefined) throw new Error(`${contract} has no workload ${id}`);
    times.push(...(await timeCalls(read, workload, machines, comparedWith, plan)));
  }
  const environment = describeEnvironment([], new Date());
  const heading = `${formatRuntime(environment)}, ${environment.cpu}; ratios with 95 % intervals`;
  process.stdout.write(
    values.json
      ? `${JSON.stringify({ environment, times }, undefined, 2)}\n`
      : `${wrapText(heading, process.stdout.columns)}\n\n${printed(times, comparedWith)}`,
  );
});
