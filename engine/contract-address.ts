import { bigintToBytes, concatBytes } from './bytes.ts';
import { keccak256 } from './kernel/keccak.ts';

/** RLP of a nonce: its big-endian bytes without leading zeros, as a string item. Yellow Paper, appendix B. */
function rlpNonce(nonce: bigint): Uint8Array {
  if (nonce > 0n && nonce < 0x80n) return Uint8Array.of(Number(nonce));
  const bytes = bigintToBytes(nonce, 8);
  const first = bytes.findIndex((byte) => byte !== 0);
  const significant = first === -1 ? bytes.subarray(8) : bytes.subarray(first);
  return concatBytes([Uint8Array.of(0x80 + significant.length), significant]);
}

/** Address of CREATE: the last 20 bytes of keccak256(rlp([creator, nonce])). Yellow Paper, section 7. */
export function createAddress(creator: Uint8Array, nonce: bigint): Uint8Array {
  const encodedNonce = rlpNonce(nonce);
  const listHeader = Uint8Array.of(0xc0 + 21 + encodedNonce.length, 0x94);
  return keccak256(concatBytes([listHeader, creator, encodedNonce])).slice(12);
}

/**
 * Address of CREATE2 (EIP-1014): keccak256(0xff, creator, salt, keccak256(creation code)), where the creation code of a
 * WebAssembly contract is the module's hash followed by the constructor input.
 */
export function create2Address(
  creator: Uint8Array,
  salt: Uint8Array,
  moduleHash: Uint8Array,
  input: Uint8Array,
): Uint8Array {
  const codeHash = keccak256(concatBytes([moduleHash, input]));
  return keccak256(concatBytes([Uint8Array.of(0xff), creator, salt, codeHash])).slice(12);
}
