import type { BlockText } from '../../contracts/contract-case.ts';
import { rawCallsName } from '../agreement/check-agreement.ts';
import type { Disagreement } from '../agreement/run-sequence.ts';
import { agreedOnAll, type CheckReport } from '../check.ts';
import type { ReplayCall } from '../subjects/replay-call.ts';
import { counted } from '../text/words.ts';

/** Chance alone may not have come to it in fewer. */
const FEWEST_CALLS_TO_WARN = 25;
/** A selector and eight words, as hex. */
const MOST_DATA_SHOWN = 2 + 2 * (4 + 8 * 32);

/** What every format for people says of a check in the same words, none of it safe yet for where it is shown. */

export function machinesOfAny(reports: readonly CheckReport[]): readonly string[] {
  return [...new Set(reports.flatMap(({ machines }) => machines))];
}

export function callsOf(reports: readonly CheckReport[]): number {
  return reports.reduce((sum, { calls }) => sum + calls, 0);
}

/** So many are named; of more it is said how many there are. */
const MOST_NAMED = 6;

export function machinesWords(names: readonly string[]): string {
  return names.length > MOST_NAMED ? `${names.length} machines` : names.join(', ');
}

/** Where nobody disagreed. */
export function agreementWords(reports: readonly CheckReport[]): string {
  const names = machinesOfAny(reports);
  if (agreedOnAll(reports) === null) return 'nothing was compared';
  return names.length === 1 ? `${names.join('')} agrees with itself` : `${machinesWords(names)} agree`;
}

/** What a check could not see, and what it was told not to look at; one line each. */
export function warningsOf({ id, methods, failedDeployments, accepted }: CheckReport): readonly string[] {
  const never = methods.filter(
    ({ method, calls, successes }) => successes === 0 && calls >= FEWEST_CALLS_TO_WARN && method !== rawCallsName,
  );
  return [
    ...never.map(({ method, calls }) => `${id}: none of ${calls} calls of ${method} succeeded`),
    ...(failedDeployments === 0
      ? []
      : [`${id}: ${counted(failedDeployments, 'deployment')} with other arguments failed, on all machines alike`]),
    ...accepted.map(({ field, times }) => `${id}: ${counted(times, 'difference')} in ${field} accepted`),
  ];
}

export function placeWords({ step }: Disagreement): string {
  return step === 0 ? 'the deployment' : `call ${step}`;
}

export function callWords(call: ReplayCall): string {
  const { caller = 'alice', value, block } = call;
  const paid = value === undefined ? '' : ` with ${value} wei`;
  return `${whatIsCalled(call)} by ${caller}${paid}${block === undefined ? '' : `, ${blockWords(block)}`}`;
}

function whatIsCalled({ to, method, args, data }: ReplayCall): string {
  if (data === undefined) {
    return `${to === undefined ? '' : `${to}.`}${method}(${args.map((arg) => JSON.stringify(arg)).join(', ')})`;
  }
  const bytes = data.length / 2 - 1;
  const shown = data.length <= MOST_DATA_SHOWN ? data : `${data.slice(0, MOST_DATA_SHOWN)}... (${bytes} bytes)`;
  return `${to ?? 'the contract'} called with ${bytes === 0 ? 'no data' : shown}`;
}

function blockWords({ time, number }: BlockText): string {
  const moves = [
    ...(time === undefined ? [] : [time.startsWith('+') ? `${time.slice(1)} s later` : `at time ${time}`]),
    ...(number === undefined
      ? []
      : [number.startsWith('+') ? `${counted(Number(number.slice(1)), 'block')} later` : `in block ${number}`]),
  ];
  return moves.join(' and ');
}
