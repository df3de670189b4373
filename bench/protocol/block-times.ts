import { median } from '../stats/median.ts';
import type { PlannedSlot } from './agree-on-jobs.ts';
import type { Block } from './block.ts';

/**
 * Nanoseconds per operation of one slot, by block: the median of the samples of its process. The process is the unit that
 * repeats; samples within it do not count as independent.
 */
export function blockTimesNs(slots: readonly PlannedSlot[], blocks: readonly Block[], slot: number): readonly number[] {
  const { operationsPerBatch } = slots[slot] as PlannedSlot;
  return blocks.map(({ results }) => median(results[slot]?.samplesNs ?? []) / operationsPerBatch);
}
