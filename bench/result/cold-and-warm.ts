import type { ProtocolReport, SlotReport } from './protocol-report.ts';

/** The first call of a contract on a machine, all that comes before it, and a call after many. */
export interface ColdAndWarmCall {
  /** Of the contract. */
  readonly id: string;
  readonly coldNs: SlotReport['coldNs'];
  readonly warmNs: number;
}

/** One per contract that the machine ran: of the first of its workloads, so that contracts can be compared. */
export function coldAndWarmCalls({ cases }: ProtocolReport, machine: string): readonly ColdAndWarmCall[] {
  const firsts = new Map<string, ColdAndWarmCall>();
  for (const { id, slots, operationsPerCall } of cases) {
    const slot = slots[machine];
    if (slot === undefined || firsts.has(id)) continue;
    firsts.set(id, { id, coldNs: slot.coldNs, warmNs: slot.nsPerOperation * operationsPerCall });
  }
  return [...firsts.values()];
}
