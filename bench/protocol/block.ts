import { EngineError } from '../../engine/errors.ts';
import { shuffled } from '../order.ts';
import type { PlannedSlot } from './agree-on-jobs.ts';
import type { PhaseJob, PhaseResult, SlotJob, SlotResult } from './slot-job.ts';

/** Runs jobs, as a rule in fresh processes. Which program that is, and what flags it gets, is the caller's business. */
export interface Launcher {
  /** @param paddingBytes Put into the environment, which moves the stack: Mytkowicz et al., ASPLOS 2009. */
  slot(job: SlotJob, paddingBytes: number): Promise<SlotResult>;
  phases(job: PhaseJob): Promise<PhaseResult>;
}

/** Every machine once on one workload, one after the other, in a random order. Samples of a block pair up. */
export interface Block {
  /** In the order of the slots; undefined for an anchor in a block without anchors, or that cannot run the workload. */
  readonly results: readonly (SlotResult | undefined)[];
  readonly hasAnchors: boolean;
  /** Whether some process, anchors aside, did not have its processor to itself. */
  readonly isDisturbed: boolean;
}

const MAX_PADDING_BYTES = 4096;
/** Wall over processor time of the thread that works. Above it someone else had the processor for too long. */
const MAX_WALL_OVER_THREAD = 1.15;

export async function runBlock(
  slots: readonly PlannedSlot[],
  hasAnchors: boolean,
  launcher: Launcher,
  next: () => number,
  onSlot: () => void,
): Promise<Block> {
  const results = new Array<SlotResult | undefined>(slots.length).fill(undefined);
  let isDisturbed = false;
  for (const at of shuffled(slots.length, next)) {
    const { job, isAnchor } = slots[at] as PlannedSlot;
    const paddingBytes = next() % MAX_PADDING_BYTES;
    if (isAnchor && !hasAnchors) continue;
    const result = await launcher.slot(job, paddingBytes).catch((error: unknown) => {
      if (isAnchor && error instanceof EngineError && error.code === 'no-code') return undefined;
      throw error;
    });
    results[at] = result;
    isDisturbed ||= !isAnchor && result !== undefined && wasDisturbed(result);
    onSlot();
  }
  return { results, hasAnchors, isDisturbed };
}

export function wasDisturbed({ wallNs, mainThreadNs }: SlotResult): boolean {
  return mainThreadNs !== undefined && wallNs > MAX_WALL_OVER_THREAD * mainThreadNs;
}
