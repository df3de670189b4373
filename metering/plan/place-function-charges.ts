/**
 * Moves the charges of one function from its blocks to few of its edges. Every block gets a potential; an edge is then charged
 *
 *     charge(u -> v) = cost(u) + potential(v) - potential(u)
 *
 * and the sum along a path is the path's cost, whatever the potentials are. At observation points of the counter (calls that
 * can lead to the host, the function's end) the potential is 0, and the counter exact. A loop with a known trip count pays for
 * its back edges in front of it.
 */
import { ENTRY, EXIT } from '../flow/edges.ts';
import { jointTargets, linksOf, NO_EDGE } from './charge-graph.ts';
import type { ChargeDraft } from './charge-placement.ts';
import type { FunctionToPlan } from './function-to-plan.ts';
import { potentials } from './potentials.ts';
import { sharedCharges } from './shared-charges.ts';
import { chargePerIteration, costOfConstantTrips, isPayableAhead } from './trip-payment.ts';

export interface FunctionCharges {
  /** What a caller has paid already when the function is entered. */
  readonly prepaid: number;
  readonly drafts: readonly ChargeDraft[];
}

export function placeFunctionCharges(toPlan: FunctionToPlan): FunctionCharges {
  const { graph, countedLoops } = toPlan;
  const { edges, blocks } = graph;
  const joint = jointTargets(graph);
  const links = linksOf(toPlan, joint);
  const potential = potentials(toPlan, joint, links);
  const blockOf = (node: number): number => (node < blocks.length ? node : EXIT);
  const potentialOf = (node: number): number => potential[node] ?? 0;
  const apart = (left: number, right: number): number => potentialOf(left) - potentialOf(right);

  const paidAhead = countedLoops.filter((loop) => isPayableAhead(chargePerIteration(toPlan, loop, apart)));
  const enteredBy = new Map(paidAhead.map((loop) => [loop.entryEdge, loop]));
  const backEdges = new Set(paidAhead.map(({ backEdge }) => backEdge));

  const drafts: ChargeDraft[] = [];
  const prepaid = typeof toPlan.prepaid === 'number' ? toPlan.prepaid : Math.min(potentialOf(0), toPlan.prepaid.atMost);
  if (potentialOf(0) !== prepaid) {
    const amount = potentialOf(0) - prepaid;
    drafts.push({ place: ENTRY, amount, trips: undefined, from: EXIT, to: EXIT });
  }
  for (let link = 0; link < links.count; link += 1) {
    const edge = links.edge[link] ?? NO_EDGE;
    const fromNode = links.from[link] ?? 0;
    const toNode = links.to[link] ?? 0;
    const loop = enteredBy.get(edge);
    let amount = (links.weight[link] ?? 0) + potentialOf(toNode) - potentialOf(fromNode);
    if ((amount === 0 && loop === undefined) || backEdges.has(edge)) continue;
    const place = links.place[link] ?? 0;
    const from = edge === NO_EDGE ? blockOf(fromNode) : (edges.from[edge] ?? EXIT);
    const to = edge === NO_EDGE ? blockOf(toNode) : (edges.to[edge] ?? EXIT);
    if (loop !== undefined) {
      const constant = costOfConstantTrips(toPlan, loop, apart);
      const perIteration = chargePerIteration(toPlan, loop, apart);
      if (constant === 0) drafts.push({ place, amount: perIteration, trips: loop.trips, from, to });
      amount += constant;
    }
    if (amount !== 0) drafts.push({ place, amount, trips: undefined, from, to });
  }
  return { prepaid, drafts: sharedCharges(graph, drafts) };
}
