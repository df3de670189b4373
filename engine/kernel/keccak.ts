import { sharedKernel } from './kernel.ts';

/**
 * The Keccak-256 (the EVM's, with padding 0x01) of `data`: 32 bytes.
 *
 * @throws EngineError `host-memory` if there is no memory for the input.
 */
export function keccak256(data: Uint8Array): Uint8Array {
  const kernel = sharedKernel();
  kernel.fillScratch(data);
  kernel.exports.keccak_bytes(data.length);
  const digest = kernel.exports.exchange();
  return kernel.bytes().slice(digest, digest + 32);
}
