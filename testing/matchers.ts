import type { DescribedSubject, Subject } from '../harness/subjects/subject.ts';
import { type AgreementOptions, expectAgreement } from './expect-agreement.ts';
import { costWords, type MostGas, type Spent } from './expect-cost.ts';
import { type ExpectReceiptOptions, expectReceipt } from './expect-receipt.ts';
import { ExpectationFailed } from './expectation-failed.ts';
import type { TestCall } from './test-call.ts';

/** What `expect.extend` of vitest and jest wants to hear. */
export interface MatcherResult {
  readonly pass: boolean;
  message(): string;
}

/** What `expect.extend` gives a matcher as `this`, as far as it is used. */
export interface MatcherContext {
  readonly isNot?: boolean;
}

/** The matchers as `expect(...)` then has them: for `declare module 'vitest'`, and for `declare module 'expect'` of jest. */
export interface TrimeterMatchers<R = unknown> {
  /** `expectAgreement` of a subject. */
  toAgree(sequenceOrOptions?: readonly TestCall[] | AgreementOptions): Promise<R>;
  /** `expectReceipt` of a subject. */
  toMatchReceipt(calls: readonly TestCall[], options: ExpectReceiptOptions): Promise<R>;
  /** `expectCostAtMost` of an outcome, a step or a receipt. */
  toCostAtMost(most: MostGas): R;
}

/** That something agrees or is as it was cannot be turned round: it may fail for want of a machine or of a file. */
async function held(context: MatcherContext, name: string, hold: () => Promise<unknown>): Promise<MatcherResult> {
  if (context.isNot === true) throw new ExpectationFailed(`${name} cannot be negated`);
  try {
    await hold();
    return { pass: true, message: () => '' };
  } catch (error) {
    if (!(error instanceof ExpectationFailed)) throw error;
    return { pass: false, message: () => error.message };
  }
}

/**
 * For vitest and jest: `expect.extend(matchers)`, and then `await expect(token).toAgree()`,
 * `await expect(token).toMatchReceipt(calls, { file, name })` and `expect(outcome).toCostAtMost(8000)`.
 *
 * @example
 * const result = matchers.toCostAtMost({ status: 'success', gasUsed: 5n, output: new Uint8Array(), events: [] }, 4);
 * console.log(result.pass, result.message()); // false the call costs 5 gas, 1 more than 4 (+25.0 %)
 */
export const matchers: {
  toAgree(
    this: MatcherContext,
    subject: Subject,
    given?: readonly TestCall[] | AgreementOptions,
  ): Promise<MatcherResult>;
  toMatchReceipt(
    this: MatcherContext,
    subject: DescribedSubject,
    calls: readonly TestCall[],
    options: ExpectReceiptOptions,
  ): Promise<MatcherResult>;
  toCostAtMost(spent: Spent | undefined, most: MostGas): MatcherResult;
} = {
  toAgree(subject, given) {
    return held(this, 'toAgree', () => expectAgreement(subject, given));
  },
  toMatchReceipt(subject, calls, options) {
    return held(this, 'toMatchReceipt', () => expectReceipt(subject, calls, options));
  },
  toCostAtMost(spent, most) {
    const { isMore, words } = costWords(spent, most);
    return { pass: !isMore, message: () => words };
  },
};
