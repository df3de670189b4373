/**
 * Every node gets a potential: what is paid ahead when control comes to it. They are chosen so that the links of a
 * spanning tree, taken where control is likely to pass, carry nothing (Knuth and Stevenson 1973; Ball and Larus 1994).
 * None is below the cost of its block, so that nothing runs before it is paid. That of `zero` is 0.
 */
import type { FunctionToPlan } from './function-to-plan.ts';
import type { JointTargets } from './joint-targets.ts';
import type { Links } from './links.ts';
import { OffsetForest } from './offset-forest.ts';
import { costOfConstantTurns } from './trip-payment.ts';

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
  const waysBack = new Set(countedLoops.map(({ backEdge }) => backEdge));
  for (const link of likelyFirst(links, joint, waysBack)) {
    const loop = enteredBy.get(edge[link] ?? 0);
    const turns = loop === undefined ? 0 : costOfConstantTurns(toPlan, loop, difference);
    tree.join(from[link] ?? 0, to[link] ?? 0, (weight[link] ?? 0) + turns);
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
  waysBack: ReadonlySet<number>,
): readonly number[] {
  const mayBeFree = (link: number): boolean => from[link] !== zero && !waysBack.has(edge[link] ?? 0);
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
