/**
 * Blocks that one `br_table` leads to: no code can stand on its edges, so the blocks have to be paid ahead alike. They
 * get a node in front of them together, and a charge each behind it. The same holds for a `br_if` that carries a value.
 */
import { EXIT } from '../flow/edges.ts';
import type { FlowGraph } from '../flow/flow-graph.ts';
import { NO_PLACE } from '../flow/place.ts';

export interface JointTargets {
  /** By block: the node in front of it through which all its edges lead, if one of them cannot carry a charge. */
  readonly groups: ReadonlyMap<number, number>;
  /** Blocks whose edges cannot carry charges, with the node that they all lead to. */
  readonly isForced: ReadonlyMap<number, number>;
  /** Nodes are the blocks, then `zero`, then those in front of blocks. */
  readonly nodeCount: number;
  /** The node of the function's end and of all cuts. */
  readonly zero: number;
}

export function jointTargets({ blocks, edges }: FlowGraph): JointTargets {
  const zero = blocks.length;
  const above = new Map<number, number>();
  const top = (node: number): number => {
    let at = node;
    for (let next = above.get(at); next !== undefined && next !== at; next = above.get(at)) at = next;
    for (let step = node; step !== at; ) {
      const next = above.get(step) ?? at;
      above.set(step, at);
      step = next;
    }
    return at;
  };
  const firstTarget = new Map<number, number>();
  for (let edge = 0; edge < edges.count; edge += 1) {
    if (edges.place[edge] !== NO_PLACE) continue;
    const from = edges.from[edge] ?? 0;
    const to = edges.to[edge] ?? EXIT;
    const target = to === EXIT ? zero : to;
    if (!above.has(target)) above.set(target, target);
    const first = firstTarget.get(from);
    if (first === undefined) firstTarget.set(from, target);
    else above.set(top(first), top(target));
  }
  let nodeCount = zero + 1;
  const nodeOfTop = new Map<number, number>();
  if (above.has(zero)) nodeOfTop.set(top(zero), zero);
  const groups = new Map<number, number>();
  for (const target of above.keys()) {
    const root = top(target);
    let node = nodeOfTop.get(root);
    if (node === undefined) {
      node = nodeCount;
      nodeCount += 1;
      nodeOfTop.set(root, node);
    }
    if (target !== zero) groups.set(target, node);
  }
  const isForced = new Map<number, number>();
  for (const [from, target] of firstTarget) isForced.set(from, target === zero ? zero : (groups.get(target) ?? zero));
  return { groups, isForced, nodeCount, zero };
}
