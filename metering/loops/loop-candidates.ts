import { type Edges, EXIT, NO_PLACE, placeWhereTaken } from '../flow/edges.ts';
import type { FlowGraph } from '../flow/flow-graph.ts';
import { loopHeadedBy, markOutwards, sumOverWaysOut } from '../flow/natural-loops.ts';

/** A loop whose trip count may be computable. */
export interface LoopCandidate {
  /** Position in `LoopNest.loops`. */
  readonly loop: number;
  /** The one back edge. */
  readonly backEdge: number;
  /** The one way out. */
  readonly exitEdge: number;
  /** The block that decides, by a `br_if`. */
  readonly exitBlock: number;
  /** Whether the loop goes on when the condition holds, or when it does not. */
  readonly goesOnWhen: boolean;
}

/**
 * One back edge, one way out, decided by a block that runs once in every iteration; no calls. Flags are by block: it ends with a
 * call; it ends in a trap, which is no way out.
 */
export function loopCandidates(graph: FlowGraph, isCall: Uint8Array, isTrap: Uint8Array): readonly LoopCandidate[] {
  const { loops, loopOf, edges, blocks } = graph;
  if (loops.length === 0) return [];
  const hasCall = new Uint8Array(loops.length);
  for (const [block, loop] of loopOf.entries()) if (isCall[block] === 1) markOutwards(hasCall, loops, loop);
  const { onlyBackEdge, wayOut } = onlyWays(graph, isTrap);
  const incoming = new Int32Array(blocks.length);
  for (const to of edges.to) if (to !== EXIT) incoming[to] = (incoming[to] ?? 0) + 1;
  const candidates: LoopCandidate[] = [];
  for (const [loop, { header }] of loops.entries()) {
    const backEdge = onlyBackEdge[loop] ?? NONE;
    const exit = wayOut[loop] ?? NONE;
    if (backEdge === NONE || exit === NONE || hasCall[loop] === 1) continue;
    const back = edges.from[backEdge];
    const exitBlock = edges.from[exit] ?? EXIT;
    const exitPlace = edges.place[exit];
    if (edges.place[backEdge] === NO_PLACE || exitPlace === NO_PLACE || loopOf[exitBlock] !== loop) continue;
    const goesOn = edges.to[edges.from[exit + 1] === exitBlock ? exit + 1 : exit - 1];
    const decides = exitBlock === header || exitBlock === back || (goesOn === back && incoming[back ?? EXIT] === 1);
    if (!decides) continue;
    // A way out along the label means that the loop goes on when the condition does not hold.
    const goesOnWhen = exitPlace !== placeWhereTaken((blocks[exitBlock]?.end ?? 0) - 1);
    candidates.push({ loop, backEdge, exitEdge: exit, exitBlock, goesOnWhen });
  }
  return candidates;
}

const NONE = -1;

/** By loop: its only back edge and its only way out. */
function onlyWays(
  graph: FlowGraph,
  isTrap: Uint8Array,
): { readonly onlyBackEdge: Int32Array; readonly wayOut: Int32Array } {
  const { loops, edges } = graph;
  const onlyBackEdge = new Int32Array(loops.length).fill(NONE);
  const backEdges = new Int32Array(loops.length);
  for (let edge = 0; edge < edges.count; edge += 1) {
    const to = edges.to[edge] ?? EXIT;
    if (to > (edges.from[edge] ?? 0)) continue;
    const loop = loopHeadedBy(graph, to);
    if (loop === -1) continue;
    backEdges[loop] = (backEdges[loop] ?? 0) + 1;
    onlyBackEdge[loop] = backEdges[loop] === 1 ? edge : NONE;
  }
  const isWayOut = (edge: number): number => (isTrapped(edges, edge, isTrap) ? 0 : 1);
  const waysOut = sumOverWaysOut(graph, edges, isWayOut);
  // Of one, the sum of the numbers is the number.
  const numbers = sumOverWaysOut(graph, edges, (edge) => isWayOut(edge) * edge);
  const wayOut = new Int32Array(loops.length).map((_, loop) => (waysOut[loop] === 1 ? (numbers[loop] ?? NONE) : NONE));
  return { onlyBackEdge, wayOut };
}

function isTrapped(edges: Edges, edge: number, isTrap: Uint8Array): boolean {
  const to = edges.to[edge] ?? EXIT;
  return to !== EXIT && isTrap[to] === 1;
}
