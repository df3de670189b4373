/** How long and how often a run measures. Fixed before the run: nothing is repeated until it looks right. */
export interface BenchPlan {
  /** Blocks per workload; each gives one paired sample per machine. At least 6, or no 95 % interval exists. */
  readonly blockCount: number;
  /** A sample repeats its batch until about this much has been timed. */
  readonly sampleNs: number;
  /** Untimed work of each machine before its first sample. */
  readonly warmUpNs: number;
  /** The calls are repeated to a batch of about this time, so that starting one costs nothing beside running it. */
  readonly batchNs: number;
  /** Decides the order of machines within each block. */
  readonly seed: number;
}

/** One process, about three seconds per workload: enough to see a few percent, not enough to publish. */
export const quickPlan: BenchPlan = {
  blockCount: 10,
  sampleNs: 10e6,
  warmUpNs: 150e6,
  batchNs: 1e6,
  seed: 1,
};

/**
 * Block by block, the order in which the slots are measured. Every block holds every slot once, so that drift of the
 * host machine hits all slots alike; the order is shuffled so that no slot always follows the same neighbour.
 */
export function shuffledBlocks(slotCount: number, blockCount: number, seed: number): readonly (readonly number[])[] {
  const next = xorshift32(seed);
  return Array.from({ length: blockCount }, () => shuffled(slotCount, next));
}

/** The numbers from 0 to `count` - 1 in a random order. Fisher and Yates. */
export function shuffled(count: number, next: () => number): readonly number[] {
  const order = Array.from({ length: count }, (_, at) => at);
  for (let last = count - 1; last > 0; last--) {
    const other = next() % (last + 1);
    [order[last], order[other]] = [order[other] as number, order[last] as number];
  }
  return order;
}

/** 32-bit numbers. Marsaglia, "Xorshift RNGs", Journal of Statistical Software 8 (2003). The state must not be zero. */
export function xorshift32(seed: number): () => number {
  let state = seed >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state;
  };
}
