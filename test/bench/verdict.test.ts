import assert from 'node:assert/strict';
import { holmAdjusted } from '../../bench/stats/holm.ts';
import { signedRankPValue } from '../../bench/stats/signed-rank.ts';
import { blocksFor, type Finding, noiseFloor, verdictOf } from '../../bench/stats/verdict.ts';

const clear: Finding = {
  logRatio: { point: 0.1, low: 0.08, high: 0.12 },
  pValue: 0.001,
  noiseFloor: 0.02,
  isSound: true,
};

describe('a verdict', () => {
  it('says who is ahead where the difference is clear', () => {
    assert.equal(verdictOf(clear), 'faster');
    assert.equal(verdictOf({ ...clear, logRatio: { point: -0.1, low: -0.12, high: -0.08 } }), 'slower');
  });

  const none = 'no measurable difference';
  it('says that there is none within the interval, the noise floor, or the family', () => {
    assert.equal(verdictOf({ ...clear, logRatio: { point: 0.1, low: -0.01, high: 0.2 } }), none);
    assert.equal(verdictOf({ ...clear, noiseFloor: 0.1 }), none);
    assert.equal(verdictOf({ ...clear, pValue: 0.051 }), none);
  });

  it('is refused where the measurement is not sound, however clear it looks', () => {
    assert.equal(verdictOf({ ...clear, isSound: false }), 'unstable');
  });
});

describe('the noise floor', () => {
  it('is the far end of what a machine differs from itself by', () => {
    assert.equal(noiseFloor({ point: 0, low: -0.01, high: 0.03 }), 0.03);
    assert.equal(noiseFloor({ point: -0.02, low: -0.04, high: -0.01 }), 0.04);
  });
});

describe('the number of blocks for a family', () => {
  it('lets differences that show in every block survive it, with one block the other way too', () => {
    for (const comparisons of [1, 5, 47, 200]) {
      const blocks = blocksFor(comparisons);
      const allButOne = [-0.001, ...Array.from({ length: blocks - 1 }, (_, at) => at + 1)];
      const family = new Array(comparisons).fill(signedRankPValue(allButOne));
      assert.ok(Math.max(...holmAdjusted(family)) <= 0.05, `${comparisons}: ${blocks}`);
    }
    assert.deepEqual([1, 47, 200].map(blocksFor), [7, 12, 14]);
  });
});
