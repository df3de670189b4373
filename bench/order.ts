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
