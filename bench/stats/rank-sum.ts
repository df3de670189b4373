import { median } from './median.ts';
import type { Estimate } from './signed-rank.ts';

/** What two independent samples say about the shift between them. */
export interface Shift extends Estimate {
  /** Two-sided, of the Wilcoxon-Mann-Whitney test that there is none. */
  readonly pValue: number;
}

/**
 * Null distribution of the Mann-Whitney statistic U: entry u is P(U = u) for samples of `m` and `n` without ties. U counts
 * the pairs in which the first sample is ahead; the largest value of all belongs to either sample, which gives the
 * recurrence. Mann and Whitney, Annals of Mathematical Statistics 18 (1947).
 */
export function rankSumProbabilities(m: number, n: number): Float64Array {
  let previous = Array.from({ length: n + 1 }, () => Float64Array.of(1));
  for (let i = 1; i <= m; i++) {
    const row = [Float64Array.of(1)];
    for (let j = 1; j <= n; j++) {
      const current = new Float64Array(i * j + 1);
      const shareOfFirst = i / (i + j);
      for (let u = 0; u <= i * j; u++) {
        const firstIsLargest = u >= j ? (previous[j]?.[u - j] ?? 0) : 0;
        current[u] = shareOfFirst * firstIsLargest + (1 - shareOfFirst) * (row[j - 1]?.[u] ?? 0);
      }
      row.push(current);
    }
    previous = row;
  }
  return previous[n] as Float64Array;
}

/**
 * By how much `a` lies above `b`: the Hodges-Lehmann estimate (median of all pairwise differences) with its exact 95 %
 * interval, for samples that do not pair up because they come from different runs. Hollander, Wolfe and Chicken,
 * Nonparametric Statistical Methods, sections 4.2 and 4.3.
 *
 * @throws RangeError where the samples are too small for an interval.
 */
export function rankSumShift(a: readonly number[], b: readonly number[]): Shift {
  const differences = Float64Array.from(a.flatMap((x) => b.map((y) => x - y))).sort();
  const probabilities = rankSumProbabilities(a.length, b.length);
  let cumulative = 0;
  const critical = probabilities.findIndex((probability) => {
    cumulative += probability;
    return cumulative > 0.025;
  });
  if (critical < 1) throw new RangeError(`samples of ${a.length} and ${b.length} are too few for an interval of 95 %`);
  const ahead = differences.reduce((count, d) => count + (d > 0 ? 1 : d === 0 ? 0.5 : 0), 0);
  const statistic = Math.ceil(Math.min(ahead, differences.length - ahead));
  const tail = probabilities.subarray(0, statistic + 1).reduce((sum, probability) => sum + probability, 0);
  return {
    point: median(Array.from(differences)),
    low: differences[critical - 1] as number,
    high: differences[differences.length - critical] as number,
    pValue: Math.min(1, 2 * tail),
  };
}
