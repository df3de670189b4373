import { EXIT, placeBefore } from '../flow/edges.ts';
import type { FlowGraph } from '../flow/flow-graph.ts';
import type { ChargeDraft } from './charge-placement.ts';

/**
 * Charges that are the same on all ways to a block stand where it begins. A block that is nothing but a `loop` counts as
 * what it leads to: it is paid a moment late then.
 */
export function sharedCharges(graph: FlowGraph, drafts: readonly ChargeDraft[]): readonly ChargeDraft[] {
  const { blocks, edges } = graph;
  const target = shownThrough(graph, drafts);
  const waysTo = new Int32Array(blocks.length);
  for (let edge = 0; edge < edges.count; edge += 1) {
    const from = edges.from[edge] ?? EXIT;
    const to = edges.to[edge] ?? EXIT;
    if (to !== EXIT && target[from] === from) waysTo[target[to] ?? to] = (waysTo[target[to] ?? to] ?? 0) + 1;
  }
  const draftsTo = new Map<number, ChargeDraft[]>();
  for (const draft of drafts) {
    if (draft.from === EXIT || draft.to === EXIT) continue;
    const to = target[draft.to] ?? draft.to;
    const others = draftsTo.get(to);
    if (others === undefined) draftsTo.set(to, [draft]);
    else others.push(draft);
  }
  const moved = new Map<ChargeDraft, ChargeDraft | undefined>();
  for (const [to, incoming] of draftsTo) {
    const [first, ...rest] = incoming;
    if (first === undefined || rest.length === 0 || incoming.length !== waysTo[to]) continue;
    const { amount } = first;
    if (amount <= 0 || incoming.some((draft) => draft.amount !== amount || draft.trips !== undefined)) continue;
    for (const draft of rest) moved.set(draft, undefined);
    moved.set(first, { ...first, place: placeBefore(blocks[to]?.start ?? 0, 1), from: to, to });
  }
  if (moved.size === 0) return drafts;
  return drafts.flatMap((draft) => (moved.has(draft) ? (moved.get(draft) ?? []) : [draft]));
}

/** By block: itself, or the header of the loop that it is nothing but the `loop` instruction of. */
function shownThrough({ blocks, loops }: FlowGraph, drafts: readonly ChargeDraft[]): Int32Array {
  const target = Int32Array.from(blocks.keys());
  const charges = new Uint8Array(blocks.length);
  for (const { from } of drafts) if (from !== EXIT) charges[from] = 1;
  for (const { header } of loops) {
    const { start, end } = blocks[header - 1] ?? { start: 0, end: 0 };
    if (end - start === 1 && charges[header - 1] === 0) target[header - 1] = header;
  }
  return target;
}
