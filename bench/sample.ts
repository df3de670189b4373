import type { BatchSummary } from '../engine/backend.ts';
import { EngineError } from '../engine/errors.ts';
import { shuffledBlocks } from './order.ts';

/** A batch that can be run again and again from the same state. */
export interface TimedBatch {
  /** Named in errors. */
  readonly backendName: string;
  /** What every run must come to: `BatchSummary.checksum`. */
  readonly expectedChecksum: number;
  run(): Promise<BatchSummary>;
  /** Back to the state before the first run. Not timed. */
  rewind(): Promise<void>;
}

/** Nanoseconds from an arbitrary start. */
export type Clock = () => bigint;

const monotonicClock: Clock = () => process.hrtime.bigint();

/** Processor time of this process, all threads: whoever else has work for the computer disturbs it less than the other clock. */
export const processorClock: Clock = () => {
  const { user, system } = process.cpuUsage();
  return 1000n * BigInt(user + system);
};

/** Time of one piece of work. This file alone reads a clock. */
export async function timeNs<T>(work: () => Promise<T>, clock: Clock = monotonicClock): Promise<[T, number]> {
  const start = clock();
  const result = await work();
  return [result, Number(clock() - start)];
}

/** The least of so many measurements of the same: what other processes add is never negative. */
export async function leastOf(count: number, measure: () => Promise<number>): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let sample = 0; sample < count; sample++) least = Math.min(least, await measure());
  return least;
}

/**
 * Samples of several measurements, which take turns, so that whatever else the computer does meets them alike.
 *
 * @param measures Given the number of the round, which is negative in those that do not count.
 * @param untimed Rounds before the first that counts.
 * @param seed Of the order in each round; without one they keep theirs.
 */
export async function takeTurns(
  measures: readonly ((round: number) => number | Promise<number>)[],
  { rounds, untimed = 0, seed }: { readonly rounds: number; readonly untimed?: number; readonly seed?: number },
): Promise<readonly (readonly number[])[]> {
  const samples = measures.map((): number[] => []);
  const orders = seed === undefined ? undefined : shuffledBlocks(measures.length, untimed + rounds, seed);
  for (let round = -untimed; round < rounds; round++) {
    for (const slot of orders?.[untimed + round] ?? measures.keys()) {
      const sample = await (measures[slot] as (typeof measures)[number])(round);
      if (round >= 0) samples[slot]?.push(sample);
    }
  }
  return samples;
}

/**
 * Mean time of one run of the batch, in nanoseconds, over `runCount` runs from the same state. Each run is timed alone, so
 * that going back is not.
 *
 * @throws EngineError `internal` if a run does not come to the expected checksum: a wrong machine has no speed.
 */
export async function sampleRuns(batch: TimedBatch, runCount: number, clock: Clock = monotonicClock): Promise<number> {
  let totalNs = 0n;
  for (let run = 0; run < runCount; run++) {
    const start = clock();
    const summary = await batch.run();
    totalNs += clock() - start;
    if (summary.checksum !== batch.expectedChecksum) throw checksumMismatch(batch, summary.checksum);
    await batch.rewind();
  }
  return Number(totalNs) / runCount;
}

/**
 * Runs the batch untimed until it has worked for `warmUpNs` and at least three times.
 *
 * @returns How many runs make a sample of about `sampleNs`, from the pace of the last half of the warm-up.
 */
export async function warmUp(
  batch: TimedBatch,
  warmUpNs: number,
  sampleNs: number,
  clock: Clock = monotonicClock,
): Promise<number> {
  let totalNs = 0;
  let lastNs = 0;
  for (let run = 1; run <= 3 || totalNs < warmUpNs; run *= 2) {
    lastNs = await sampleRuns(batch, run, clock);
    totalNs += lastNs * run;
  }
  return Math.max(1, Math.ceil(sampleNs / Math.max(lastNs, 1)));
}

function checksumMismatch({ backendName, expectedChecksum }: TimedBatch, checksum: number): EngineError {
  return new EngineError(
    'internal',
    `${backendName} came to checksum ${checksum} in a timed batch, agreed was ${expectedChecksum}`,
  );
}
