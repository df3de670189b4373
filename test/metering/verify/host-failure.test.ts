import assert from 'node:assert/strict';
import { readOriginal } from '../../../metering/verify/read-module.ts';
import { wat } from '../../support/wat.ts';

describe('reading a module to verify it', () => {
  it('calls bytes malformed, and passes on what the host failed by', async () => {
    const bytes = await wat('(module (memory 1) (func nop))');
    assert.throws(() => readOriginal(bytes.subarray(0, bytes.length - 1)), { code: 'malformed' });
    assert.throws(() => readOriginal(Uint8Array.of(...bytes, 99, 0)), { code: 'malformed', actual: 'section 99' });
    const failure = new RangeError('Maximum call stack size exceeded');
    const failing: Uint8Array = new Proxy(bytes, {
      get: (target, key) => {
        if (key === 'subarray' || key === '12') throw failure;
        const value = Reflect.get(target, key, target);
        return typeof value === 'function' ? value.bind(failing) : value;
      },
    });
    assert.throws(
      () => readOriginal(failing),
      (error) => error === failure,
    );
  });
});
