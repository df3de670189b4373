import { bigintToBytes } from '../bytes.ts';
import type { BlockContext } from '../context.ts';
import type { Kernel } from './kernel.ts';
import { kernelBuffer } from './kernel-exports.ts';

/** Offsets in the environment buffer. Integers are little-endian i64, the base fee is 32 bytes big-endian. */
export const environmentLayout = {
  blockNumber: 0,
  blockTimestamp: 32,
  chainId: 64,
  blockGasLimit: 96,
  blockBaseFee: 128,
  coinbase: 160,
  sizeBytes: 192,
} as const;

/** Makes a block visible to all that runs on the kernel. */
export function showBlock(kernel: Kernel, block: BlockContext): void {
  if (kernel.shownBlock === block) return;
  const at = kernel.exports.buffer_address(kernelBuffer.environment) >>> 0;
  const view = new DataView(kernel.bytes().buffer, at, environmentLayout.sizeBytes);
  view.setBigUint64(environmentLayout.blockNumber, block.number, true);
  view.setBigUint64(environmentLayout.blockTimestamp, block.timestamp, true);
  view.setBigUint64(environmentLayout.chainId, block.chainId, true);
  view.setBigUint64(environmentLayout.blockGasLimit, block.gasLimit, true);
  kernel.write(at + environmentLayout.blockBaseFee, 32, bigintToBytes(block.baseFee, 32));
  kernel.write(at + environmentLayout.coinbase, 20, block.coinbase);
  kernel.shownBlock = block;
}
