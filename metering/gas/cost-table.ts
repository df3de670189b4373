import type { Mnemonic } from '../format/opcodes.ts';

/**
 * What one executed instruction costs, as data. Weights are small non-negative integers, at most 2^20, so that sums
 * stay far from 64-bit overflow (`gas-plan.ts` relies on it).
 */
export interface CostTable {
  /** Part of every cache key, receipt and report; changing any number needs a new id. */
  readonly id: string;
  /** Where the numbers come from. */
  readonly source: string;
  /** Weights. */
  readonly instructions: Readonly<Record<Mnemonic, number>>;
  /** Added per label of a br_table, the default included. */
  readonly brTablePerLabel: number;
  /** Added per declared (zero-initialised) local when a function is entered. */
  readonly entryPerLocal: number;
  /** Added per page that memory.grow adds; a grow that is refused adds nothing. */
  readonly memoryGrowPerPage: number;
  /**
   * Added per page that the memory holds once it has grown: by a memory.grow that adds pages, for those, and by the first
   * of a call also for the pages that the module declares.
   */
  readonly memoryGrowPerHeldPage: number;
  /** Added per byte of memory.copy and memory.fill, before the operation's own bounds check. */
  readonly bulkMemoryPerByte: number;
}
