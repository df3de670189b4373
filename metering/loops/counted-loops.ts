/**
 * The loops whose number of turns is known before they begin: one variable that changes by the same step each turn,
 * compared once a turn with a bound that stays, and no other way out.
 */
import type { FlowGraph } from '../flow/flow-graph.ts';
import type { FunctionBody, FunctionType, Module } from '../format/module.ts';
import { loopCandidates } from './loop-candidates.ts';
import { turnsOf } from './loop-variable.ts';
import { symbolicLocals } from './symbolic-locals.ts';
import type { TurnCount } from './trip-count.ts';

export interface CountedLoop {
  /** The one way in: a position in `FlowGraph.edges`. */
  readonly entryEdge: number;
  /** The one way back. */
  readonly backEdge: number;
  readonly turns: TurnCount;
}

/** In the order of the loops. Flags are by block: it ends with a call; it ends in a trap, which is no way out. */
export function countedLoops(
  module: Module,
  body: FunctionBody,
  type: FunctionType,
  graph: FlowGraph,
  isCall: Uint8Array,
  isTrap: Uint8Array,
): readonly CountedLoop[] {
  const candidates = loopCandidates(graph, isCall, isTrap);
  if (candidates.length === 0) return [];
  const locals = symbolicLocals(module, body, type, graph);
  return candidates.flatMap((candidate) => {
    const turns = turnsOf(locals, candidate);
    if (turns === undefined) return [];
    // The block in front of a header ends in the `loop` instruction, and leads nowhere else.
    const header = graph.loops[candidate.loop]?.header ?? 0;
    return [{ entryEdge: graph.edges.firstOf[header - 1] ?? 0, backEdge: candidate.backEdge, turns }];
  });
}
