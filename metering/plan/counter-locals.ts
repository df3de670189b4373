/**
 * Where the counter is kept in a local: in the outermost loops that charge in their iterations, and need it nowhere else
 * meanwhile. It is loaded in front of the loop and stored on every way out. A function may be such a loop as a whole.
 */
import { ENTRY, EXIT, NO_PLACE, type PlaceNumber, placeOf } from '../flow/edges.ts';
import { commonLoop, markOutwards, sumOverWaysOut } from '../flow/natural-loops.ts';
import type { TripCount } from '../loops/trip-count.ts';
import { byPlace, type ChargePlacement, mergedSteps, type Step } from './charge-placement.ts';
import type { FunctionToPlan } from './function-to-plan.ts';

/** A charge without the choice between local and global. The ends are blocks, `EXIT` for one that is none. */
export interface ChargeDraft {
  readonly place: PlaceNumber;
  readonly amount: number;
  readonly trips: TripCount | undefined;
  readonly from: number;
  readonly to: number;
  readonly frequency: number;
}

/** Charges per call, and calls that take the counter, from which on a function keeps it in a local altogether. */
const MANY_CHARGES = 2;

/** In no local. */
const NO_REGION = -1;

export function planLocals(toPlan: FunctionToPlan, drafts: readonly ChargeDraft[]): Omit<ChargePlacement, 'prepaid'> {
  if (toPlan.takesByValue) {
    return { steps: mergedSteps(drafts.map((draft) => stepOf(draft, true)).sort(byPlace)), callsWithLocal: new Set() };
  }
  const { graph, isTrap, handsOver } = toPlan;
  const { blocks, edges } = graph;
  const regionOf = localRegions(toPlan, drafts);
  const steps: Step[] = [];
  for (const draft of drafts) {
    const { from, to } = draft;
    const region = regionOf(to);
    steps.push(stepOf(draft, region !== NO_REGION && (from === EXIT || regionOf(from) === region)));
  }
  for (let edge = 0; edge < edges.count; edge += 1) {
    const to = edges.to[edge] ?? EXIT;
    const left = regionOf(edges.from[edge] ?? EXIT);
    const entered = regionOf(to);
    const place = edges.place[edge] ?? NO_PLACE;
    if (left === entered || place === NO_PLACE || (to !== EXIT && isTrap[to] === 1)) continue;
    if (left !== NO_REGION) steps.push({ kind: 'store', place: placeOf(place) });
    if (entered !== NO_REGION) steps.push({ kind: 'load', place: placeOf(place) });
  }
  if (regionOf(0) !== NO_REGION) steps.push({ kind: 'load', place: placeOf(ENTRY) });
  const callsWithLocal = blocks.flatMap(({ end }, block) =>
    handsOver[block] === 1 && regionOf(block) !== NO_REGION ? [end - 1] : [],
  );
  return { steps: mergedSteps(steps.sort(byPlace)), callsWithLocal: new Set(callsWithLocal) };
}

function stepOf({ place: number, amount, trips }: ChargeDraft, inLocal: boolean): Step {
  const place = placeOf(number);
  return trips === undefined
    ? { kind: 'charge', place, amount, inLocal, isChecked: amount > 0 }
    : { kind: 'trip-count', place, amount, once: 0, trips, inLocal };
}

/** By block: the outermost loop whose local has the counter there, or a number of its own for the whole function. */
function localRegions(toPlan: FunctionToPlan, drafts: readonly ChargeDraft[]): (block: number) => number {
  const { graph, handsOver, usesLocals } = toPlan;
  const { loops, loopOf } = graph;
  if (!usesLocals) return () => NO_REGION;
  if (isRegionAsAWhole(toPlan, drafts)) return (block) => (block === EXIT ? NO_REGION : loops.length);
  if (loops.length === 0) return () => NO_REGION;
  const charges = new Uint8Array(loops.length);
  for (const { from, to } of drafts) {
    markOutwards(charges, loops, from === EXIT ? (loopOf[to] ?? -1) : commonLoop(graph, from, to));
  }
  for (const [block, loop] of loopOf.entries()) if (handsOver[block] === 1) markOutwards(charges, loops, loop);
  const refuses = refusedLoops(toPlan);
  const region = new Int32Array(loops.length);
  for (const [loop, { parent }] of loops.entries()) {
    const around = parent === -1 ? NO_REGION : (region[parent] ?? NO_REGION);
    const isChosen = charges[loop] === 1 && refuses[loop] === 0;
    region[loop] = around === NO_REGION && isChosen ? loop : around;
  }
  return (block) => (block === EXIT ? NO_REGION : (region[loopOf[block] ?? -1] ?? NO_REGION));
}

function isRegionAsAWhole({ graph, needsGlobal, handsOver }: FunctionToPlan, drafts: readonly ChargeDraft[]): boolean {
  const { edges } = graph;
  const charged = drafts.reduce((sum, { frequency }) => sum + frequency, 0);
  const handedOver = handsOver.reduce((sum, flag) => sum + flag, 0);
  if (charged + handedOver < MANY_CHARGES || needsGlobal.includes(1)) return false;
  for (let edge = 0; edge < edges.count; edge += 1) {
    if (edges.to[edge] === EXIT && edges.place[edge] === NO_PLACE) return false;
  }
  return true;
}

/** By loop: the counter is needed elsewhere in it, or a way out of it has no place to store it. */
function refusedLoops({ graph, isTrap, needsGlobal }: FunctionToPlan): Uint8Array {
  const { edges, loops, loopOf } = graph;
  const closedWaysOut = sumOverWaysOut(graph, edges, (edge) => {
    const to = edges.to[edge] ?? EXIT;
    return edges.place[edge] !== NO_PLACE || (to !== EXIT && isTrap[to] === 1) ? 0 : 1;
  });
  // A way out of a loop may stay in the loop around it, so that this does not spread outwards.
  const refuses = new Uint8Array(loops.length);
  for (const [block, loop] of loopOf.entries()) if (needsGlobal[block] === 1) markOutwards(refuses, loops, loop);
  for (const [loop, count] of closedWaysOut.entries()) if (count > 0) refuses[loop] = 1;
  return refuses;
}
