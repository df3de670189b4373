import { bytesToBigint } from '../bytes.ts';
import { keccak256 } from '../kernel/keccak.ts';
import { loadSecp256k1 } from './noble.ts';
import { inputPart, unlessRefused } from './precompile.ts';

/**
 * Hash, v, r and s, 32 bytes each -> the address (in 32 bytes) that has signed, or nothing if none has. Unlike transactions
 * it takes an s in the upper half. Yellow Paper, appendix E.
 */
export function ecrecover(input: Uint8Array): Uint8Array {
  const v = bytesToBigint(inputPart(input, 32, 32));
  const r = bytesToBigint(inputPart(input, 64, 32));
  const s = bytesToBigint(inputPart(input, 96, 32));
  const { secp256k1 } = loadSecp256k1();
  const { ORDER } = secp256k1.Point.Fn;
  const isInRange = (scalar: bigint): boolean => scalar > 0n && scalar < ORDER;
  if ((v !== 27n && v !== 28n) || !isInRange(r) || !isInRange(s)) return new Uint8Array(0);
  const hash = inputPart(input, 0, 32);
  const key = unlessRefused(() => new secp256k1.Signature(r, s, Number(v - 27n)).recoverPublicKey(hash).toBytes(false));
  if (key === undefined) return new Uint8Array(0);
  // The point without the byte that says it is uncompressed.
  const address = keccak256(key.subarray(1));
  address.fill(0, 0, 12);
  return address;
}
