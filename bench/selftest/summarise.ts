import { median } from '../stats/median.ts';
import { allowedMisses } from './bounds.ts';
import type { Experiment } from './experiment.ts';

/** What many experiments with one factor came to. */
export interface FactorSummary {
  readonly factor: number;
  readonly experiments: number;
  /** Intervals that do not hold the truth; for factor 1 these are false alarms. */
  readonly misses: number;
  readonly allowedMisses: number;
  /** Intervals that exclude 1 on the right side. */
  readonly detected: number;
  /** Half of the width of the interval, relative; the median. */
  readonly halfWidth: number;
}

export interface SelftestSummary {
  readonly refused: number;
  readonly factors: readonly FactorSummary[];
}

export function summarise(experiments: readonly Experiment[]): SelftestSummary {
  const done = experiments.filter(({ recoveries }) => recoveries.length > 0);
  const factors = done[0]?.recoveries.map(({ factor }) => factor) ?? [];
  return {
    refused: experiments.length - done.length,
    factors: factors.map((factor, at): FactorSummary => {
      const estimates = done.flatMap(({ recoveries }) => recoveries[at]?.estimate ?? []);
      return {
        factor,
        experiments: estimates.length,
        misses: estimates.filter(({ low, high }) => factor < low || factor > high).length,
        allowedMisses: allowedMisses(estimates.length),
        detected: estimates.filter(({ low, high }) => (factor > 1 ? low > 1 : factor < 1 && high < 1)).length,
        halfWidth: median(estimates.map(({ point, low, high }) => (high - low) / (2 * point))),
      };
    }),
  };
}

/** From here on every experiment has to see the slowdown. */
const SURE_FACTOR = 1.1;

/**
 * What is wrong with the method, by the summary; empty if nothing is.
 *
 * @param isAlone Next to a neighbour intervals may be too wide to see anything, but they have to hold the truth.
 */
export function complaints({ factors }: SelftestSummary, isAlone: boolean): readonly string[] {
  return factors.flatMap(({ factor, experiments, misses, allowedMisses: allowed, detected }) => {
    const found: string[] = [];
    if (misses > allowed)
      found.push(`x${factor}: ${misses} of ${experiments} intervals miss it, allowed are ${allowed}`);
    if (isAlone && factor >= SURE_FACTOR && detected < experiments) {
      found.push(`x${factor}: seen in only ${detected} of ${experiments} experiments`);
    }
    return found;
  });
}
