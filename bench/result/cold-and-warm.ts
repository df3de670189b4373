import type { ColdTimes, ProtocolReport } from './protocol-report.ts';

/** The first call of a contract on a machine, all that comes before it, and a call after many. */
export interface ColdAndWarmCall {
  /** Of the contract. */
  readonly id: string;
  readonly coldNs: ColdTimes;
  readonly warmNs: number;
}

/** One per contract that the machine ran, in processes of their own: of the first of its workloads, so that contracts can be compared. */
export function coldAndWarmCalls({ cases }: ProtocolReport, machine: string): readonly ColdAndWarmCall[] {
  const firsts = new Map<string, ColdAndWarmCall>();
  for (const { id, slots, operationsPerCall } of cases) {
    const slot = slots[machine];
    if (slot === undefined || slot.coldNs === null || firsts.has(id)) continue;
    firsts.set(id, { id, coldNs: slot.coldNs, warmNs: slot.nsPerOperation * operationsPerCall });
  }
  return [...firsts.values()];
}
