import { blocksFor } from '../stats/verdict.ts';

/** How one process measures. */
export interface SlotPlan {
  /** Untimed work before the machine is asked whether it has settled. */
  readonly warmUpNs: number;
  /** It is measured after this much more at the latest, settled or not; null if it is not asked. */
  readonly settleNs: number | null;
  /** A sample repeats its batch until about this much has been timed. */
  readonly sampleNs: number;
  readonly sampleCount: number;
  /** A machine so slow that its samples would take longer gives fewer, but `minSampleCount` at least. */
  readonly measureNs: number;
  readonly minSampleCount: number;
}

/** A protocol, fixed before the run: nothing is repeated until it looks right. */
export interface ProtocolPlan {
  /**
   * Whether all runs in the process that plans it, one workload after the other. Then nothing is known of how processes differ, so
   * that there are no verdicts, and nothing of how a machine starts. Absent for a new process each time.
   */
  readonly inOneProcess?: boolean;
  /** Blocks per workload: each runs every machine once, in a process of its own. */
  readonly blockCount: number;
  /** Of them with anchors: at least 6, or no interval exists. */
  readonly anchorBlockCount: number;
  /** Workloads whose first ratio is known less precisely than this, in logarithms, get as many blocks again, once. */
  readonly halfWidthGoal: number;
  /** No extension is begun that would not end in this time. */
  readonly budgetMs: number;
  /** Blocks that were disturbed are run again at the end, up to this share of all. */
  readonly rerunShare: number;
  /** The calls are repeated to a batch of about this time. */
  readonly batchNs: number;
  /** Per contract and WebAssembly machine, processes that take the way from bytes to instance apart. */
  readonly phaseCount: number;
  readonly slot: SlotPlan;
  /** Decides all orders and paddings. */
  readonly seed: number;
}

const MIN_BLOCKS = 10;

/** Enough for two cores to be done with the typical workloads in half an hour (docs/benchmarking.md). */
export const fullPlan: Omit<ProtocolPlan, 'blockCount'> = {
  anchorBlockCount: 6,
  halfWidthGoal: 0.025,
  budgetMs: 28 * 60_000,
  rerunShare: 0.25,
  batchNs: 1e6,
  phaseCount: 6,
  slot: { warmUpNs: 60e6, settleNs: 200e6, sampleNs: 2e6, sampleCount: 20, measureNs: 120e6, minSampleCount: 3 },
  seed: 1,
};

/**
 * One process, a second or two per workload: enough to see a few percent, not enough to publish. Samples of half the length
 * show the EVM in JavaScript a seventh slower (measured), as what it left in the caches is gone by then.
 *
 * @example
 * const shorter = { ...quickPlan, blockCount: 6 };
 * console.log(quickPlan.blockCount, shorter.blockCount); // 10 6
 */
export const quickPlan: ProtocolPlan = {
  inOneProcess: true,
  blockCount: MIN_BLOCKS,
  anchorBlockCount: 0,
  // However wide an interval is, it gets no more blocks.
  halfWidthGoal: Number.MAX_VALUE,
  budgetMs: 0,
  rerunShare: 0,
  batchNs: 1e6,
  phaseCount: 0,
  slot: { warmUpNs: 60e6, settleNs: null, sampleNs: 10e6, sampleCount: 1, measureNs: 10e6, minSampleCount: 1 },
  seed: 1,
};

/** As many as the verdicts on so many workloads need, and never fewer than ten. */
export function blockCountFor(workloadCount: number): number {
  return Math.max(MIN_BLOCKS, blocksFor(workloadCount));
}
