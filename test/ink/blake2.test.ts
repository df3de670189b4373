import assert from 'node:assert/strict';
import { blake2AsU8a } from '@polkadot/util-crypto/blake2';
import { cryptoWaitReady } from '@polkadot/util-crypto/crypto';
import { blake2 } from '../../engine/abi/seal/blake2.ts';

describe('blake2', () => {
  it('is the same in JavaScript as in the WebAssembly of its library', async () => {
    assert.equal(await cryptoWaitReady(), true);
    for (const length of [0, 1, 127, 128, 129, 1000]) {
      const bytes = Uint8Array.from({ length }, (_, i) => i & 0xff);
      assert.deepEqual(blake2(bytes, 32), blake2AsU8a(bytes, 256));
      assert.deepEqual(blake2(bytes, 16), blake2AsU8a(bytes, 128));
    }
  });
});
