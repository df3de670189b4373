import { sha256 } from '../../metering/format/sha256.ts';
import { bigintToBytes, bytesToBigint, concatBytes, equalBytes, fromHex } from '../bytes.ts';
import { loadBls12 } from './noble.ts';
import { unlessRefused } from './precompile.ts';

/** Offsets of EIP-4844's input: versioned hash, z, y, commitment, proof. */
const layout = { z: 32, y: 64, commitment: 96, proof: 144, sizeBytes: 192 } as const;
const VERSION = 1;
const FIELD_ELEMENTS_PER_BLOB = 4096n;
/** The generator of the second group times the secret of the KZG ceremony. ethereum/c-kzg-4844, trusted_setup.txt */
const CEREMONY_POINT = fromHex(
  '0xb5bfd7dd8cdeb128843bc287230af38926187075cbfbefa81009a2ce615ac53d2914e5870cb452d2afaaab24f3499f72185cbfee53492714734429b7b38608e23926c911cceceac9a36851477ba4c60b087041de621000edc98edada20c1def2',
);

/** Shows that the polynomial with a commitment has the value y at z. Fails if it has not. EIP-4844. */
export function pointEvaluation(input: Uint8Array): Uint8Array | undefined {
  if (input.length !== layout.sizeBytes) return undefined;
  const commitment = input.subarray(layout.commitment, layout.proof);
  const versionedHash = sha256(commitment);
  versionedHash[0] = VERSION;
  if (!equalBytes(versionedHash, input.subarray(0, layout.z))) return undefined;
  const z = input.subarray(layout.z, layout.y);
  const y = input.subarray(layout.y, layout.commitment);
  if (!isPointEvaluation(commitment, z, y, input.subarray(layout.proof))) return undefined;
  const modulus = loadBls12().bls12_381.fields.Fr.ORDER;
  return concatBytes([bigintToBytes(FIELD_ELEMENTS_PER_BLOB, 32), bigintToBytes(modulus, 32)]);
}

/**
 * Whether the polynomial committed to has the value y at z: `verify_kzg_proof` of EIP-4844. False also for bytes that are no
 * field elements or no points of the subgroup.
 *
 * @param commitment 48 bytes, and so is `proof`: points in compressed form. @param z 32 bytes, big-endian, and so is `y`.
 */
export function isPointEvaluation(commitment: Uint8Array, z: Uint8Array, y: Uint8Array, proof: Uint8Array): boolean {
  const modulus = loadBls12().bls12_381.fields.Fr.ORDER;
  const [at, value] = [bytesToBigint(z), bytesToBigint(y)];
  if (at >= modulus || value >= modulus) return false;
  return unlessRefused(() => isOpening(commitment, at, value, proof)) === true;
}

/** e(commitment - y, 1) = e(proof, secret - z), with z brought to the left so that the right-hand point is always the same. */
function isOpening(commitment: Uint8Array, z: bigint, y: bigint, proofBytes: Uint8Array): boolean {
  const { G1, G2, fields, pairingBatch } = loadBls12().bls12_381;
  const pointOf = (bytes: Uint8Array): InstanceType<typeof G1.Point> => {
    const point = G1.Point.fromBytes(bytes);
    if (!point.is0()) point.assertValidity();
    return point;
  };
  const proof = pointOf(proofBytes);
  const left = pointOf(commitment).subtract(G1.Point.BASE.multiplyUnsafe(y)).add(proof.multiplyUnsafe(z));
  const pairs = [
    { g1: left, g2: G2.Point.BASE.negate() },
    { g1: proof, g2: G2.Point.fromBytes(CEREMONY_POINT) },
  ].filter(({ g1 }) => !g1.is0());
  return pairs.length === 0 || fields.Fp12.eql(pairingBatch(pairs), fields.Fp12.ONE);
}
