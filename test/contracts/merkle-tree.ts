import { keccak_256 } from '@noble/hashes/sha3.js';
import { bigintToBytes, concatBytes, fromHex, toHex } from '../../engine/bytes.ts';

/** A leaf of an airdrop, as `claim` takes it. */
export interface Claim {
  readonly index: bigint;
  /** 0x, 20 bytes. */
  readonly account: string;
  readonly amount: bigint;
}

const hash = (...parts: readonly Uint8Array[]) => keccak_256(concatBytes(parts));

/** As @openzeppelin/merkle-tree hashes a leaf of (uint256, address, uint256): twice. */
function leafOf({ index, account, amount }: Claim): Uint8Array {
  return hash(
    hash(bigintToBytes(index, 32), bigintToBytes(0n, 12), fromHex(account as `0x${string}`), bigintToBytes(amount, 32)),
  );
}

function sortedPair(a: Uint8Array, b: Uint8Array): Uint8Array {
  return toHex(a) < toHex(b) ? hash(a, b) : hash(b, a);
}

/**
 * A tree of 2^depth leaves, of which only the claims are known, each at its index: every subtree without one is a hash
 * made up from its place. So a tree of a million leaves costs what its claims cost.
 */
export function merkleTree(
  claims: readonly Claim[],
  depth: number,
): { readonly root: string; readonly proofs: readonly (readonly string[])[] } {
  let level = new Map(claims.map((claim) => [claim.index, leafOf(claim)]));
  const proofs = claims.map((): string[] => []);
  for (let height = 0; height < depth; height++) {
    const nodes = level;
    const nodeAt = (at: bigint) => nodes.get(at) ?? hash(new TextEncoder().encode(`subtree ${height} ${at}`));
    for (const [i, { index }] of claims.entries()) {
      proofs[i]?.push(toHex(nodeAt((index >> BigInt(height)) ^ 1n)));
    }
    const parents = new Set([...nodes.keys()].map((at) => at >> 1n));
    level = new Map([...parents].map((at) => [at, sortedPair(nodeAt(2n * at), nodeAt(2n * at + 1n))]));
  }
  return { root: toHex(level.get(0n) as Uint8Array), proofs };
}
