/** A charge placement: what injected code does at which place of a function. */
import { numberOf, type Place, type PlaceNumber } from '../flow/edges.ts';
import type { FlowGraph } from '../flow/flow-graph.ts';
import type { Charge } from '../gas/gas-plan.ts';
import type { TripCount } from '../loops/trip-count.ts';

/** Several at one place stand in order. Amounts are gas, of either sign. */
export type Step =
  /** Takes the amount from the counter; traps below zero, unless it gives back. */
  | { readonly kind: 'charge'; readonly place: Place; readonly amount: number; readonly inLocal: boolean }
  /** Takes `amount` for each iteration of the loop that begins here, and `once`. */
  | {
      readonly kind: 'trip-count';
      readonly place: Place;
      readonly amount: number;
      /** Taken once, in the same step. */
      readonly once: number;
      readonly trips: TripCount;
      readonly inLocal: boolean;
    }
  /** The counter moves from the global to a local, and back. */
  | { readonly kind: 'load' | 'store'; readonly place: Place };

/** A charge before it is a step. The ends are blocks, `EXIT` for one that is none. */
export interface ChargeDraft {
  readonly place: PlaceNumber;
  readonly amount: number;
  readonly trips: TripCount | undefined;
  readonly from: number;
  readonly to: number;
}

export interface ChargePlacement {
  /** What a caller has paid already when the function is entered. */
  readonly prepaid: number;
  readonly steps: readonly Step[];
}

const kindOrder: Readonly<Record<Step['kind'], number>> = { load: 0, charge: 1, 'trip-count': 2, store: 3 };

/** The order in which steps are written. */
export function byPlace(left: Step, right: Step): number {
  return numberOf(left.place) - numberOf(right.place) || kindOrder[left.kind] - kindOrder[right.kind];
}

/** The plan as it is: every block is charged where it begins. */
export function blockSteps(charges: readonly Charge[]): readonly Step[] {
  return charges.flatMap(({ kind, instructionIndex: index, cost: amount }) =>
    kind === 'block' ? [{ kind: 'charge', place: { kind: 'before', index, rank: 1 }, amount, inLocal: false }] : [],
  );
}

/** By block: what entering it costs. */
export function blockCosts({ blocks }: FlowGraph, charges: readonly Charge[]): Float64Array {
  const costs = new Float64Array(blocks.length);
  let next = 0;
  for (let block = 0; block < blocks.length; block += 1) {
    const end = blocks[block]?.end ?? 0;
    for (let charge = charges[next]; charge !== undefined && charge.instructionIndex < end; charge = charges[next]) {
      if (charge.kind === 'block') costs[block] = charge.cost;
      next += 1;
    }
  }
  return costs;
}

/** Charges that follow each other at one place are one. The steps are in the order in which they are written. */
export function mergedSteps(steps: readonly Step[]): readonly Step[] {
  const result: Step[] = [];
  for (const step of steps) {
    const last = result.at(-1);
    const follows =
      last?.kind === 'charge' &&
      (step.kind === 'charge' || step.kind === 'trip-count') &&
      last.inLocal === step.inLocal &&
      last.place.kind === step.place.kind &&
      last.place.index === step.place.index;
    if (!follows) result.push(step);
    else if (step.kind === 'charge') result[result.length - 1] = { ...last, amount: last.amount + step.amount };
    else result[result.length - 1] = { ...step, once: last.amount };
  }
  return result.filter((step) => step.kind !== 'charge' || step.amount !== 0);
}
