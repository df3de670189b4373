/**
 * Where the counter is: block by block, in the global or in a local of the function. V8 keeps a local in a register and goes to
 * memory for a global, so that charges are cheaper in a local; but whatever observes the counter looks for it in the global, and
 * the local has to be spilled around that.
 *
 * What is chosen are whole loops, outermost first, or the function: a loop is worth its charges, less the spills in it and the
 * moves on its ways out, each by guessed frequency. No code can stand on the edges of a `br_table`, so that the blocks at their
 * ends follow each other into the local.
 */
import { DisjointSets } from '../flow/disjoint-sets.ts';
import { ENTRY, EXIT, NO_PLACE, type PlaceNumber, placeBefore, placeOf } from '../flow/edges.ts';
import { commonLoop, sumOverWaysOut } from '../flow/natural-loops.ts';
import type { TripCount } from '../loops/trip-count.ts';
import { byPlace, type ChargePlacement, mergedSteps, type Step } from './charge-placement.ts';
import type { FunctionToPlan } from './function-to-plan.ts';
import type { Frequencies } from './guessed-frequencies.ts';

/** A charge without the choice between local and global. The ends are blocks, `EXIT` for one that is none. */
export interface ChargeDraft {
  readonly place: PlaceNumber;
  readonly amount: number;
  readonly trips: TripCount | undefined;
  readonly from: number;
  readonly to: number;
  readonly frequency: number;
  /** Before or behind a call that observes the counter: it has to stay there. */
  readonly isAtCut: boolean;
}

/** The steps of a function, with the counter where it is cheapest. */
export function planLocals(
  toPlan: FunctionToPlan,
  drafts: readonly ChargeDraft[],
  frequencies: Frequencies,
): Omit<ChargePlacement, 'prepaid'> {
  const { graph, isTrap, endsInCall, handsOver, observers, passes } = toPlan;
  const { blocks, edges } = graph;
  const usesGas = drafts.length > 0 || handsOver.includes(1);
  if (!usesGas && passes !== 'gas and stack') return { steps: [], callsWithLocal: new Set() };
  const takesByValue = passes !== 'no';
  const inLocal = blocksWithLocal(toPlan, drafts, frequencies);
  // A call that observes the counter leaves it in the global.
  const endsInGlobal = new Uint8Array(blocks.length);
  for (const { index, block } of observers) if (index + 1 === blocks[block]?.end) endsInGlobal[block] = 1;
  const isIn = (block: number): boolean => (block === EXIT ? takesByValue : inLocal[block] === 1);
  /** Where the counter is when control leaves the block. */
  const isOut = (block: number): boolean => isIn(block) && endsInGlobal[block] !== 1;

  const behind = (block: number): PlaceNumber => placeBefore(blocks[block]?.end ?? 0, 0);

  const steps: Step[] = drafts.map((draft) => {
    const { place, from, to } = draft;
    const isBeforeCall = endsInCall[from] === 1 && place < behind(from);
    return stepOf(draft, isBeforeCall ? isIn(from) : isOut(from) || isIn(to));
  });
  const move = (place: PlaceNumber, isToLocal: boolean): void => {
    steps.push({ kind: isToLocal ? 'load' : 'store', place: placeOf(place) });
  };
  if (isIn(0) && !takesByValue) move(ENTRY, true);
  for (let edge = 0; edge < edges.count; edge += 1) {
    const from = edges.from[edge] ?? 0;
    const to = edges.to[edge] ?? EXIT;
    const place = edges.place[edge] ?? NO_PLACE;
    if (isOut(from) === isIn(to) || place === NO_PLACE || (to !== EXIT && isTrap[to] === 1)) continue;
    move(endsInCall[from] === 1 ? behind(from) : place, isIn(to));
  }
  for (const { index, block } of observers) {
    if (!isIn(block)) continue;
    move(placeBefore(index, 2), false);
    if (index + 1 !== blocks[block]?.end) move(placeBefore(index + 1, 0), true);
  }
  const callsWithLocal = blocks.flatMap(({ end }, block) => (handsOver[block] === 1 && isIn(block) ? [end - 1] : []));
  return { steps: mergedSteps(steps.sort(byPlace)), callsWithLocal: new Set(callsWithLocal) };
}

function stepOf({ place: number, amount, trips }: ChargeDraft, inLocal: boolean): Step {
  const place = placeOf(number);
  return trips === undefined
    ? { kind: 'charge', place, amount, inLocal, isChecked: amount > 0 }
    : { kind: 'trip-count', place, amount, once: 0, trips, inLocal };
}

