import assert from 'node:assert/strict';
import { holmAdjusted } from '../../bench/stats/holm.ts';
import { rankSumProbabilities, rankSumShift } from '../../bench/stats/rank-sum.ts';
import { hodgesLehmann, signedRankEstimate, signedRankPValue } from '../../bench/stats/signed-rank.ts';
import { theilSenSlope } from '../../bench/stats/theil-sen.ts';

// Values from SciPy 1.17.1 (`scipy.stats.wilcoxon` and `mannwhitneyu` with method='exact', `theilslopes`). SciPy has no
// intervals for these: their ends are where its two-sided p-value, as a function of a shift of the data, crosses 5 %.

function close(actual: number, expected: number, within = 1e-12): void {
  assert.ok(Math.abs(actual - expected) <= within, `${actual} is not ${expected}`);
}

/**
 * Depression scores before and after treatment: Hollander and Wolfe (1973), p. 29, as printed in R's `?wilcox.test`, which
 * gives V = 40 and a one-sided p-value of 0.01953.
 */
const before = [1.83, 0.5, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.3];
const after = [0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29];
const depression = before.map((value, at) => value - (after[at] as number));

/** `numpy.random.default_rng(1).normal(0.02, 0.03, 20)`, rounded to six digits. */
const drawn = [
  0.030368, 0.044649, 0.029913, -0.019095, 0.047161, 0.033391, 0.003891, 0.037434, 0.030937, 0.028824, 0.020853,
  0.036401, -0.002094, 0.015113, 0.005536, 0.037965, 0.021192, 0.011226, -0.003457, 0.012284,
];

describe('signed-rank statistics', () => {
  it('give the p-values of R and SciPy', () => {
    close(signedRankPValue(depression), 2 * 0.01953125);
    close(signedRankPValue(drawn), 0.0001049041748046875);
    close(signedRankPValue([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]), 0.00048828125);
    close(signedRankPValue([-1, 2, 3, 4, 5, 6, 7, 8, 9, 10]), 0.00390625);
    close(signedRankPValue([3, -1, 2, -4, 5, -6.5, 7.2, 8.1]), 0.3828125);
  });

  it('give the estimates and intervals of R and SciPy', () => {
    close(hodgesLehmann(depression), 0.46);
    const small = signedRankEstimate(depression);
    close(small.low, 0.01);
    close(small.high, 0.786);
    const larger = signedRankEstimate(drawn);
    close(larger.point, 0.02154775);
    close(larger.low, 0.0131945);
    close(larger.high, 0.030425);
  });

  it('find nothing in no difference', () => {
    assert.equal(signedRankPValue([0, 0, 0, 0, 0, 0, 0, 0]), 1);
  });
});

describe('rank-sum statistics', () => {
  /** Permeability of membranes at 12 to 26 weeks and at term: Hollander and Wolfe (1973), p. 69, as in `?wilcox.test`. */
  const atTerm = [0.8, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46];
  const earlier = [1.15, 0.88, 0.9, 0.74, 1.21];

  it('give the p-value and the interval of R and SciPy', () => {
    const { point, low, high, pValue } = rankSumShift(atTerm, earlier);
    close(pValue, 0.2544122544122544);
    close(point, 0.305);
    close(low, -0.15);
    close(high, 0.76);
  });

  it('have the distribution that dealing ranks in all ways gives', () => {
    const [m, n] = [4, 5];
    const tally = new Array(m * n + 1).fill(0);
    let deals = 0;
    for (let picked = 0; picked < 1 << (m + n); picked++) {
      const ranks = Array.from({ length: m + n }, (_, rank) => rank).filter((rank) => (picked >> rank) & 1);
      if (ranks.length !== m) continue;
      deals++;
      tally[ranks.reduce((sum, rank, at) => sum + rank - at, 0)]++;
    }
    for (const [u, probability] of rankSumProbabilities(m, n).entries()) close(probability, tally[u] / deals);
  });

  it('have no interval for three against three', () => {
    assert.throws(() => rankSumShift([1, 2, 3], [4, 5, 6]), RangeError);
  });
});

describe('Holm', () => {
  it("adjusts as R's p.adjust does", () => {
    // p.adjust(c(0.01, 0.04, 0.03, 0.005), 'holm')
    for (const [at, value] of holmAdjusted([0.01, 0.04, 0.03, 0.005]).entries()) {
      close(value, [0.03, 0.06, 0.06, 0.02][at] as number);
    }
    assert.deepEqual(holmAdjusted([0.5, 0.7]), [1, 1]);
    assert.deepEqual(holmAdjusted([]), []);
  });
});

describe('Theil-Sen', () => {
  it('gives the slope of SciPy, which a wild point does not turn', () => {
    close(theilSenSlope([0, 1, 2, 3, 4, 5, 6], [1, 2.5, 2.9, 4.4, 4.9, 20, 7.1]), 1.0166666666666666);
    assert.throws(() => theilSenSlope([1, 1], [1, 2]), RangeError);
  });
});
