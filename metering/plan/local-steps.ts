import { EXIT, NO_PLACE, type Place, placeOf } from '../flow/edges.ts';
import type { FlowGraph } from '../flow/flow-graph.ts';
import type { Instruction } from '../format/module.ts';
import { Op } from '../format/opcodes.ts';
import { byPlace, type Step } from './charge-placement.ts';

const needsGlobal: ReadonlySet<number> = new Set([
  Op.call,
  Op.callIndirect,
  Op.memoryGrow,
  Op.memoryCopy,
  Op.memoryFill,
]);

/**
 * Every block is charged where it begins, to a counter in a local, which goes to the global around calls and at the end.
 * Blocks that begin a function or the iteration of a loop, and those that end in a call or leave the function, check it.
 *
 * @returns undefined if the function is left in a place where no code can stand.
 */
export function localSteps(
  instructions: readonly Instruction[],
  graph: FlowGraph,
  costs: Float64Array,
): readonly Step[] | undefined {
  const steps: Step[] = [{ kind: 'load', place: { kind: 'before', index: 0, rank: 0 } }];
  const leaves = new Set<number>();
  const { edges } = graph;
  for (let edge = 0; edge < edges.count; edge += 1) {
    if (edges.to[edge] !== EXIT) continue;
    const place = edges.place[edge] ?? NO_PLACE;
    if (place === NO_PLACE) return undefined;
    leaves.add(edges.from[edge] ?? 0);
    steps.push({ kind: 'store', place: placeOf(place) });
  }
  for (const [index, { start, end, isReachable }] of graph.blocks.entries()) {
    if (!isReachable) continue;
    const place: Place = { kind: 'before', index: start, rank: 1 };
    const amount = costs[index] ?? 0;
    const last = instructions[end - 1]?.opcode;
    const isChecked =
      start === 0 ||
      instructions[start - 1]?.opcode === Op.loop ||
      last === Op.call ||
      last === Op.callIndirect ||
      leaves.has(index);
    if (amount > 0 || isChecked) steps.push({ kind: 'charge', place, amount, inLocal: true, isChecked });
    for (let at = start; at < end; at += 1) {
      if (!needsGlobal.has(instructions[at]?.opcode ?? Op.end)) continue;
      steps.push({ kind: 'store', place: { kind: 'before', index: at, rank: 2 } });
      steps.push({ kind: 'load', place: { kind: 'before', index: at + 1, rank: 0 } });
    }
  }
  return steps.sort(byPlace);
}
