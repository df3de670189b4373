import { type PlaceNumber, placeBefore, placeOf } from '../flow/edges.ts';
import type { TripCount } from '../loops/trip-count.ts';
import { byPlace, mergedSteps, type Step } from './charge-placement.ts';

/** A charge before it is a step. The ends are blocks, `EXIT` for one that is none. */
export interface ChargeDraft {
  readonly place: PlaceNumber;
  readonly amount: number;
  readonly trips: TripCount | undefined;
  readonly from: number;
  readonly to: number;
}

/** Of a function that has the counter in the global. */
export function stepsInGlobal(drafts: readonly ChargeDraft[]): readonly Step[] {
  return mergedSteps(drafts.map((draft) => stepOf(draft, false)).sort(byPlace));
}

/**
 * Of a function that has it in a local, which is spilled around what observes the counter.
 *
 * @param observers Indices of instructions.
 */
export function stepsInLocal(drafts: readonly ChargeDraft[], observers: readonly number[]): readonly Step[] {
  const steps: Step[] = drafts.map((draft) => stepOf(draft, true));
  for (const index of observers) {
    steps.push({ kind: 'store', place: placeOf(placeBefore(index, 2)) });
    steps.push({ kind: 'load', place: placeOf(placeBefore(index + 1, 0)) });
  }
  return mergedSteps(steps.sort(byPlace));
}

function stepOf({ place: number, amount, trips }: ChargeDraft, inLocal: boolean): Step {
  const place = placeOf(number);
  return trips === undefined
    ? { kind: 'charge', place, amount, inLocal, isChecked: amount > 0 }
    : { kind: 'trip-count', place, amount, once: 0, trips, inLocal };
}
