import type { Disagreement } from '../agreement/run-sequence.ts';
import { agreedOnAll, type CheckReport } from '../check.ts';
import type { ReplayCall } from '../subjects/replay-call.ts';

/** What every format for people says of a check in the same words, none of it safe yet for where it is shown. */

export function machinesOfAny(reports: readonly CheckReport[]): readonly string[] {
  return [...new Set(reports.flatMap(({ machines }) => machines))];
}

export function callsOf(reports: readonly CheckReport[]): number {
  return reports.reduce((sum, { calls }) => sum + calls, 0);
}

/** Where nobody disagreed. */
export function agreementWords(reports: readonly CheckReport[]): string {
  const names = machinesOfAny(reports);
  if (agreedOnAll(reports) === null) return 'nothing was compared';
  return names.length === 1 ? `${names.join('')} agrees with itself` : `${names.join(', ')} agree`;
}

export function placeWords({ step }: Disagreement): string {
  return step === 0 ? 'the deployment' : `call ${step}`;
}

export function callWords({ to, method, args, caller = 'alice', value }: ReplayCall): string {
  const call = `${to === undefined ? '' : `${to}.`}${method}(${args.map((arg) => JSON.stringify(arg)).join(', ')})`;
  return `${call} by ${caller}${value === undefined ? '' : ` with ${value} wei`}`;
}
