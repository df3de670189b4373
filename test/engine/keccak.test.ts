import assert from 'node:assert/strict';
import { keccak_256 } from '@noble/hashes/sha3.js';
import fc from 'fast-check';
import { toHex } from '../../engine/bytes.ts';
import { keccak256 } from '../../engine/kernel/keccak.ts';

/** Bytes that depend on their place, so that a block swapped or left out shows. */
function pattern(lengthBytes: number): Uint8Array {
  return Uint8Array.from({ length: lengthBytes }, (_, i) => (i * 7 + (i >> 8)) & 0xff);
}

describe('keccak256', () => {
  it('gives the known digests', () => {
    const ascii = (text: string) => toHex(keccak256(new TextEncoder().encode(text)));
    // Of nothing: the code hash of accounts without code, Ethereum yellow paper, appendix I.
    assert.equal(ascii(''), '0xc5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470');
    // Topic of the ERC-20 Transfer event.
    assert.equal(
      ascii('Transfer(address,address,uint256)'),
      '0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef',
    );
  });

  it('equals an independent implementation on every length around the rate of 136 bytes', () => {
    for (let length = 0; length <= 3 * 136 + 1; length++) {
      const data = pattern(length);
      assert.deepEqual(keccak256(data), keccak_256(data), `${length} bytes`);
    }
  });

  it('equals an independent implementation on random inputs', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 1500 }), (data) => {
        assert.deepEqual(keccak256(data), keccak_256(data));
      }),
      { numRuns: 1000 },
    );
  });

  it('hashes inputs larger than the memory it started with, and small ones after them', () => {
    for (const length of [65536, 65537, 200_000, 0, 64, 1_000_003, 136]) {
      const data = pattern(length);
      assert.deepEqual(keccak256(data), keccak_256(data), `${length} bytes`);
    }
  });

  it('returns bytes of its own, which later calls leave alone', () => {
    const first = keccak256(pattern(1));
    const copy = first.slice();
    keccak256(pattern(2));
    assert.deepEqual(first, copy);
  });
});
