import { EXIT } from '../flow/edges.ts';
import { commonLoop, markOutwards } from '../flow/natural-loops.ts';
import type { CountedLoop } from '../loops/counted-loops.ts';
import type { ChargeDraft } from './charge-placement.ts';
import type { FunctionToPlan } from './function-to-plan.ts';

/**
 * Loops that are paid for in front of them and have nothing more to do with the counter: around these it waits in the global, so
 * that the loop has one register more (prime-sieve, docs/metering.md).
 *
 * @param observers Indices of instructions that look at the counter, in order.
 */
export function idleLoops(
  { graph, countedLoops }: FunctionToPlan,
  drafts: readonly ChargeDraft[],
  observers: readonly number[],
): readonly CountedLoop[] {
  const { blocks, edges, loops, loopOf } = graph;
  const isBusy = new Uint8Array(loops.length);
  const paidAhead = new Set(drafts.map(({ trips }) => trips));
  for (const { from, to } of drafts) {
    const isEdge = from !== EXIT && to !== EXIT;
    markOutwards(isBusy, loops, isEdge ? commonLoop(graph, from, to) : (loopOf[from === EXIT ? to : from] ?? -1));
  }
  let next = 0;
  for (const [block, { end }] of blocks.entries()) {
    for (; (observers[next] ?? end) < end; next += 1) markOutwards(isBusy, loops, loopOf[block] ?? -1);
  }
  const loopEnteredBy = (entryEdge: number): number => loopOf[edges.to[entryEdge] ?? EXIT] ?? -1;
  return countedLoops.filter(({ trips, entryEdge }) => paidAhead.has(trips) && isBusy[loopEnteredBy(entryEdge)] === 0);
}
