import assert from 'node:assert/strict';
import type { EngineError } from '../../engine/errors.ts';
import { hostFailure, isStackOverflow } from '../../engine/native-stack.ts';

/** SpiderMonkey's class, which V8 does not have. */
class InternalError extends Error {
  override readonly name = 'InternalError';
}

const overflow = (): never => overflow();

describe('the end of the native stack', () => {
  it('is known by what each engine throws there, this one too', () => {
    const own = (() => {
      try {
        return overflow();
      } catch (error) {
        return error;
      }
    })();
    const errors = [
      own,
      new RangeError('Maximum call stack size exceeded'),
      new RangeError('Maximum call stack size exceeded.'),
      new InternalError('too much recursion'),
    ];
    for (const error of errors) {
      assert.equal(isStackOverflow(error), true, `${error}`);
      assert.equal((hostFailure(error, 'in a test') as EngineError).code, 'host-stack');
    }
  });

  it('is not what other errors say', () => {
    const others = [
      new RangeError('Invalid array length'),
      new RangeError('too much recursion'),
      new InternalError('allocation size overflow'),
      new Error('Maximum call stack size exceeded'),
      'too much recursion',
      undefined,
    ];
    for (const error of others) assert.equal(isStackOverflow(error), false, `${error}`);
    assert.equal((hostFailure(others[0], 'in a test') as EngineError).code, 'internal');
    assert.equal(hostFailure(others[2], 'in a test'), others[2]);
  });
});
