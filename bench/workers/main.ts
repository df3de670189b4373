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
import { Worker } from 'node:worker_threads';
import { formatRuntime, thisRuntime } from '../../processes/runtime.ts';
import { workerScript } from '../../processes/source-loader.ts';
import { processorClock, timeNs } from '../sample.ts';
import { printedTable, smallBenchmark, wholeNumber } from '../small-benchmark.ts';
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

/** Calls per second of all workers together, by the clock of the main thread, and processor time of all threads per call. */
async function time(
  workers: readonly Worker[],
  runs: number,
): Promise<{ readonly speed: number; readonly ms: number }> {
  const work = async (): Promise<number> => {
    const done = workers.map((worker) => once(worker, 'message') as Promise<[number]>);
    for (const worker of workers) worker.postMessage(runs);
    return (await Promise.all(done)).reduce((sum, [count]) => sum + count, 0);
  };
  const [[calls, ns], processorNs] = await timeNs(() => timeNs(work), processorClock);
  return { speed: (1e9 * calls) / ns, ms: processorNs / 1e6 / calls };
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

await smallBenchmark('workers', { rounds: wholeNumber(15), ms: wholeNumber(300) }, async ({ rounds, ms }) => {
  const rows: string[][] = [];
  for (const job of jobs) {
    const workers = [await start(job), await start(job)];
    const runs = await runsFor(workers, ms);
    const samples = [];
    for (let round = 0; round < rounds; round++) {
      const one = await time(workers.slice(round % 2, (round % 2) + 1), runs);
      samples.push({ one, two: await time(workers, runs) });
    }
    const [ones, twos] = [samples.map(({ one }) => one.speed), samples.map(({ two }) => two.speed)];
    rows.push([
      `${job.contract}/${job.workload}`,
      median(ones).toFixed(0),
      median(twos).toFixed(0),
      median(samples.map(({ one, two }) => two.speed / one.speed)).toFixed(2),
      (Math.max(...twos) / Math.max(...ones)).toFixed(2),
      median(samples.map(({ one, two }) => (2 * one.ms) / two.ms)).toFixed(2),
    ]);
    for (const worker of workers) await worker.terminate();
  }
  const headings = ['one worker', 'two', 'ratio (median)', 'ratio of the best', 'by processor time'];
  const table = printedTable(['calls per second'], headings, rows);
  process.stdout.write(`${formatRuntime(thisRuntime())}\n\n${table}`);
});
