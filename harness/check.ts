import type * as fc from 'fast-check';
import type { Backend } from '../engine/backend.ts';
import { EngineError } from '../engine/errors.ts';
import type { Schedule } from '../engine/schedule.ts';
import { defaultSchedule } from '../engine/schedules.ts';
import { comparedFields, isComparedField } from './agreement/accepted.ts';
import { type CheckResult, checkAgreement } from './agreement/check-agreement.ts';
import { replaySetting } from './agreement/replay-origin.ts';
import type { Localisation } from './divergence/localise.ts';
import { contendersOf } from './machines/contenders.ts';
import { openMachine } from './machines/register.ts';
import type { ReplayCall } from './subjects/replay-call.ts';
import type { Subject } from './subjects/subject.ts';

export interface CheckOptions {
  /** How many calls to run, to within one sequence; default 2000. */
  readonly callBudget?: number;
  /** 32-bit integer; default 1. The same seed gives the same calls. */
  readonly seed?: number;
  /**
   * What the machines count by, and what a replay file says of them; default `flatV2Schedule` for those that are given by
   * name. With machines of your own and no schedule here, a replay file does not say what it was found under.
   */
  readonly schedule?: Schedule;
  /** Every machine runs everything twice, and must not differ from itself, gas included. Default false. */
  readonly repeats?: boolean;
  /** Fields, or what they begin with (`gas`, `events`, `accounts[0].balance`), in which machines may differ. Default none. */
  readonly accept?: readonly string[];
  /** In place of the subject's own random calls, and with the subject's own constructor arguments. */
  readonly calls?: fc.Arbitrary<readonly ReplayCall[]>;
  /** After every sequence, with the number of calls run so far. */
  readonly onProgress?: (calls: number) => void;
}

/** What a check of one contract came to. */
export interface CheckReport extends CheckResult {
  readonly id: string;
  /** Names, the first being the one that the others were compared with. */
  readonly machines: readonly string[];
  /** Where the machines of the counterexample part, if somebody has looked (`localise`). */
  readonly places?: readonly Localisation[] | undefined;
}

/**
 * Random calls on a contract, on all machines: status, output, events, storage and balances are compared after each, and gas
 * where machines count it alike. The first disagreement is shrunk to a small sequence.
 *
 * @param machines Names in the register, or machines of your own.
 * @throws EngineError `bad-argument` for a name that is in no row, and for a subject without random calls when none are given;
 * `backend-unavailable` for a machine that is not installed; `not-deployed`; and on host failure.
 *
 * @example
 * const machines = ['wasm', 'reference', 'evm'];
 * const report = await check(await loadSubject('erc20'), machines, { callBudget: 50 });
 * console.log(report.machines.join(), report.agreed); // wasm,reference,evm true
 */
export async function check(
  subject: Subject,
  machines: readonly (string | Backend)[],
  options: CheckOptions = {},
): Promise<CheckReport> {
  const { callBudget = 2000, seed = 1, schedule = defaultSchedule, repeats = false, accept = [], onProgress } = options;
  const misspelt = accept.find((field) => !isComparedField(field));
  if (misspelt !== undefined) {
    throw new EngineError(
      'bad-argument',
      `accept: nothing compared is called ${misspelt}; there are ${comparedFields.join(', ')}`,
    );
  }
  const calls = options.calls ?? subject.randomCalls;
  if (calls === undefined) {
    throw new EngineError('bad-argument', `there are no random calls of ${subject.id}; give some as options.calls`);
  }
  const backends: Backend[] = [];
  for (const machine of machines) {
    backends.push(typeof machine === 'string' ? await openMachine(machine, schedule) : machine);
  }
  const constructorArgs = subject.randomConstructorArgs;
  const isScheduleKnown = options.schedule !== undefined || machines.every((machine) => typeof machine === 'string');
  const result = await checkAgreement(subject, {
    contenders: contendersOf(backends),
    calls,
    callBudget,
    seed,
    repeats,
    accept,
    ...(options.calls === undefined && constructorArgs !== undefined && { constructorArgs }),
    ...(isScheduleKnown && { setting: replaySetting(schedule.id) }),
    ...(onProgress !== undefined && { onProgress }),
  });
  return { id: subject.id, machines: backends.map(({ name }) => name), ...result };
}

/**
 * Whether machines agreed on every contract. Null if there is one on which nothing was compared, or none at all.
 *
 * @example
 * const reports = [await check(await loadSubject('erc20'), ['wasm', 'reference'], { callBudget: 50 })];
 * process.exitCode = agreedOnAll(reports) ? 0 : 1;
 * console.log(agreedOnAll(reports), agreedOnAll([])); // true null
 */
export function agreedOnAll(reports: readonly CheckReport[]): boolean | null {
  if (reports.some(({ agreed }) => agreed === false)) return false;
  return reports.length > 0 && reports.every(({ agreed }) => agreed) ? true : null;
}
