import { DisjointSets } from './disjoint-sets.ts';
import { type Edges, EXIT } from './edges.ts';

export interface LoopHeader {
  /** Of the `loop` instruction. */
  readonly instructionIndex: number;
  /** The block that begins after it. */
  readonly header: number;
}

export interface NaturalLoop extends LoopHeader {
  /** Position of the innermost loop around it; -1 for none. Always below its own. */
  parent: number;
}

/** The natural loops of a function and what is in them. */
export interface LoopNest {
  /** In the order of their instructions: an outer loop before the loops in it. Loops without a back edge are left out. */
  readonly loops: readonly NaturalLoop[];
  /** By block: position of the innermost loop that it belongs to; -1 for none. */
  readonly loopOf: Int32Array;
}

/**
 * Innermost loops first, each walked backwards from its back edges; a loop that is done counts as its header, so that
 * no block is walked twice.
 */
export function naturalLoops(edges: Edges, headers: readonly LoopHeader[]): LoopNest {
  const blockCount = edges.firstOf.length - 1;
  if (headers.length === 0) return { loops: [], loopOf: new Int32Array(blockCount).fill(-1) };
  const { first, predecessor } = predecessors(edges, blockCount);
  const found: NaturalLoop[] = [];
  const innermost = new Int32Array(blockCount).fill(-1);
  // The header of the outermost loop so far stands for all blocks in it.
  const outermost = new DisjointSets(blockCount);
  const loopAtHeader = new Int32Array(blockCount).fill(-1);
  const pending: number[] = [];
  const addPredecessors = (block: number, least: number): void => {
    for (let at = first[block] ?? 0; at < (first[block + 1] ?? 0); at += 1) {
      const from = predecessor[at] ?? 0;
      if (from >= least) pending.push(from);
    }
  };
  for (const { instructionIndex, header } of headers.toReversed()) {
    // The back edges come from behind the header.
    addPredecessors(header, header);
    if (pending.length === 0) continue;
    const position = found.push({ instructionIndex, header, parent: -1 }) - 1;
    innermost[header] = position;
    for (let from = pending.pop(); from !== undefined; from = pending.pop()) {
      const block = outermost.topOf(from);
      if (block === header) continue;
      outermost.join(block, header);
      const inner = loopAtHeader[block] ?? -1;
      const innerLoop = inner === -1 ? undefined : found[inner];
      if (innerLoop === undefined) innermost[block] = position;
      else innerLoop.parent = position;
      addPredecessors(block, 0);
    }
    loopAtHeader[header] = position;
  }
  const flip = (position: number): number => (position === -1 ? -1 : found.length - 1 - position);
  const loops = found.toReversed();
  for (const loop of loops) loop.parent = flip(loop.parent);
  return { loops, loopOf: innermost.map(flip) };
}

/** By block, from `first[block]` to `first[block + 1]`: the blocks that lead to it. */
function predecessors(
  { count, from, to }: Edges,
  blockCount: number,
): { readonly first: Int32Array; readonly predecessor: Int32Array } {
  const first = new Int32Array(blockCount + 1);
  for (const target of to) if (target !== EXIT) first[target + 1] = (first[target + 1] ?? 0) + 1;
  for (let block = 0; block < blockCount; block += 1) first[block + 1] = (first[block + 1] ?? 0) + (first[block] ?? 0);
  const next = first.slice();
  const predecessor = new Int32Array(count);
  for (let edge = 0; edge < count; edge += 1) {
    const target = to[edge] ?? EXIT;
    if (target === EXIT) continue;
    const slot = next[target] ?? 0;
    predecessor[slot] = from[edge] ?? 0;
    next[target] = slot + 1;
  }
  return { first, predecessor };
}

/** The loop that a block is the header of; -1 for none. */
export function loopHeadedBy({ loops, loopOf }: LoopNest, block: number): number {
  const loop = block === EXIT ? -1 : (loopOf[block] ?? -1);
  return loop !== -1 && loops[loop]?.header === block ? loop : -1;
}

/** The innermost loop that both ends of an edge are in; -1 for none. Only a header is entered from outside its loop. */
export function commonLoop(nest: LoopNest, from: number, to: number): number {
  if (to === EXIT) return -1;
  const headed = from < to ? loopHeadedBy(nest, to) : -1;
  return (headed === -1 ? nest.loopOf[to] : nest.loops[headed]?.parent) ?? -1;
}

/** By loop: the sum of what edges that lead out of it are worth. Takes time in proportion to the edges, however deep. */
export function sumOverWaysOut(nest: LoopNest, edges: Edges, worth: (edge: number) => number): Float64Array {
  const { loops, loopOf } = nest;
  const sums = new Float64Array(loops.length);
  for (let edge = 0; edge < edges.count; edge += 1) {
    const from = edges.from[edge] ?? 0;
    const loop = loopOf[from] ?? -1;
    const common = commonLoop(nest, from, edges.to[edge] ?? EXIT);
    if (common === loop) continue;
    // Counts for every loop from the innermost one outwards, up to the one that the edge stays in.
    const value = worth(edge);
    if (loop !== -1) sums[loop] = (sums[loop] ?? 0) + value;
    if (common !== -1) sums[common] = (sums[common] ?? 0) - value;
  }
  for (let loop = loops.length - 1; loop >= 0; loop -= 1) {
    const parent = loops[loop]?.parent ?? -1;
    if (parent !== -1) sums[parent] = (sums[parent] ?? 0) + (sums[loop] ?? 0);
  }
  return sums;
}

/** Sets the flag of a loop and of all around it. Where one is set, those around it are. */
export function markOutwards(flags: Uint8Array, loops: readonly NaturalLoop[], loop: number): void {
  for (let at = loop; at !== -1 && flags[at] === 0; at = loops[at]?.parent ?? -1) flags[at] = 1;
}
