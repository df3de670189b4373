import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { judgeChange, parseTolerance } from '../../harness/gate/tolerance.ts';

const levels = (text: string, was: bigint, ...now: readonly bigint[]) =>
  now.map((is) => judgeChange(parseTolerance(text), was, is)).join();

describe('a tolerance', () => {
  it('lets nothing change where it is exact', () => {
    assert.equal(levels('exact', 7884n, 7883n, 7884n, 7885n), 'fail,same,fail');
  });

  it('takes growth up to its end, and any shrinking', () => {
    assert.equal(levels('+2%', 1000n, 1n, 1020n, 1021n), 'warn,warn,fail');
    assert.equal(levels('+100', 1000n, 1100n, 1101n), 'warn,fail');
    assert.equal(levels('+0', 1000n, 999n, 1001n), 'warn,fail');
  });

  it('takes shrinking up to its end, and no growth', () => {
    assert.equal(levels('-5%', 1000n, 949n, 950n, 1001n), 'fail,warn,fail');
  });

  it('takes what lies between two ends, of either unit', () => {
    assert.equal(levels('-5%..+2%', 1000n, 949n, 950n, 1020n, 1021n), 'fail,warn,warn,fail');
    assert.equal(levels('-10..+1%', 1000n, 989n, 990n, 1010n, 1011n), 'fail,warn,warn,fail');
  });

  it('passes over what its first steps pass over, and warns of what the next ones take', () => {
    assert.equal(levels('pass +0.1%, +2%', 1000n, 1001n, 1002n, 1021n), 'pass,warn,fail');
    assert.equal(levels('pass any', 1000n, 0n, 1n << 62n), 'pass,pass');
    assert.equal(levels('any', 1000n, 0n), 'warn');
  });

  it('counts a percent of nothing as nothing', () => {
    assert.equal(levels('+50%', 0n, 0n, 1n), 'same,fail');
    assert.equal(levels('+1', 0n, 1n), 'warn');
  });

  it('rounds nothing, at any size', () => {
    const was = (1n << 62n) - 2n;
    assert.equal(levels('+0.001%', was, was + was / 100_000n, was + was / 100_000n + 1n), 'warn,fail');
    fc.assert(
      fc.property(
        fc.bigInt(1n, 1n << 62n),
        fc.bigInt(0n, 1n << 62n),
        fc.integer({ min: 0, max: 999_999 }),
        (was, is, m) => {
          const text = `+${Math.floor(m / 1000)}.${String(m % 1000).padStart(3, '0')}%`;
          const fits = is * 100_000n <= was * (100_000n + BigInt(m));
          assert.equal(levels(text, was, is), was === is ? 'same' : fits ? 'warn' : 'fail');
        },
      ),
    );
  });

  for (const text of [
    '',
    'Exact',
    '2%',
    '+2 %',
    '+2.5',
    '+2.1234%',
    '+-2%',
    '+2%..',
    '..+2%',
    '-1..+1..+2',
    '+2%,+3%',
    'pass',
    'pass exact',
    'warn +2%',
    '+1e3',
    '+2%..-5%',
    '+1..-1%',
    `+${'9'.repeat(19)}`,
    Array(9).fill('any').join(', '),
    'a'.repeat(101),
  ]) {
    it(`is refused as ${JSON.stringify(text.slice(0, 30))}, in one line that says where`, () => {
      assert.throws(
        () => parseTolerance(text, 'trimeter.json: tolerance'),
        (error: Error) => error.name === 'InputRejected' && /^trimeter\.json: tolerance: [^\n]+$/.test(error.message),
      );
    });
  }
});
