import { sharedKernel } from './kernel.ts';

/**
 * Writes the Keccak-256 (the EVM's, with padding 0x01) of `data` to 32 bytes of `out`, which may be `data` itself.
 *
 * @throws RangeError if `out` has no room, EngineError `host-memory` if there is no memory for the input.
 */
export function keccak256Into(data: Uint8Array, out: Uint8Array, outOffset: number): void {
  const kernel = sharedKernel();
  kernel.fillScratch(data);
  kernel.exports.keccak_bytes(data.length);
  const digest = kernel.exports.exchange();
  out.set(kernel.bytes().subarray(digest, digest + 32), outOffset);
}

/**
 * The Keccak-256 (the EVM's, with padding 0x01) of `data`: 32 bytes.
 *
 * @throws EngineError `host-memory` if there is no memory for the input.
 */
export function keccak256(data: Uint8Array): Uint8Array {
  const out = new Uint8Array(32);
  keccak256Into(data, out, 0);
  return out;
}
