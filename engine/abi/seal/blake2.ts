import { blake2AsU8a } from '@polkadot/util-crypto/blake2';

/**
 * BLAKE2b (RFC 7693) with a result of 16 or 32 bytes. Always the JavaScript version: the library would otherwise change
 * to its WebAssembly one as soon as that is loaded, and the results are the same.
 */
export function blake2(bytes: Uint8Array, resultBytes: 16 | 32): Uint8Array {
  return blake2AsU8a(bytes, resultBytes === 16 ? 128 : 256, null, true);
}
