import { type Outcome, TrapCode } from '../engine/outcome.ts';
import { eventsPerCall, payloadBytes } from '../engine/payload-limits.ts';

/**
 * The outcome, or the trap that other machines make of more output or events than fit. Here only what leaves the outermost frame
 * is seen: what inner frames hand to each other, and events that are undone, have no such limit.
 */
export function boundedOutcome(outcome: Outcome, gasLimit: bigint): Outcome {
  if (outcome.status === 'trap') return outcome;
  const events = outcome.status === 'success' ? outcome.events : [];
  const fits =
    outcome.output.length <= payloadBytes &&
    events.length <= eventsPerCall &&
    events.every(({ data }) => data.length <= payloadBytes);
  return fits ? outcome : { status: 'trap', code: TrapCode.HostArgumentInvalid, gasUsed: gasLimit };
}
