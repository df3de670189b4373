import assert from 'node:assert/strict';
import fc from 'fast-check';
import { median } from '../../bench/stats/median.ts';
import { logRatios, suiteRatio, throughputRatio } from '../../bench/stats/ratio.ts';
import {
  hodgesLehmann,
  signedRankCritical,
  signedRankEstimate,
  signedRankProbabilities,
  walshAverages,
} from '../../bench/stats/signed-rank.ts';

const values = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 6, maxLength: 12 });
const durations = fc.array(fc.double({ min: 1, max: 1e9, noNaN: true }), { minLength: 10, maxLength: 10 });

function close(actual: number, expected: number): void {
  assert.ok(Math.abs(actual - expected) <= 1e-9 * Math.max(1, Math.abs(expected)), `${actual} is not ${expected}`);
}

describe('median', () => {
  it('is the middle value, or the mean of the two middle ones, whatever the order', () => {
    assert.equal(median([10, 9, 1]), 9);
    assert.equal(median([4, 1, 3, 2]), 2.5);
    assert.throws(() => median([]), RangeError);
  });

  it('has as many values above it as below', () => {
    fc.assert(
      fc.property(values, (list) => {
        const middle = median(list);
        const below = list.filter((value) => value < middle).length;
        const above = list.filter((value) => value > middle).length;
        return below <= list.length / 2 && above <= list.length / 2;
      }),
    );
  });
});

describe('Hodges-Lehmann', () => {
  it('is the median of all pairwise means, each value paired with itself too', () => {
    assert.deepEqual([...walshAverages([1, 2, 6])], [1, 1.5, 2, 3.5, 4, 6]);
    assert.equal(hodgesLehmann([1, 2, 6]), 2.75);
  });

  it('moves with the data and is not moved by one wild value', () => {
    fc.assert(
      fc.property(values, (list) => {
        close(hodgesLehmann(list.map((value) => value + 5)), hodgesLehmann(list) + 5);
      }),
    );
    close(hodgesLehmann([1, 1, 1, 1, 1, 1, 1, 1, 1, 1e9]), 1);
  });
});

describe('the signed-rank interval', () => {
  it('has the distribution that counting all sign patterns gives', () => {
    for (let count = 1; count <= 10; count++) {
      const tally = new Array((count * (count + 1)) / 2 + 1).fill(0);
      for (let signs = 0; signs < 1 << count; signs++) {
        let sum = 0;
        for (let rank = 1; rank <= count; rank++) if ((signs >> (rank - 1)) & 1) sum += rank;
        tally[sum] += 1 / 2 ** count;
      }
      assert.deepEqual([...signedRankProbabilities(count)], tally);
    }
  });

  it('has the critical values of the published tables', () => {
    const table = [10, 12, 15, 20, 25, 30, 40].map((count) => signedRankCritical(count));
    assert.deepEqual(table, [9, 14, 26, 53, 90, 138, 265]);
  });

  it('does not exist for fewer than six pairs', () => {
    assert.equal(signedRankCritical(6), 1);
    assert.throws(() => signedRankCritical(5), RangeError);
  });

  it('holds exactly the shifts that the signed-rank test does not reject', () => {
    // By definition: a shift is rejected if W, counted from the shifted differences, is below the critical value.
    const differences = [0.31, -0.12, 0.84, 0.45, 0.05, 0.67, -0.28, 0.19, 0.52, 0.73];
    const { low, high, point } = signedRankEstimate(differences);
    const critical = signedRankCritical(differences.length);
    const isKept = (shift: number) => {
      const above = walshAverages(differences).filter((average) => average > shift).length;
      const below = walshAverages(differences).filter((average) => average < shift).length;
      return Math.min(above, below) >= critical;
    };
    assert.ok(low < point && point < high);
    for (const [bound, inward] of [
      [low, 1],
      [high, -1],
    ] as const) {
      assert.equal(isKept(bound + inward * 1e-9), true);
      assert.equal(isKept(bound - inward * 1e-9), false);
    }
  });

  it('covers the truth in 95 of 100 runs on noise', () => {
    // A fixed sequence, so that this passes or fails once and for all. 1200 runs: two standard errors are 1.3 points.
    let state = 12345;
    const uniform = () => {
      state = (Math.imul(state, 1103515245) + 12345) >>> 0;
      return (state >>> 8) / 2 ** 24 - 0.5;
    };
    let covered = 0;
    for (let run = 0; run < 1200; run++) {
      const noise = Array.from({ length: 10 }, () => 3 + uniform() + uniform() + uniform());
      const { low, high } = signedRankEstimate(noise);
      if (low <= 3 && 3 <= high) covered++;
    }
    assert.ok(covered > 0.935 * 1200 && covered < 0.967 * 1200, `${covered} of 1200`);
  });
});

describe('throughput ratios', () => {
  it('say how much more work a does than b in the same time', () => {
    const a = [10, 11, 10, 12, 10, 11, 10, 11, 10, 12];
    const { point, low, high } = throughputRatio(
      a,
      a.map((ns) => 3 * ns),
    );
    for (const value of [point, low, high]) close(value, 3);
  });

  it('are inverted when the machines change places', () => {
    fc.assert(
      fc.property(durations, durations, (a, b) => {
        const [there, back] = [throughputRatio(a, b), throughputRatio(b, a)];
        close(there.point * back.point, 1);
        close(there.low * back.high, 1);
      }),
    );
  });

  it('do not pair samples of different blocks', () => {
    assert.throws(() => logRatios([1, 2], [1]), RangeError);
  });

  it('average over a suite as a geometric mean', () => {
    const ones = new Array(10).fill(1);
    const twice = logRatios(ones, new Array(10).fill(2));
    const eightTimes = logRatios(ones, new Array(10).fill(8));
    close(suiteRatio([twice, eightTimes]).point, 4);
    assert.throws(() => suiteRatio([]), RangeError);
  });
});
