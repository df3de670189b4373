import { toHex } from '../../engine/bytes.ts';
import { type Outcome, trapName } from '../../engine/outcome.ts';
import { digestObservation, type Observation } from '../agreement/observe.ts';
import { callWords } from '../results/check-words.ts';
import type { ReplayCall } from '../subjects/replay-call.ts';
import type { DescribedSubject } from '../subjects/subject.ts';
import { shortened } from './shortened.ts';

/** Gas by the id of the schedule that it is counted under; `evm` is the EVM's own. */
export type Costs = Readonly<Record<string, bigint>>;

/** What one call came to, without its gas: the same on every machine. */
export interface Behaviour {
  readonly status: Outcome['status'];
  /** What was returned, or how it failed, decoded where it can be; cut short. */
  readonly result: string;
  /** How many events. */
  readonly events: number;
  /** Of everything that can be seen after the call: `digestObservation`. 64 hex digits. */
  readonly digest: string;
}

/** What one call came to and what it cost. */
export interface Receipt extends Behaviour {
  /** The method, with a companion's name before it where it is one's; `constructor`, or `(raw)` for a call that names none. */
  readonly entry: string;
  /** The call as people read it. Equal for equal calls, and for no others. */
  readonly call: string;
  readonly gas: Costs;
  /** Behaviours under schedules where they are not this one, which is that under the first. Mostly none. */
  readonly otherwise: Readonly<Record<string, Behaviour>>;
}

/** The constructor's, as `Receipt.entry`. */
export const constructorEntry = 'constructor';
/** Of calls that name no method, as `Receipt.entry`. */
export const rawEntry = '(raw)';

const MOST_CALL = 160;
const MOST_RESULT = 100;

/**
 * @param call Undefined for the deployment.
 *
 * @example
 * const outcome = await world.call({ caller: bob, to: token });
 * const { status, events } = behaviourOf(subject, undefined, await observe(world, outcome, [token]));
 * console.log(status, events); // revert 0
 */
export function behaviourOf(
  subject: Pick<DescribedSubject, 'describeResult' | 'describeRevert'>,
  call: ReplayCall | undefined,
  observation: Observation,
): Behaviour {
  const { outcome } = observation;
  return {
    status: outcome.status,
    result: shortened(resultText(subject, call, outcome), MOST_RESULT),
    events: outcome.status === 'success' ? outcome.events.length : 0,
    digest: digestObservation(observation),
  };
}

/** As `Receipt.entry`. */
export function entryOf({ to, method }: ReplayCall): string {
  if (method === undefined) return rawEntry;
  return to === undefined ? method : `${to}.${method}`;
}

/** As `Receipt.call`. */
export function callText(call: ReplayCall): string {
  const { gasLimit } = call;
  return shortened(`${callWords(call)}${gasLimit === undefined ? '' : ` for ${gasLimit} gas`}`, MOST_CALL, call);
}

/** What a call returned, or how it failed, decoded where it can be. */
export function resultText(
  subject: Pick<DescribedSubject, 'describeResult' | 'describeRevert'>,
  call: ReplayCall | undefined,
  outcome: Outcome,
): string {
  if (outcome.status === 'trap') return trapName(outcome.code);
  // The output of a constructor is code, which machines have of their own.
  if (call === undefined && outcome.status === 'success') return '';
  const isOwn = call?.to === undefined && call?.method !== undefined;
  if (isOwn) return subject.describeResult(call.method, outcome);
  const error = outcome.status === 'revert' ? subject.describeRevert?.(outcome.output) : undefined;
  return error ?? (outcome.output.length === 0 ? '' : toHex(outcome.output));
}
