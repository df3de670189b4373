import type { Estimate } from './signed-rank.ts';

/** What may be said about a comparison. `unstable`: the measurement is not good enough to say anything. */
export type Verdict = 'faster' | 'slower' | 'no measurable difference' | 'unstable';

/** A comparison with everything that decides what may be said about it. */
export interface Finding {
  /** Of log(throughput of a / throughput of b), with its 95 % interval. */
  readonly logRatio: Estimate;
  /** Adjusted for all comparisons that are judged with it. */
  readonly pValue: number;
  /** Log ratios up to this size are what a machine differs from itself by. */
  readonly noiseFloor: number;
  /** False if too many processes did not settle, or the host machine disturbed too much, or it was biased. */
  readonly isSound: boolean;
}

/** The chance of error that is accepted for all comparisons of a family together. */
export const ERROR_RATE = 0.05;

/**
 * The noise floor of a workload, from the log ratios of two copies of the same machine: the far end of their interval.
 * The truth is 0, so all that the interval reaches is noise.
 */
export function noiseFloor({ low, high }: Estimate): number {
  return Math.max(Math.abs(low), Math.abs(high));
}

/** A difference has to exclude zero, survive its family, and exceed the noise floor. */
export function verdictOf({ logRatio, pValue, noiseFloor: floor, isSound }: Finding): Verdict {
  const { point, low, high } = logRatio;
  if (!isSound) return 'unstable';
  const isSignificant = (low > 0 || high < 0) && pValue <= ERROR_RATE;
  if (!isSignificant || Math.abs(point) <= floor) return 'no measurable difference';
  return point > 0 ? 'faster' : 'slower';
}

/** An interval over this factor concludes nothing. */
const WIDEST_INTERVAL = 2;

export function isTooWide({ low, high }: Estimate): boolean {
  return !(high <= WIDEST_INTERVAL * low);
}

/**
 * Blocks that a family needs: with fewer, even a difference that shows in every block would not survive Holm's
 * adjustment. Twice that margin, so that one block may go the other way.
 */
export function blocksFor(comparisonCount: number): number {
  let blocks = 6;
  while (2 * comparisonCount * 2 ** (1 - blocks) > ERROR_RATE) blocks++;
  return blocks;
}
