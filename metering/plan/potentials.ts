/**
 * Every node gets a potential: what is paid ahead when control comes to it. They are chosen so that the links of a
 * spanning tree, taken where control is likely to pass, carry nothing (Knuth and Stevenson 1973; Ball and Larus 1994).
 * None is below the cost of its block, so that nothing runs before it is paid. That of `zero` is 0.
 */
import type { JointTargets, Links } from './charge-graph.ts';
import type { FunctionToPlan } from './function-to-plan.ts';
import { costOfConstantTrips } from './trip-payment.ts';

/** Paid ahead, beyond the block's own cost. */
const MAX_AHEAD = 1 << 20;

/** By node. */
export function potentials(toPlan: FunctionToPlan, joint: JointTargets, links: Links): Float64Array {
  const { isForced, nodeCount, zero } = joint;
  const { costs, countedLoops } = toPlan;
  const { from, to, weight, edge } = links;
  const floors = new Float64Array(nodeCount);
  floors.set(costs);
  const tree = new OffsetForest(floors, zero);
  for (const [block, group] of isForced) tree.join(block, group, costs[block] ?? 0);
  const enteredBy = new Map(countedLoops.map((loop) => [loop.entryEdge, loop]));
  const difference = (left: number, right: number): number | undefined => tree.difference(left, right);
  const backEdges = new Set(countedLoops.map(({ backEdge }) => backEdge));
  for (const link of likelyFirst(links, joint, backEdges)) {
    const loop = enteredBy.get(edge[link] ?? 0);
    const trips = loop === undefined ? 0 : costOfConstantTrips(toPlan, loop, difference);
    tree.join(from[link] ?? 0, to[link] ?? 0, (weight[link] ?? 0) + trips);
  }
  const chosen = new Float64Array(nodeCount);
  for (let node = 0; node < nodeCount; node += 1) {
    chosen[node] = Math.min(tree.numberOf(node), (floors[node] ?? 0) + MAX_AHEAD);
  }
  for (const [block, group] of isForced) chosen[block] = (costs[block] ?? 0) + (chosen[group] ?? 0);
  return chosen;
}

/**
 * The links that may carry nothing, most likely ones first. One that is its block's only one is as good as those that
 * lead to the block, and is taken before them.
 */
function likelyFirst(
  { count, from, frequency, edge }: Links,
  { nodeCount, zero }: JointTargets,
  backEdges: ReadonlySet<number>,
): readonly number[] {
  const mayBeFree = (link: number): boolean => from[link] !== zero && !backEdges.has(edge[link] ?? 0);
  const linksFrom = new Int32Array(nodeCount);
  for (let link = 0; link < count; link += 1) {
    const node = from[link] ?? zero;
    if (mayBeFree(link)) linksFrom[node] = (linksFrom[node] ?? 0) + 1;
  }
  const alone: number[] = [];
  const others: number[] = [];
  for (let link = 0; link < count; link += 1) {
    const node = from[link] ?? zero;
    if (!mayBeFree(link)) continue;
    if (node < zero && linksFrom[node] === 1) alone.push(link);
    else others.push(link);
  }
  const byFrequency = (left: number, right: number): number => (frequency[right] ?? 0) - (frequency[left] ?? 0);
  return [...alone.sort(byFrequency), ...others.sort(byFrequency)];
}

/**
 * Sets of nodes whose numbers are known relative to each other: a union-find with offsets. No number may be below the
 * node's floor where it is known absolutely, which is in the set of the node whose number is 0.
 * R. Tarjan, "Applications of path compression on balanced trees", J. ACM 26 (1979).
 */
class OffsetForest {
  readonly #zero: number;
  readonly #above: Int32Array;
  /** The node's number minus that of the node above it. */
  readonly #offset: Float64Array;
  /** By top of a set: the least of number - floor in it, relative to the top's number. */
  readonly #least: Float64Array;

  constructor(floors: Float64Array, zero: number) {
    this.#zero = zero;
    this.#above = new Int32Array(floors.length).map((_, node) => node);
    this.#offset = new Float64Array(floors.length);
    this.#least = floors.map((floor) => -floor);
  }

  /**
   * Makes number(from) = number(to) + apart. Does nothing if the two are known relative to each other already, or if a
   * number would be below its floor.
   */
  join(from: number, to: number, apart: number): void {
    const fromTop = this.#top(from);
    const toTop = this.#top(to);
    if (fromTop === toTop) return;
    const between = apart + this.#offsetOf(to) - this.#offsetOf(from);
    const least = Math.min(this.#least[toTop] ?? 0, (this.#least[fromTop] ?? 0) + between);
    const zeroTop = this.#top(this.#zero);
    const ofZero = this.#offsetOf(this.#zero) + (zeroTop === fromTop ? between : 0);
    if ((zeroTop === fromTop || zeroTop === toTop) && least < ofZero) return;
    this.#above[fromTop] = toTop;
    this.#offset[fromTop] = between;
    this.#least[toTop] = least;
  }

  /** number(left) - number(right), if it is known. */
  difference(left: number, right: number): number | undefined {
    if (this.#top(left) !== this.#top(right)) return undefined;
    return this.#offsetOf(left) - this.#offsetOf(right);
  }

  /** The number, in a set that is not known absolutely the least one with all above their floors. */
  numberOf(node: number): number {
    const top = this.#top(node);
    return this.difference(node, this.#zero) ?? this.#offsetOf(node) - (this.#least[top] ?? 0);
  }

  /** The top of the node's set, which the node then stands directly below. */
  #top(node: number): number {
    let top = node;
    let offset = 0;
    for (let above = this.#above[top] ?? top; above !== top; above = this.#above[top] ?? top) {
      offset += this.#offset[top] ?? 0;
      top = above;
    }
    for (let at = node; at !== top; ) {
      const above = this.#above[at] ?? top;
      const below = this.#offset[at] ?? 0;
      this.#above[at] = top;
      this.#offset[at] = offset;
      offset -= below;
      at = above;
    }
    return top;
  }

  /** Relative to the top, which the node has just been put below. */
  #offsetOf(node: number): number {
    return this.#above[node] === node ? 0 : (this.#offset[node] ?? 0);
  }
}
