import assert from 'node:assert/strict';
import { toHex } from '../../engine/bytes.ts';
import { type Event, type Outcome, type TrapCode, trapName } from '../../engine/outcome.ts';

/** What a test says about an outcome. Gas is never left out. */
export type ExpectedOutcome =
  | {
      readonly status: 'success';
      readonly output: string;
      readonly gasUsed: bigint;
      readonly events?: readonly PrintedEvent[];
    }
  | { readonly status: 'revert'; readonly output: string; readonly gasUsed: bigint }
  | { readonly status: 'trap'; readonly code: TrapCode; readonly gasUsed: bigint };

export interface PrintedEvent {
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

export function expectOutcome(outcome: Outcome, expected: ExpectedOutcome): void {
  const wanted =
    expected.status === 'trap'
      ? { status: expected.status, trap: trapName(expected.code), gasUsed: expected.gasUsed }
      : expected.status === 'success'
        ? { ...expected, events: expected.events ?? [] }
        : expected;
  assert.deepEqual(printOutcome(outcome), wanted);
}
