import type { BlockText } from '../../contracts/contract-case.ts';
import { InputRejected } from '../../contracts/input-rejected.ts';
import type { BlockContext } from '../../engine/context.ts';

const MAX_U64 = (1n << 64n) - 1n;

/**
 * The block that follows a block, by what is written of it.
 *
 * @throws InputRejected for a time or a number that moves beyond 64 bits.
 *
 * @example
 * const later = movedBlock(defaultBlock, { time: '+3600', number: '7' });
 * console.log(later.timestamp - defaultBlock.timestamp, later.number); // 3600n 7n
 */
export function movedBlock(block: BlockContext, { time, number }: BlockText): BlockContext {
  return {
    ...block,
    timestamp: moved('time', block.timestamp, time),
    number: moved('number', block.number, number),
  };
}

function moved(what: string, from: bigint, text: string | undefined): bigint {
  if (text === undefined) return from;
  const to = text.startsWith('+') ? from + BigInt(text.slice(1)) : BigInt(text);
  if (to <= MAX_U64) return to;
  throw new InputRejected(`the block's ${what}`, `${from} moved on by ${text.slice(1)}, expected less than 2^64`);
}
