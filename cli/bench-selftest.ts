/**
 * `npm run bench:selftest`: the benchmark on copies of one machine whose true ratios are known, on a computer left alone
 * and with a neighbour. Ends in 1 if the intervals miss too often. `--experiments` and `--blocks` set
 * numbers; `--keep-disturbed` does without the rule that refuses a noisy computer.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { parseArgs } from 'node:util';
import { xorshift32 } from '../bench/order.ts';
import { fullPlan } from '../bench/protocol/protocol-plan.ts';
import { type Experiment, runExperiment } from '../bench/selftest/experiment.ts';
import { injectedSlots } from '../bench/selftest/injected-slots.ts';
import { complaints, type SelftestSummary, summarise } from '../bench/selftest/summarise.ts';
import { defaultSchedule } from '../engine/schedules.ts';
import { createWasmBackend } from '../engine/wasm-backend.ts';
import { loadCase } from '../harness/subjects/load.ts';
import { columnsOf, textTable } from '../harness/text/text-table.ts';
import { processLauncher } from './launch-slot.ts';
import { createProgress } from './progress.ts';
import { processTerminal } from './terminal.ts';

const FACTORS = [1, 1.02, 1.05, 1.1, 1.5];
const WORKLOADS = [
  ['erc20', 'transfer'],
  ['fibonacci', 'iterative'],
  ['storage', 'write'],
] as const;

/** Burns a processor now and then: half of the time, in stretches of up to half a second. */
const NEIGHBOUR = `
  const burn = () => {
    const end = performance.now() + 500 * Math.random();
    while (performance.now() < end);
    setTimeout(burn, 500 * Math.random());
  };
  burn();
`;

const { values } = parseArgs({
  options: {
    experiments: { type: 'string', default: '20' },
    // As many as the whole suite has.
    blocks: { type: 'string', default: '13' },
    'keep-disturbed': { type: 'boolean', default: false },
  },
});
const experimentCount = Number(values.experiments);
const rerunShare = values['keep-disturbed'] ? Number.POSITIVE_INFINITY : fullPlan.rerunShare;
const plan = { ...fullPlan, blockCount: Number(values.blocks), rerunShare };
const next = xorshift32(plan.seed);
const terminal = processTerminal();
const alone = await experiments('alone', () => undefined);
report('Alone on the computer', alone);
const disturbed = await experiments('with a neighbour', () =>
  spawn(process.execPath, ['-e', NEIGHBOUR], { stdio: 'ignore' }),
);
report('With a neighbour that burns a processor half of the time', disturbed);
const wrong = [...complaints(alone, true), ...complaints(disturbed, false)];
for (const complaint of wrong) terminal.error(`${complaint}\n`);
process.exitCode = wrong.length === 0 ? 0 : 1;

async function experiments(label: string, startNeighbour: () => ChildProcess | undefined): Promise<SelftestSummary> {
  const backend = createWasmBackend();
  const progress = createProgress(terminal);
  const neighbour = startNeighbour();
  const found: Experiment[] = [];
  try {
    for (let at = 0; at < experimentCount; at++) {
      progress.step(at, experimentCount, `experiment ${label}`);
      const [id, workloadId] = WORKLOADS[at % WORKLOADS.length] as (typeof WORKLOADS)[number];
      const contract = await loadCase(id);
      const workload = contract.workloads.find((one) => one.id === workloadId);
      if (workload === undefined) throw new RangeError(`${id} has no workload ${workloadId}`);
      const slots = await injectedSlots(contract, workload, backend, defaultSchedule.id, FACTORS, plan);
      found.push(await runExperiment(slots, FACTORS, processLauncher, next, plan));
    }
  } finally {
    progress.clear();
    neighbour?.kill();
  }
  return summarise(found);
}

function report(title: string, { refused, factors }: SelftestSummary): void {
  const columns = ['slowdown', 'experiments', 'missed by the interval', 'allowed', 'seen', 'half width'];
  const table = textTable(
    columnsOf([], columns),
    factors.map(({ factor, experiments: count, misses, allowedMisses, detected, halfWidth }) => [
      `x${factor}`,
      String(count),
      String(misses),
      String(allowedMisses),
      factor === 1 ? '-' : String(detected),
      `±${(100 * halfWidth).toFixed(1)} %`,
    ]),
    terminal.columns,
  );
  terminal.out(`${title}: ${refused} of ${experimentCount} experiments refused\n\n${table}\n`);
}
