import assert from 'node:assert/strict';
import fc from 'fast-check';
import { bigintToBytes, bytesToBigint, fromHex, toHex } from '../../engine/bytes.ts';

describe('bytes and integers', () => {
  it('are the same number in either form, for any length', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 70 }), (bytes) => {
        const value = bytesToBigint(bytes);
        assert.equal(
          value,
          bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n),
        );
        assert.deepEqual(bigintToBytes(value, bytes.length), bytes);
        const text = toHex(bytes);
        assert.deepEqual(fromHex(text), bytes);
        assert.deepEqual(fromHex(`0x${text.slice(2).toUpperCase()}`), bytes);
      }),
    );
  });

  it('refuse what does not fit', () => {
    for (const lengthBytes of [0, 1, 7, 8, 16, 20, 31, 32, 33]) {
      const limit = 1n << BigInt(8 * lengthBytes);
      assert.throws(() => bigintToBytes(limit, lengthBytes), RangeError);
      assert.throws(() => bigintToBytes(-1n, lengthBytes), RangeError);
      assert.equal(bytesToBigint(bigintToBytes(limit - 1n, lengthBytes)), limit - 1n);
    }
    for (const text of ['', '0x0', '00', '0xg0', '0x-1']) assert.throws(() => fromHex(text), RangeError);
  });
});
