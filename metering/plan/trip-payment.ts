/** Who pays for the back edges of a counted loop: nobody in it, if that is possible. */
import { EXIT } from '../flow/edges.ts';
import type { CountedLoop } from '../loops/counted-loops.ts';
import { constantTripCount } from '../loops/trip-count.ts';
import { costToLeave } from './charge-graph.ts';
import type { FunctionToPlan } from './function-to-plan.ts';

/** Constant iterations that cost more than this are not paid further ahead than in front of their loop. */
const MAX_FOLDED = 1 << 16;
/** Keeps the product with 2^32 iterations far below 2^62. */
const MAX_PER_ITERATION = 1 << 28;

/** potential(left) - potential(right) of two nodes, if it is known. */
export type Difference = (left: number, right: number) => number | undefined;

/** The charge of the back edge; 0 while it is not known. */
export function chargePerIteration(
  toPlan: FunctionToPlan,
  { backEdge }: CountedLoop,
  potentialApart: Difference,
): number {
  const { from, to } = toPlan.graph.edges;
  const end = from[backEdge] ?? EXIT;
  const apart = potentialApart(to[backEdge] ?? EXIT, end);
  return apart === undefined ? 0 : costToLeave(toPlan, end) + apart;
}

/** Whether it can be taken in front of the loop, times the trip count. */
export function isPayableAhead(perIteration: number): boolean {
  return perIteration > 0 && perIteration <= MAX_PER_ITERATION;
}

/** What all iterations together cost, where that is constant and little: the code around the loop pays it. 0 otherwise. */
export function costOfConstantTrips(toPlan: FunctionToPlan, loop: CountedLoop, potentialApart: Difference): number {
  const trips = constantTripCount(loop.trips);
  if (trips === undefined) return 0;
  const total = trips * chargePerIteration(toPlan, loop, potentialApart);
  return total > 0 && total <= MAX_FOLDED ? total : 0;
}
