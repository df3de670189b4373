import { median } from './median.ts';

/**
 * Slope of a line through points: the median slope over all pairs with different x, so that a few wild points do not turn
 * it. Sen, Journal of the American Statistical Association 63 (1968).
 *
 * @throws RangeError for fewer than two different x.
 */
export function theilSenSlope(xs: readonly number[], ys: readonly number[]): number {
  const slopes: number[] = [];
  for (const [i, x] of xs.entries()) {
    for (let j = i + 1; j < xs.length; j++) {
      const dx = (xs[j] as number) - x;
      if (dx !== 0) slopes.push(((ys[j] as number) - (ys[i] as number)) / dx);
    }
  }
  return median(slopes);
}
