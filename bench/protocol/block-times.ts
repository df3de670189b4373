import { median } from '../stats/median.ts';
import type { PlannedSlot } from './agree-on-jobs.ts';
import type { Block } from './block.ts';

/**
 * Nanoseconds per operation of one slot, by block in which it ran: the median of the samples of its process. The process is
 * the unit that repeats; samples within it do not count as independent.
 */
export function blockTimesNs(slots: readonly PlannedSlot[], blocks: readonly Block[], slot: number): readonly number[] {
  const { operationsPerBatch } = slots[slot] as PlannedSlot;
  return blocks.flatMap(({ results }) => {
    const result = results[slot];
    return result === undefined ? [] : [median(result.samplesNs) / operationsPerBatch];
  });
}

/** The same of two slots, by block in which both ran. */
export function pairedTimesNs(
  slots: readonly PlannedSlot[],
  blocks: readonly Block[],
  a: number,
  b: number,
): readonly [aNs: readonly number[], bNs: readonly number[]] {
  const both = blocks.filter(({ results }) => results[a] !== undefined && results[b] !== undefined);
  return [blockTimesNs(slots, both, a), blockTimesNs(slots, both, b)];
}
