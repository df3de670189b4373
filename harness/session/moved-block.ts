import type { BlockText } from '../../contracts/contract-case.ts';
import type { BlockContext } from '../../engine/context.ts';

/**
 * The block that follows a block, by what is written of it.
 *
 * @throws whatever `World.setBlock` throws for a time or a number that moved beyond 64 bits, when it is set.
 *
 * @example
 * const later = movedBlock(defaultBlock, { time: '+3600', number: '7' });
 * console.log(later.timestamp - defaultBlock.timestamp, later.number); // 3600n 7n
 */
export function movedBlock(block: BlockContext, { time, number }: BlockText): BlockContext {
  return {
    ...block,
    timestamp: moved(block.timestamp, time),
    number: moved(block.number, number),
  };
}

function moved(from: bigint, text: string | undefined): bigint {
  if (text === undefined) return from;
  return text.startsWith('+') ? from + BigInt(text.slice(1)) : BigInt(text);
}
