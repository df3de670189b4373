import type { Step } from './edge-plan.ts';
import type { FlowGraph } from './flow-graph.ts';
import type { Charge } from './gas-plan.ts';

/** The plan as it is: every block is charged where it begins. */
export function blockSteps(charges: readonly Charge[]): readonly Step[] {
  return charges.flatMap(({ kind, instructionIndex: index, cost: amount }) =>
    kind === 'block'
      ? [{ kind: 'charge', place: { kind: 'before', index, rank: 1 }, amount, inLocal: false, isChecked: true }]
      : [],
  );
}

/** By block: what entering it costs. */
export function blockCosts({ blocks }: FlowGraph, charges: readonly Charge[]): readonly number[] {
  const costAt = new Map<number, number>();
  for (const { kind, instructionIndex, cost } of charges) if (kind === 'block') costAt.set(instructionIndex, cost);
  return blocks.map(({ start }) => costAt.get(start) ?? 0);
}
