import { bigintToBytes, bytesToBigint, concatBytes } from '../bytes.ts';
import { loadBn254 } from './noble.ts';
import { inputPart, unlessRefused } from './precompile.ts';

/**
 * The curve alt_bn128 of EIP-196 and EIP-197. A point is x and y, 32 bytes each, and zeros for the point at infinity; in the
 * second group a coordinate is two numbers, the imaginary part first.
 */
type G1Point = InstanceType<ReturnType<typeof loadBn254>['bn254']['G1']['Point']>;
type G2Point = InstanceType<ReturnType<typeof loadBn254>['bn254']['G2']['Point']>;

const POINT_BYTES = 64;
const PAIR_BYTES = 192;

const numberAt = (input: Uint8Array, at: number): bigint => bytesToBigint(inputPart(input, at, 32));

/** undefined for what is not a point. */
function g1At(input: Uint8Array, at: number): G1Point | undefined {
  const { Point } = loadBn254().bn254.G1;
  return unlessRefused(() => {
    const point = Point.fromAffine({ x: numberAt(input, at), y: numberAt(input, at + 32) });
    if (!point.is0()) point.assertValidity();
    return point;
  });
}

/** undefined for what is not a point of the group. */
function g2At(input: Uint8Array, at: number): G2Point | undefined {
  const { fields, G2 } = loadBn254().bn254;
  const coordinate = (from: number): { readonly c0: bigint; readonly c1: bigint } => ({
    c0: numberAt(input, from + 32),
    c1: numberAt(input, from),
  });
  return unlessRefused(() => {
    const [x, y] = [coordinate(at), coordinate(at + 64)];
    if (!fields.Fp2.isValid(x) || !fields.Fp2.isValid(y)) throw new Error('not in the field');
    const point = G2.Point.fromAffine({ x, y });
    if (!point.is0()) point.assertValidity();
    return point;
  });
}

function bytesOf(point: G1Point): Uint8Array {
  if (point.is0()) return new Uint8Array(POINT_BYTES);
  const { x, y } = point.toAffine();
  return concatBytes([bigintToBytes(x, 32), bigintToBytes(y, 32)]);
}

export function bn254Add(input: Uint8Array): Uint8Array | undefined {
  const [a, b] = [g1At(input, 0), g1At(input, POINT_BYTES)];
  return a === undefined || b === undefined ? undefined : bytesOf(a.add(b));
}

/** Point and scalar, which may be larger than the group. */
export function bn254Mul(input: Uint8Array): Uint8Array | undefined {
  const point = g1At(input, 0);
  if (point === undefined) return undefined;
  const scalar = numberAt(input, POINT_BYTES) % loadBn254().bn254.fields.Fr.ORDER;
  return bytesOf(point.multiplyUnsafe(scalar));
}

/** Whether the product of the pairings is one, in 32 bytes. */
export function bn254Pairing(input: Uint8Array): Uint8Array | undefined {
  if (input.length % PAIR_BYTES !== 0) return undefined;
  const { fields, pairingBatch } = loadBn254().bn254;
  const pairs: { g1: G1Point; g2: G2Point }[] = [];
  for (let at = 0; at < input.length; at += PAIR_BYTES) {
    const [g1, g2] = [g1At(input, at), g2At(input, at + POINT_BYTES)];
    if (g1 === undefined || g2 === undefined) return undefined;
    if (!g1.is0() && !g2.is0()) pairs.push({ g1, g2 });
  }
  const isOne = pairs.length === 0 || fields.Fp12.eql(pairingBatch(pairs), fields.Fp12.ONE);
  return bigintToBytes(isOne ? 1n : 0n, 32);
}
