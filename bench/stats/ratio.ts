import { type Estimate, signedRankEstimate } from './signed-rank.ts';

/**
 * log(time of b / time of a) per block: positive where a is the faster one.
 *
 * @throws RangeError if there are not as many of one as of the other.
 *
 * @example
 * console.log(logRatios([1, 2], [2, 2]).map((ratio) => ratio.toFixed(2))); // [ '0.69', '0.00' ]
 */
export function logRatios(aNs: readonly number[], bNs: readonly number[]): readonly number[] {
  if (aNs.length !== bNs.length) throw new RangeError(`${aNs.length} and ${bNs.length} samples do not pair up`);
  return aNs.map((ns, block) => Math.log((bNs[block] as number) / ns));
}

/**
 * Throughput of a relative to b, time(b) / time(a), from samples of the same blocks: 2 means that a does twice the
 * work of b in the same time. Estimated on logarithms, so that a/b and b/a are each other's inverse.
 *
 * @example
 * const { point, low, high } = throughputRatio([10, 11, 10, 10, 11, 10], [20, 22, 21, 20, 22, 20]);
 * console.log(point.toFixed(1), low > 1.9, high < 2.2); // 2.0 true true
 */
export function throughputRatio(aNs: readonly number[], bNs: readonly number[]): Estimate {
  return exponentiate(signedRankEstimate(logRatios(aNs, bNs)));
}

/**
 * Geometric mean of `throughputRatio` over a suite: per block the mean of the workloads' log ratios, then the same
 * estimate over blocks. It speaks about this suite, not about contracts in general.
 *
 * @param workloads One list of log ratios per workload, all over the same blocks.
 *
 * @example
 * const small = logRatios([10, 11, 10, 10, 11, 10], [20, 22, 20, 20, 22, 20]);
 * const large = logRatios([10, 11, 10, 10, 11, 10], [80, 88, 80, 80, 88, 80]);
 * console.log(suiteRatio([small, large]).point.toFixed(2)); // 4.00
 */
export function suiteRatio(workloads: readonly (readonly number[])[]): Estimate {
  const blocks = workloads[0]?.map((_, block) => {
    const sum = workloads.reduce((total, ratios) => total + (ratios[block] as number), 0);
    return sum / workloads.length;
  });
  if (blocks === undefined) throw new RangeError('a suite needs at least one workload');
  return exponentiate(signedRankEstimate(blocks));
}

export function exponentiate({ point, low, high }: Estimate): Estimate {
  return { point: Math.exp(point), low: Math.exp(low), high: Math.exp(high) };
}
