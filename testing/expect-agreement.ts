import * as fc from 'fast-check';
import type { Backend } from '../engine/backend.ts';
import { EngineError } from '../engine/errors.ts';
import { formatReplayFile } from '../harness/agreement/replay-file.ts';
import { type CheckOptions, type CheckReport, check } from '../harness/check.ts';
import { defaultMachinesFor } from '../harness/machines/register.ts';
import { checkText } from '../harness/results/check-text.ts';
import { partsOf, type Subject } from '../harness/subjects/subject.ts';
import { ExpectationFailed } from './expectation-failed.ts';
import { type TestCall, writtenCall } from './test-call.ts';

export interface AgreementOptions extends Omit<CheckOptions, 'calls'> {
  /** Names in the register, or machines of your own; default: those that `trimeter check` takes for the contract. */
  readonly machines?: readonly (string | Backend)[];
  /** One sequence of calls in place of random ones. */
  readonly calls?: readonly TestCall[];
}

/** Random calls where nobody says how many: a test is run often. */
const CALLS = 200;
/** What is longer is in the error, and not in its message. */
const MOST_REPLAY_SHOWN = 8000;

/**
 * Holds machines to agree on a contract: on a sequence of calls, or on random ones, of which the smallest sequence is found on
 * which they do not.
 *
 * @param sequenceOrOptions The calls, or what to do. Default: 200 random calls.
 * @throws ExpectationFailed where they disagree, with the calls, what differs and a replay file; or where nothing was compared.
 * EngineError `bad-argument` for no calls and no machines, `backend-unavailable` for a machine that is not installed, and as `check`.
 *
 * @example
 * const machines = ['wasm', 'reference'];
 * const report = await expectAgreement(subject, { machines, calls: [{ method: 'mint', args: ['bob', 5n] }] });
 * console.log(report.calls, report.agreed); // 1 true
 */
export async function expectAgreement(
  subject: Subject,
  sequenceOrOptions: readonly TestCall[] | AgreementOptions = {},
): Promise<CheckReport> {
  const options: AgreementOptions = isSequence(sequenceOrOptions) ? { calls: sequenceOrOptions } : sequenceOrOptions;
  const { machines = defaultMachinesFor(partsOf(subject)).names, calls, callBudget = CALLS, ...others } = options;
  if (calls?.length === 0) throw new EngineError('bad-argument', 'the sequence holds no calls');
  if (machines.length === 0) throw new EngineError('bad-argument', 'there is no machine to run it on');
  const report = await check(subject, machines, {
    ...others,
    callBudget: calls?.length ?? callBudget,
    ...(calls !== undefined && { calls: fc.constant(calls.map(writtenCall)) }),
  });
  if (report.agreed !== true) throw failed(report);
  return report;
}

function isSequence(given: readonly TestCall[] | AgreementOptions): given is readonly TestCall[] {
  return Array.isArray(given);
}

function failed(report: CheckReport): ExpectationFailed {
  const { counterexample, machines } = report;
  if (counterexample === undefined) {
    return new ExpectationFailed(`${report.id}: nothing was compared: ${machines.join(', ')} ran everything once`);
  }
  const replay = formatReplayFile(counterexample);
  // Its last line counts contracts, of which there is one.
  const text = checkText([report], { isHeadless: true }).trimEnd().split('\n').slice(0, -1).join('\n');
  const again =
    replay.length > MOST_REPLAY_SHOWN
      ? 'The error has it as `replay`.'
      : `To see it again, put this into a file for \`npx trimeter replay\`:\n${replay.trimEnd()}`;
  return new ExpectationFailed(`${text}\n\n${again}`, counterexample);
}
