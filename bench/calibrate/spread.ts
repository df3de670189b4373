import { median } from '../stats/median.ts';

/** How far apart positive values lie, whatever their unit: 1, 1 and 0 for equal ones. */
export interface Spread {
  readonly maxOverMin: number;
  readonly p95OverP5: number;
  /** Standard deviation over mean. */
  readonly variation: number;
  readonly median: number;
}

/** @throws RangeError for no values. */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return {
    maxOverMin: quantile(sorted, 1) / quantile(sorted, 0),
    p95OverP5: quantile(sorted, 0.95) / quantile(sorted, 0.05),
    variation: Math.sqrt(variance) / mean,
    median: median(values),
  };
}

/** Linear between the two nearest of the sorted values. */
export function quantile(sorted: readonly number[], share: number): number {
  if (sorted.length === 0) throw new RangeError('quantile of no values');
  const position = share * (sorted.length - 1);
  const below = Math.floor(position);
  const low = sorted[below] as number;
  const high = sorted[Math.min(below + 1, sorted.length - 1)] as number;
  return low + (high - low) * (position - below);
}
