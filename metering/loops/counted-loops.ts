/**
 * The loops whose trip count is known before they begin, so that all their iterations can be paid for in front of them.
 *
 * A loop is one of these if a single back edge, a single way out, one variable and one bound are all there is to it: the variable
 * changes by the same step in each iteration, and is compared once in each with a bound that stays. The shape is read off the
 * flow graph (`loop-candidates.ts`). What the variable and the bound are is found by running the function symbolically
 * (`symbolic-execution.ts`): every local and operand is a sum of named unknowns and a constant (`symbolic-value.ts`), and where
 * control comes together, what differs becomes a new unknown. A variable is then a local that is named inside the loop and comes
 * to the back edge as itself plus a step; a bound is made of names from outside.
 *
 * The count follows in closed form (`trip-count.ts`). Nothing is assumed about wrap-around: the code that computes it traps
 * where the variable would wrap, and the exact run decides.
 */
import type { FlowGraph } from '../flow/flow-graph.ts';
import type { FunctionBody, FunctionType, Module, ValueType } from '../format/module.ts';
import { type LoopCandidate, loopCandidates } from './loop-candidates.ts';
import { type Locals, type LoopNotes, type SymbolicLocals, symbolicLocals } from './symbolic-execution.ts';
import { constantOf, opposite, type Sum, swapped, type Test, ZERO } from './symbolic-value.ts';
import type { Comparison, Operand, TripCount } from './trip-count.ts';

export interface CountedLoop {
  /** The one way in: a position in `FlowGraph.edges`. */
  readonly entryEdge: number;
  /** The one back edge. */
  readonly backEdge: number;
  /** The one way out. */
  readonly exitEdge: number;
  readonly trips: TripCount;
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
    const trips = tripCountOf(locals, candidate);
    if (trips === undefined) return [];
    // The block in front of a header ends in the `loop` instruction, and leads nowhere else.
    const header = graph.loops[candidate.loop]?.header ?? 0;
    const { backEdge, exitEdge } = candidate;
    return [{ entryEdge: graph.edges.firstOf[header - 1] ?? 0, backEdge, exitEdge, trips }];
  });
}

/** `undefined` if there is no such variable. */
function tripCountOf(
  { notes: notesOf, conditions }: SymbolicLocals,
  { loop, exitBlock, goesOnWhen }: LoopCandidate,
): TripCount | undefined {
  const notes = notesOf[loop];
  const condition = conditions[exitBlock];
  if (notes?.atBackEdge === undefined || condition === undefined) return undefined;
  const test: Test = condition.test ?? { type: 'i32', comparison: 'ne', left: condition, right: ZERO };
  const { type, left, right } = test;
  const comparison = goesOnWhen ? test.comparison : opposite[test.comparison];
  if (comparison === 'eq') return undefined;
  return (
    matchTripCount(notes, notes.atBackEdge, type, comparison, left, right) ??
    matchTripCount(notes, notes.atBackEdge, type, swapped[comparison], right, left)
  );
}

/** `left` has to be the variable, `right` the bound. */
function matchTripCount(
  { before, atHeader, firstInside }: LoopNotes,
  atBackEdge: Locals,
  type: ValueType,
  comparison: Comparison,
  left: Sum,
  right: Sum,
): TripCount | undefined {
  const variable = left.base < firstInside ? -1 : atHeader.findIndex(({ base }) => base === left.base);
  if (variable === -1 || right.base >= firstInside || left.extra >= firstInside) return undefined;
  const bound = operandOf(before, type, right);
  const next = atBackEdge[variable];
  if (bound === undefined || next?.base !== left.base || next.extra >= firstInside) return undefined;
  const initial = before[variable];
  if (initial === undefined) return undefined;
  if (next.extra === 0) {
    if (next.add === 0 || left.extra !== 0 || !goesTowardsBound(comparison, next.add)) return undefined;
    const local = initial.base === 0 ? undefined : variable;
    const add = local === undefined ? constantOf(type, initial.add + left.add) : left.add;
    return add === undefined ? undefined : { type, comparison, first: { local, add }, step: next.add, bound };
  }
  // A step that is a local: only what a sieve does, comparing after the step and upwards.
  if (next.add !== 0 || left.extra !== next.extra || left.add !== 0) return undefined;
  if (comparison !== 'lt_u' && comparison !== 'le_u') return undefined;
  const step = before.findIndex(({ base, extra, add }) => base === next.extra && extra === 0 && add === 0);
  if (step === -1) return undefined;
  return { type, comparison, first: { local: variable, add: 0 }, step: { local: step }, bound };
}

function goesTowardsBound(comparison: Comparison, step: number): boolean {
  if (Math.abs(step) >= 2 ** 31) return false;
  return comparison === 'ne' || comparison.startsWith('l') === step > 0;
}

function operandOf(before: Locals, type: ValueType, { base, extra, add }: Sum): Operand | undefined {
  if (extra !== 0) return undefined;
  if (base === 0) return { local: undefined, add };
  const local = before.findIndex((value) => value.base === base && value.extra === 0);
  const apart = constantOf(type, add - (before[local]?.add ?? 0));
  return local === -1 || apart === undefined ? undefined : { local, add: apart };
}
