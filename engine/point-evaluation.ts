import { bls12_381 } from '@noble/curves/bls12-381.js';
import { bytesToBigint, fromHex } from './bytes.ts';

const { G1, G2, fields } = bls12_381;
type G1Point = typeof G1.Point.BASE;
type G2Point = typeof G2.Point.BASE;

/**
 * The power of tau in G2 of the KZG ceremony: `g2_monomial[1]` of
 * https://github.com/ethereum/consensus-specs/blob/v1.5.0/presets/mainnet/trusted_setups/trusted_setup_4096.json
 */
const TAU_G2 = fromHex(
  '0xb5bfd7dd8cdeb128843bc287230af38926187075cbfbefa81009a2ce615ac53d2914e5870cb452d2afaaab24f3499f72' +
    '185cbfee53492714734429b7b38608e23926c911cceceac9a36851477ba4c60b087041de621000edc98edada20c1def2',
);

let tau: G2Point | undefined;

/**
 * Whether the polynomial committed to has the value y at z, which is what 0x0a asks (`verify_kzg_proof` of EIP-4844, the
 * versioned hash aside). False also for bytes that are no field elements or no points of the subgroup.
 *
 * @param commitment 48 bytes, and so is `proof`: points in compressed form. @param z 32 bytes, big-endian, and so is `y`.
 */
export function isPointEvaluation(commitment: Uint8Array, z: Uint8Array, y: Uint8Array, proof: Uint8Array): boolean {
  const [at, value] = [bytesToBigint(z), bytesToBigint(y)];
  const [c, p] = [pointOf(commitment), pointOf(proof)];
  if (c === undefined || p === undefined || at >= fields.Fr.ORDER || value >= fields.Fr.ORDER) return false;
  tau ??= G2.Point.fromBytes(TAU_G2);
  // e(c - [value], 1) = e(p, tau - [at]), put so that no point of G2 has to be multiplied.
  const left = c.subtract(G1.Point.BASE.multiplyUnsafe(value)).add(p.multiplyUnsafe(at));
  const pairs = [
    { g1: left, g2: G2.Point.BASE },
    { g1: p.negate(), g2: tau },
  ].filter(({ g1 }) => !g1.is0());
  return fields.Fp12.eql(bls12_381.pairingBatch(pairs), fields.Fp12.ONE);
}

function pointOf(bytes: Uint8Array): G1Point | undefined {
  try {
    return G1.Point.fromBytes(bytes);
  } catch {
    return undefined;
  }
}