/** By block: 1 if it begins with the counter in the local. */
function blocksWithLocal(toPlan: FunctionToPlan, drafts: readonly ChargeDraft[], frequencies: Frequencies): Uint8Array {
  const { graph, usesLocals, passes } = toPlan;
  const { loopOf, blocks } = graph;
  const inLocal = new Uint8Array(blocks.length);
  if (passes !== 'no') return inLocal.fill(1);
  if (!usesLocals) return inLocal;
  const isChosen = chosenLoops(toPlan, worthOfLoops(toPlan, drafts, frequencies));
  for (const block of blocks.keys()) inLocal[block] = isChosen[loopOf[block] ?? -1] ?? isChosen.at(-1) ?? 0;
  followClosedEdges(toPlan, inLocal);
  return inLocal;
}

/** By loop, and last of all for the function: what the counter in a local saves, per entry of the function. */
function worthOfLoops(
  { graph, isTrap, handsOver, observers }: FunctionToPlan,
  drafts: readonly ChargeDraft[],
  { ofBlock, ofEdge }: Frequencies,
): Float64Array {
  const { edges, loops, loopOf } = graph;
  const worth = new Float64Array(loops.length + 1);
  const add = (loop: number, saved: number): void => {
    const at = loop === -1 ? loops.length : loop;
    worth[at] = (worth[at] ?? 0) + saved;
  };
  for (const { from, to, frequency } of drafts) add(from === EXIT ? (loopOf[to] ?? -1) : commonLoop(graph, from, to), frequency);
  for (const [block, flag] of handsOver.entries()) if (flag === 1) add(loopOf[block] ?? -1, ofBlock[block] ?? 0);
  for (const { block } of observers) add(loopOf[block] ?? -1, -(ofBlock[block] ?? 0));
  for (let loop = loops.length - 1; loop >= 0; loop -= 1) add(loops[loop]?.parent ?? -1, worth[loop] ?? 0);
  const left = sumOverWaysOut(graph, edges, (edge) => {
    const to = edges.to[edge] ?? EXIT;
    return to !== EXIT && isTrap[to] === 1 ? 0 : (ofEdge[edge] ?? 0);
  });
  for (const [loop, howOften] of left.entries()) worth[loop] = (worth[loop] ?? 0) - howOften;
  worth[loops.length] = (worth[loops.length] ?? 0) - 1;
  return worth;
}

/** By loop, and last of all for the function: 1 if it is worth more as a whole than what could be chosen in it. */
function chosenLoops({ graph }: FunctionToPlan, worth: Float64Array): Uint8Array {
  const { loops } = graph;
  const best = new Float64Array(worth.length);
  const isChosen = new Uint8Array(worth.length);
  for (let loop = loops.length - 1; loop >= -1; loop -= 1) {
    const at = loop === -1 ? loops.length : loop;
    if ((worth[at] ?? 0) > (best[at] ?? 0)) {
      isChosen[at] = 1;
      best[at] = worth[at] ?? 0;
    }
    const around = loops[loop]?.parent ?? -1;
    const outer = around === -1 ? loops.length : around;
    if (loop !== -1) best[outer] = (best[outer] ?? 0) + (best[at] ?? 0);
  }
  // What is chosen stands for all that is in it.
  for (const [loop, { parent }] of loops.entries()) {
    if (isChosen[parent === -1 ? loops.length : parent] === 1) isChosen[loop] = 1;
  }
  return isChosen;
}

/** Where no code can stand on an edge, the counter is in the same place at both ends; at the function's, in the global. */
function followClosedEdges({ graph, isTrap }: FunctionToPlan, inLocal: Uint8Array): void {
  const { edges, blocks } = graph;
  const end = blocks.length;
  const sets = new DisjointSets(blocks.length + 1);
  for (let edge = 0; edge < edges.count; edge += 1) {
    const to = edges.to[edge] ?? EXIT;
    if (edges.place[edge] !== NO_PLACE || (to !== EXIT && isTrap[to] === 1)) continue;
    sets.join(edges.from[edge] ?? 0, to === EXIT ? end : to);
  }
  const wantsLocal = new Uint8Array(blocks.length + 1);
  for (const [block, flag] of inLocal.entries()) if (flag === 1) wantsLocal[sets.topOf(block)] = 1;
  wantsLocal[sets.topOf(end)] = 0;
  for (const block of inLocal.keys()) inLocal[block] = wantsLocal[sets.topOf(block)] ?? 0;
}
