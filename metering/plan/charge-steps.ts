import { NO_PLACE, type PlaceNumber, placeBefore, placeOf } from '../flow/edges.ts';
import { byPlace, type ChargeDraft, mergedSteps, type Step } from './charge-placement.ts';
import type { FunctionToPlan } from './function-to-plan.ts';
import { idleLoops } from './idle-loops.ts';

/** Of a function that has the counter in the global. */
export function stepsInGlobal(drafts: readonly ChargeDraft[]): readonly Step[] {
  return mergedSteps(drafts.map((draft) => stepOf(draft, false)).sort(byPlace));
}

/**
 * Of a function that has it in a local, which is spilled around what observes the counter and around loops that do not need it.
 *
 * @param observers Indices of instructions.
 */
export function stepsInLocal(
  toPlan: FunctionToPlan,
  drafts: readonly ChargeDraft[],
  observers: readonly number[],
): readonly Step[] {
  const steps: Step[] = drafts.map((draft) => stepOf(draft, true));
  const spill = (from: PlaceNumber, to: PlaceNumber): void => {
    steps.push({ kind: 'store', place: placeOf(from) }, { kind: 'load', place: placeOf(to) });
  };
  for (const index of observers) spill(placeBefore(index, 2), placeBefore(index + 1, 0));
  const { place } = toPlan.graph.edges;
  for (const { entryEdge, exitEdge } of idleLoops(toPlan, drafts, observers)) {
    spill(place[entryEdge] ?? NO_PLACE, place[exitEdge] ?? NO_PLACE);
  }
  return mergedSteps(steps.sort(byPlace));
}

function stepOf({ place: number, amount, trips }: ChargeDraft, inLocal: boolean): Step {
  const place = placeOf(number);
  return trips === undefined
    ? { kind: 'charge', place, amount, inLocal }
    : { kind: 'trip-count', place, amount, once: 0, trips, inLocal };
}
