/**
 * `trimeter/testing`: agreement, receipts and cost of contracts in the tests of mocha, vitest, jest and node:test.
 *
 * @module
 */

export { type ArbitraryCallsOptions, arbitraryCalls } from './arbitrary-calls.ts';
export { type AgreementOptions, expectAgreement } from './expect-agreement.ts';
export { expectCostAtMost, type MostGas, type Spent } from './expect-cost.ts';
export { type ExpectReceiptOptions, expectReceipt } from './expect-receipt.ts';
export { ExpectationFailed } from './expectation-failed.ts';
export { type MatcherContext, type MatcherResult, matchers, type TrimeterMatchers } from './matchers.ts';
export { type ReceiptsOptions, receiptsOf } from './receipts.ts';
export { type CalledStep, type RunCallsOptions, runCalls } from './run-calls.ts';
export type { TestCall } from './test-call.ts';
