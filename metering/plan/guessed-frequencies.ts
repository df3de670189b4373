import { EXIT } from '../flow/edges.ts';
import { commonLoop, loopHeadedBy } from '../flow/natural-loops.ts';
import type { FunctionToPlan } from './function-to-plan.ts';

/** How often blocks run and edges are taken, per entry of the function. */
export interface Frequencies {
  readonly ofBlock: Float64Array;
  readonly ofEdge: Float64Array;
}

/** The trip count that every loop is taken to have. */
const TRIPS = 8;
/** However deep they are nested. */
const MAX_FREQUENCY = 1e9;

/** Compilers put what is likely next. But few numbers are equal (T. Ball, J. Larus, "Branch prediction for free", 1993). */
const NEXT_SHARE = 0.6;
/** A recursion ends as often as it goes on, or more often. */
const RECURSION_SHARE = 0.3;
const TRAP_SHARE = 1e-6;

/** Guesses from the shape of the code alone. */
export function guessedFrequencies(toPlan: FunctionToPlan): Frequencies {
  const { graph, isTrap, testsEquality } = toPlan;
  const { blocks, edges, loopOf } = graph;
  const recurses = leadsToRecursion(toPlan);
  const shareOf = (from: number, to: number): number => {
    if (to !== EXIT && isTrap[to] === 1) return TRAP_SHARE;
    if (to !== EXIT && recurses[to] === 1) return RECURSION_SHARE;
    const loop = loopOf[from] ?? -1;
    if (loop !== -1 && commonLoop(graph, from, to) !== loop) return 1 / TRIPS;
    const isNext = to === from + 1;
    return isNext === (testsEquality[from] !== 1) ? NEXT_SHARE : 1 - NEXT_SHARE;
  };
  const ofBlock = new Float64Array(blocks.length);
  const ofEdge = new Float64Array(edges.count);
  ofBlock[0] = 1;
  for (let block = 0; block < blocks.length; block += 1) {
    const first = edges.firstOf[block] ?? 0;
    const end = edges.firstOf[block + 1] ?? 0;
    let total = 0;
    for (let edge = first; edge < end; edge += 1) {
      const share = shareOf(block, edges.to[edge] ?? EXIT);
      ofEdge[edge] = share;
      total += share;
    }
    let frequency = ofBlock[block] ?? 0;
    if (loopHeadedBy(graph, block) !== -1) frequency = Math.min(frequency * TRIPS, MAX_FREQUENCY);
    ofBlock[block] = frequency;
    for (let edge = first; edge < end; edge += 1) {
      const to = edges.to[edge] ?? EXIT;
      const taken = (frequency * (ofEdge[edge] ?? 0)) / total;
      ofEdge[edge] = taken;
      if (to > block) ofBlock[to] = (ofBlock[to] ?? 0) + taken;
    }
  }
  return { ofBlock, ofEdge };
}

/** By block: whether it can only go on to a recursion. */
function leadsToRecursion({ graph, isRecursion }: FunctionToPlan): Uint8Array {
  const { blocks, edges } = graph;
  const recurses = new Uint8Array(blocks.length);
  for (let block = blocks.length - 1; block >= 0; block -= 1) {
    const first = edges.firstOf[block] ?? 0;
    const isAlone = edges.firstOf[block + 1] === first + 1;
    const next = edges.to[first] ?? EXIT;
    if (isRecursion[block] === 1 || (isAlone && next > block && recurses[next] === 1)) recurses[block] = 1;
  }
  return recurses;
}
