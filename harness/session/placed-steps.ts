import { type BlockContext, defaultBlock } from '../../engine/context.ts';
import { movedBlock } from './moved-block.ts';
import type { Sequence, Step } from './sequence.ts';

/** A call, and the block that it begins if that is not the one before. */
export interface PlacedStep {
  readonly call: Step;
  readonly block: BlockContext | undefined;
}

/** The calls of a sequence, each in its block. @throws InputRejected for a block that does not follow. */
export function placedSteps({ block = defaultBlock, calls }: Pick<Sequence, 'block' | 'calls'>): readonly PlacedStep[] {
  let current = block;
  return calls.map((call): PlacedStep => {
    if (call.block === undefined) return { call, block: undefined };
    current = movedBlock(current, call.block);
    return { call, block: current };
  });
}
