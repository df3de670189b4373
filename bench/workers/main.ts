/**
 * Worlds share nothing, so that two worker threads on two cores should do twice the work of one. This measures how far that
 * holds: one worker alone and two at once take turns on the same batch.
 *
 *   npm run bench:workers -- [--rounds 15] [--ms 300]
 *
 * The second workload computes in registers and keeps next to no state: where it does not scale either, it is the machine.
 * On a machine with other work to do, two workers may get one core between them. The last column is twice the processor time of
 * a call of one worker over that of a call of two: less than 2 where they cost each other work. It does not show waiting,
 * nor, while they share a core, what they do to each other's caches.
 */
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { formatRuntime, thisRuntime } from '../../harness/results/runtime.ts';
import { columnsOf, textTable } from '../../harness/text/text-table.ts';
import { workerScript } from '../../processes/source-loader.ts';
import { processorClock, timeNs } from '../sample.ts';
import { median } from '../stats/median.ts';
import type { WorkerJob } from './worker.ts';

const jobs: readonly WorkerJob[] = [
  { contract: 'erc20', workload: 'transfer', callCount: 4096 },
  { contract: 'prime-sieve', workload: 'sieve', callCount: 1 },
];

async function start(job: WorkerJob): Promise<Worker> {
  const worker = new Worker(workerScript(new URL('./worker.ts', import.meta.url)), { eval: true, workerData: job });
  await once(worker, 'message');
  return worker;
}

interface Speed {
  /** Of all workers together, by the clock of the main thread. */
  readonly callsPerMs: number;
  /** Processor time of all threads per call. */
  readonly processorMs: number;
}

async function time(workers: readonly Worker[], runs: number): Promise<Speed> {
  const work = async (): Promise<number> => {
    const done = workers.map((worker) => once(worker, 'message') as Promise<[number]>);
    for (const worker of workers) worker.postMessage(runs);
    return (await Promise.all(done)).reduce((sum, [count]) => sum + count, 0);
  };
  const [[calls, ns], processorNs] = await timeNs(() => timeNs(work), processorClock);
  return { callsPerMs: (1e6 * calls) / ns, processorMs: processorNs / 1e6 / calls };
}

/** How many runs take about that long, once the code is warm. */
async function runsFor(workers: readonly Worker[], durationMs: number): Promise<number> {
  let runs = 1;
  for (let turn = 0; turn < 4; turn++) {
    const [, ns] = await timeNs(() => time(workers, runs));
    runs = Math.max(1, Math.round((1e6 * runs * durationMs) / ns));
  }
  return runs;
}

async function main(argv: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...argv],
    options: { rounds: { type: 'string', default: '15' }, ms: { type: 'string', default: '300' } },
  });
  const rows: string[][] = [];
  for (const job of jobs) {
    const workers = [await start(job), await start(job)];
    const runs = await runsFor(workers, Number(values.ms));
    const samples = { one: [] as number[], two: [] as number[], ratio: [] as number[], byProcessor: [] as number[] };
    for (let round = 0; round < Number(values.rounds); round++) {
      const one = await time(workers.slice(round % 2, (round % 2) + 1), runs);
      const two = await time(workers, runs);
      samples.one.push(one.callsPerMs);
      samples.two.push(two.callsPerMs);
      samples.ratio.push(two.callsPerMs / one.callsPerMs);
      samples.byProcessor.push((2 * one.processorMs) / two.processorMs);
    }
    rows.push([
      `${job.contract}/${job.workload}`,
      (1000 * median(samples.one)).toFixed(0),
      (1000 * median(samples.two)).toFixed(0),
      median(samples.ratio).toFixed(2),
      (Math.max(...samples.two) / Math.max(...samples.one)).toFixed(2),
      median(samples.byProcessor).toFixed(2),
    ]);
    for (const worker of workers) await worker.terminate();
  }
  const headings = ['one worker', 'two', 'ratio (median)', 'ratio of the best', 'by processor time'];
  const table = textTable(columnsOf(['calls per second'], headings), rows, process.stdout.columns);
  process.stdout.write(`${formatRuntime(thisRuntime())}\n\n${table}`);
}

await main(process.argv.slice(2));
