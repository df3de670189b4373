import { EXIT } from '../flow/edges.ts';
import { NO_PLACE, type PlaceNumber, placeBefore } from '../flow/place.ts';
import type { FunctionToPlan } from './function-to-plan.ts';
import { guessedFrequencies } from './guessed-frequencies.ts';
import type { JointTargets } from './joint-targets.ts';

/** Where charges can stand: the edges of the graph of potentials, in columns. Nodes are those of `JointTargets`. */
export interface Links {
  readonly count: number;
  readonly from: Int32Array;
  readonly to: Int32Array;
  /** The cost between its ends. */
  readonly weight: Float64Array;
  readonly place: Int32Array;
  readonly frequency: Float64Array;
  /** The edge of the flow graph that it is; `NO_EDGE` for a part of one or of several. */
  readonly edge: Int32Array;
}

export const NO_EDGE = -1;

/** Where the counter is looked at between two blocks, the edge is two links: to the node of that, and from it. */
export function linksOf(toPlan: FunctionToPlan, { groups, zero }: JointTargets): Links {
  const { graph, isCut, isTrap } = toPlan;
  const { blocks, edges } = graph;
  const { ofBlock, ofEdge } = guessedFrequencies(toPlan);
  const most = 2 * edges.count + groups.size;
  const from = new Int32Array(most);
  const to = new Int32Array(most);
  const weight = new Float64Array(most);
  const place = new Int32Array(most);
  const frequency = new Float64Array(most);
  const edge = new Int32Array(most).fill(NO_EDGE);
  let count = 0;
  const add = (
    fromNode: number,
    toNode: number,
    cost: number,
    at: PlaceNumber,
    howOften: number,
    ofGraph: number,
  ): void => {
    from[count] = fromNode;
    to[count] = toNode;
    weight[count] = cost;
    place[count] = at;
    frequency[count] = howOften;
    edge[count] = ofGraph;
    count += 1;
  };
  for (let index = 0; index < edges.count; index += 1) {
    const at = edges.place[index] ?? NO_PLACE;
    if (at === NO_PLACE) continue;
    const block = edges.from[index] ?? 0;
    const target = edges.to[index] ?? EXIT;
    const howOften = ofEdge[index] ?? 0;
    const cost = costToLeave(toPlan, block);
    const trapsNext = target !== EXIT && isTrap[target] === 1;
    if (isCut[block] === 1) {
      add(block, zero, cost, at, howOften, NO_EDGE);
      if (!trapsNext) add(zero, target, 0, placeBefore(blocks[target]?.start ?? 0, 0), howOften, NO_EDGE);
    } else if (target === EXIT) {
      add(block, zero, cost, at, howOften, index);
    } else if (!trapsNext) {
      add(block, groups.get(target) ?? target, cost, at, howOften, index);
    }
  }
  for (const [target, group] of groups) {
    if (isTrap[target] === 1) continue;
    add(group, target, 0, placeBefore(blocks[target]?.start ?? 0, 1), ofBlock[target] ?? 0, NO_EDGE);
  }
  return { count, from, to, weight, place, frequency, edge };
}

/** What a block costs with all that is paid for the function that it ends with calling. */
export function costToLeave({ costs, calleePrepaid }: FunctionToPlan, block: number): number {
  return (costs[block] ?? 0) + (calleePrepaid[block] ?? 0);
}
