import type * as fc from 'fast-check';
import { EngineError } from '../engine/errors.ts';
import { randomCalls } from '../harness/generators/random-calls.ts';
import type { ReplayCall } from '../harness/subjects/replay-call.ts';
import type { DescribedSubject } from '../harness/subjects/subject.ts';

export interface ArbitraryCallsOptions {
  /** Most random calls in a sequence; default 12. */
  readonly maxLength?: number;
}

/**
 * Sequences of calls that a contract's interface allows, and some that it does not, for a property of your own: methods with
 * arguments at the edges of their types, call data that is no call, value, other callers, later blocks. fast-check shrinks
 * them to few calls with simple arguments.
 *
 * @throws EngineError `bad-argument` for a subject without random calls, InputRejected for an interface without methods.
 *
 * @example
 * import assert from 'node:assert/strict';
 * import fc from 'fast-check';
 * const calls = arbitraryCalls(subject, { maxLength: 5 });
 * const property = fc.asyncProperty(calls, (sequence) =>
 *   runCalls(subject, sequence, async ({ read }) => assert.equal(await read('balanceOf', ['bob']), '0')),
 * );
 * const { failed, counterexample } = await fc.check(property, { seed: 1 });
 * console.log(failed, counterexample?.[0].length); // true 2
 */
export function arbitraryCalls(
  subject: DescribedSubject,
  { maxLength }: ArbitraryCallsOptions = {},
): fc.Arbitrary<readonly ReplayCall[]> {
  if (maxLength !== undefined && !(Number.isSafeInteger(maxLength) && maxLength >= 1)) {
    throw new EngineError('bad-argument', `maxLength must be an integer from 1, got ${maxLength}`);
  }
  if (maxLength !== undefined && subject.contract !== undefined) return randomCalls(subject.contract, { maxLength });
  const calls = subject.randomCalls?.();
  if (calls === undefined) throw new EngineError('bad-argument', `there are no random calls of ${subject.id}`);
  return maxLength === undefined ? calls : calls.map((sequence) => sequence.slice(0, maxLength));
}
