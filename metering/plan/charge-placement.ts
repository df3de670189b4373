/** What an edge plan is: what injected code does at which place of a function. */
import { numberOf, type Place } from '../flow/place.ts';
import type { TurnCount } from '../loops/trip-count.ts';

/** Several at one place stand in order. Amounts are gas, of either sign. */
export type Step =
  /** Takes the amount from the counter; traps below zero if it is to check. */
  | {
      readonly kind: 'charge';
      readonly place: Place;
      readonly amount: number;
      readonly inLocal: boolean;
      readonly isChecked: boolean;
    }
  /** Takes `amount` for each turn of the loop that begins here, and `once`. */
  | {
      readonly kind: 'turns';
      readonly place: Place;
      readonly amount: number;
      /** Taken once, in the same step. */
      readonly once: number;
      readonly turns: TurnCount;
      readonly inLocal: boolean;
    }
  /** The counter moves from the global to a local, and back. */
  | { readonly kind: 'load' | 'store'; readonly place: Place }
  /** A function that carries the stack budget takes what a call needs of it; traps below zero. */
  | { readonly kind: 'frame'; readonly place: Place; readonly words: number };

export interface EdgePlan {
  /** What a caller has paid already when the function is entered. */
  readonly prepaid: number;
  readonly steps: readonly Step[];
  /** Indices of calls that find the counter in the local, and hand it over. */
  readonly callsWithLocal: ReadonlySet<number>;
}

const kindOrder: Readonly<Record<Step['kind'], number>> = { store: 0, frame: 1, charge: 2, turns: 3, load: 4 };

/** The order in which steps are written. */
export function byPlace(left: Step, right: Step): number {
  return numberOf(left.place) - numberOf(right.place) || kindOrder[left.kind] - kindOrder[right.kind];
}
