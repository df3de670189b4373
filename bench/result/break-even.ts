/** What a machine needs before its first call is done, and for each one after. */
export interface ColdAndWarm {
  readonly nsPerOperation: number;
  readonly coldNs: { readonly prepare: number; readonly deploy: number; readonly call: number };
}

/**
 * How many calls of a contract, from its artifact on, until machine `a` has needed less time than `b`: 0 if it is ahead
 * from the first call on, null if it never is.
 */
export function breakEvenCalls(a: ColdAndWarm, b: ColdAndWarm, operationsPerCall: number): number | null {
  const lateness = startNs(a) - startNs(b);
  const gain = (b.nsPerOperation - a.nsPerOperation) * operationsPerCall;
  if (gain <= 0) return null;
  return lateness <= 0 ? 0 : 1 + Math.ceil(lateness / gain);
}

/** From the artifact to the end of the first call. The set-up of the workload, which is no part of starting, is left out. */
export function startNs({ coldNs: { prepare, deploy, call } }: Pick<ColdAndWarm, 'coldNs'>): number {
  return prepare + deploy + call;
}
