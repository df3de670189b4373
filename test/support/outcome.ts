import { toHex } from '../../engine/bytes.ts';
import { type Event, type Outcome, trapName } from '../../engine/outcome.ts';

interface PrintedEvent {
  readonly address: string;
  readonly topics: readonly string[];
  readonly data: string;
}

export function printEvent({ address, topics, data }: Event): PrintedEvent {
  return { address: toHex(address), topics: topics.map(toHex), data: toHex(data) };
}

/** An outcome as plain text values, for messages and deep comparison. */
export function printOutcome(outcome: Outcome): Record<string, unknown> {
  const { status, gasUsed } = outcome;
  if (status === 'trap') return { status, trap: trapName(outcome.code), gasUsed };
  if (status === 'revert') return { status, output: toHex(outcome.output), gasUsed };
  return { status, output: toHex(outcome.output), gasUsed, events: outcome.events.map(printEvent) };
}
