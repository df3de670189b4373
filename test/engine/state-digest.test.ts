import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { turboshake128 } from '@noble/hashes/sha3-addons.js';
import fc from 'fast-check';
import { bigintToBytes, concatBytes } from '../../engine/bytes.ts';
import { type AccountView, digestAccounts } from '../../engine/state/digest.ts';

const bytes = (maxLength: number) => fc.uint8Array({ maxLength });
const account: fc.Arbitrary<AccountView> = fc.record({
  address: fc.uint8Array({ minLength: 20, maxLength: 20 }),
  wei: fc.oneof(fc.constant(0n), fc.bigInt({ min: 0n, max: (1n << 256n) - 1n })),
  storage: fc.array(fc.record({ key: bytes(70), value: bytes(500) }), { maxLength: 4 }),
});

/** docs/adr/0007 once more, with other parts. */
function independentDigest(accounts: readonly AccountView[]): string {
  const sum = new Uint16Array(1024);
  const add = (element: Uint8Array): void => {
    const lanes = new DataView(turboshake128(element, { dkLen: 2048 }).buffer);
    for (let i = 0; i < 1024; i++) sum[i] = (sum[i] as number) + lanes.getUint16(2 * i, true);
  };
  const withLength = (part: Uint8Array): Uint8Array => concatBytes([bigintToBytes(BigInt(part.length), 4), part]);
  for (const { address, wei, storage } of accounts) {
    if (wei > 0n) add(concatBytes([Uint8Array.of(0), address, bigintToBytes(wei, 32)]));
    for (const { key, value } of storage) {
      add(concatBytes([Uint8Array.of(1), address, withLength(key), withLength(value)]));
    }
  }
  const encoded = new DataView(new ArrayBuffer(2048));
  for (const [i, lane] of sum.entries()) encoded.setUint16(2 * i, lane, true);
  return createHash('sha256').update(new Uint8Array(encoded.buffer)).digest('hex');
}

describe('state digest', () => {
  it('is what an independent implementation of its definition gives', () => {
    fc.assert(
      fc.property(fc.array(account, { maxLength: 5 }), (accounts) => {
        assert.equal(digestAccounts(accounts), independentDigest(accounts));
      }),
    );
  });

  it('of nothing, and of one balance, is known', () => {
    const empty = createHash('sha256').update(new Uint8Array(2048)).digest('hex');
    assert.equal(digestAccounts([]), empty);
    const one = [{ address: new Uint8Array(20).fill(1), wei: 1n, storage: [] }];
    assert.equal(digestAccounts(one), '15c282e0b568cb13dbffa92f11c4a34f3706d94eafcc93653b941a63536e1755');
  });

  it('tells apart what differs only in where key ends and value begins, or in whose it is', () => {
    const of = (address: number, key: readonly number[], value: readonly number[]): string =>
      digestAccounts([
        {
          address: new Uint8Array(20).fill(address),
          wei: 0n,
          storage: [{ key: Uint8Array.from(key), value: Uint8Array.from(value) }],
        },
      ]);
    const digests = [of(1, [1, 2], [3]), of(1, [1], [2, 3]), of(2, [1, 2], [3]), of(1, [1, 2], [])];
    assert.equal(new Set(digests).size, digests.length);
  });
});
