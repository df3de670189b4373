import type { FlowGraph } from '../flow/flow-graph.ts';
import type { Charge } from '../gas/gas-plan.ts';
import type { Step } from './charge-placement.ts';

/** The plan as it is: every block is charged where it begins. */
export function blockSteps(charges: readonly Charge[]): readonly Step[] {
  return charges.flatMap(({ kind, instructionIndex: index, cost: amount }) =>
    kind === 'block'
      ? [{ kind: 'charge', place: { kind: 'before', index, rank: 1 }, amount, inLocal: false, isChecked: true }]
      : [],
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
