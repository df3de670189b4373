import * as fc from 'fast-check';
import type { ArgumentText } from '../../contracts/contract-case.ts';
import { toHex } from '../../engine/bytes.ts';
import { EngineError } from '../../engine/errors.ts';
import { type Outcome, trapName } from '../../engine/outcome.ts';
import type { StorageEntry } from '../../engine/state/storage-entry.ts';
import { type FoundValues, SeenValues } from '../generators/found-values.ts';
import type { ReplayCall } from '../subjects/replay-call.ts';
import type { Subject } from '../subjects/subject.ts';
import { type Explanation, explain } from './explain.ts';
import type { Observation } from './observe.ts';
import { type ReplayFile, replayFile } from './replay-file.ts';
import { originOf, type ReplaySetting } from './replay-origin.ts';
import {
  type Contender,
  type Disagreement,
  type PreparedContender,
  prepareContenders,
  type RunOptions,
  repetitionOf,
  runSequence,
} from './run-sequence.ts';

/**
 * Sequences drawn from one seed, before what they came to is used for the next. The budget is looked at before each; the rest
 * of a batch that goes over it is skipped.
 */
const SEQUENCES_PER_BATCH = 16;

/** What is counted for calls that name no method. */
export const rawCallsName = '(raw)';

export interface AgreementOptions extends Pick<RunOptions, 'repeats' | 'accept'> {
  readonly contenders: readonly Contender[];
  /** Sequences of calls; each runs on a contract of its own, freshly deployed. May depend on what calls before them came to. */
  readonly calls: fc.Arbitrary<readonly ReplayCall[]> | ((seen: FoundValues) => fc.Arbitrary<readonly ReplayCall[]>);
  /** Of the contract of a sequence. Default: always the subject's. */
  readonly constructorArgs?: fc.Arbitrary<readonly ArgumentText[]>;
  /** How many calls to run before stopping, to within one sequence. Shrinking comes on top. */
  readonly callBudget: number;
  /** 32-bit integer. The same seed gives the same calls. */
  readonly seed: number;
  /** Whether to look for the smallest sequence. Default true. */
  readonly shrinks?: boolean;
  /** Goes into the replay file, with the hashes of the code. Without it a file does not say what it was found under. */
  readonly setting?: ReplaySetting;
  /** After every sequence, with the number of calls run so far. */
  readonly onProgress?: (calls: number) => void;
}

interface Found {
  readonly constructorArgs: readonly ArgumentText[];
  readonly calls: readonly ReplayCall[];
  readonly disagreement: Disagreement;
}

/** How often a method was called. */
export interface MethodCount {
  /** As calls name it, with a companion's name before it where it is one's; `(raw)` for calls that name none. */
  readonly method: string;
  readonly calls: number;
  readonly successes: number;
}

/** How often machines differed in what `accept` lists. */
export interface Accepted {
  readonly field: string;
  readonly times: number;
}

export interface CheckResult {
  readonly calls: number;
  readonly sequences: number;
  /** Null where there was one machine, and it ran everything once: nothing was compared. */
  readonly agreed: boolean | null;
  /** By name, in the order of their first call. Without what shrinking ran. */
  readonly methods: readonly MethodCount[];
  /** Sequences that ended with the deployment, which all machines refused. */
  readonly failedDeployments: number;
  /** For each item of `accept`. */
  readonly accepted: readonly Accepted[];
  /** The shortest sequence found on which two contenders differ, with the simplest arguments found. */
  readonly counterexample: ReplayFile | undefined;
  /** One for each machine that differs on it, in the order of the machines; empty if there is none. */
  readonly divergences: readonly Disagreement[];
  /** What it differs in, in words, where there are any for it. */
  readonly explanation: Explanation | undefined;
}

/**
 * Runs random sequences of calls on all contenders until the budget is spent or two of them disagree, and then looks
 * for the smallest sequence on which they still do.
 *
 * @throws EngineError on host failure, `bad-argument` when the sequences hold no calls, and `not-deployed` when the contract
 * with the subject's own arguments deploys on none, so that there is nothing to call.
 */
export async function checkAgreement(subject: Subject, options: AgreementOptions): Promise<CheckResult> {
  const { contenders, callBudget, seed, setting, repeats = false, accept = [], shrinks = true, onProgress } = options;
  const { constructorArgs = fc.constant(subject.constructorArgs) } = options;
  const prepared = await prepareContenders(contenders, subject.code, subject.companions);
  const seen = new SeenValues();
  const counts = new Map<string, { calls: number; successes: number }>();
  const acceptedTimes = new Map(accept.map((field) => [field, 0]));
  let callCount = 0;
  let sequenceCount = 0;
  let failedDeployments = 0;
  let isCompared = false;
  let deployed: Outcome | undefined;
  let found: Found | undefined;
  let fault: { readonly cause: unknown } | undefined;

  const count = (call: ReplayCall, { outcome, accounts }: Observation): void => {
    const name = call.method === undefined ? rawCallsName : call.method;
    const method = call.to === undefined || call.method === undefined ? name : `${call.to}.${name}`;
    const before = counts.get(method) ?? { calls: 0, successes: 0 };
    const successes = before.successes + (outcome.status === 'success' ? 1 : 0);
    counts.set(method, { calls: before.calls + 1, successes });
    seen.see(
      outcome,
      accounts.flatMap(({ storage }): readonly StorageEntry[] => storage),
    );
  };

  const agrees = async ([args, calls]: readonly [readonly ArgumentText[], readonly ReplayCall[]]): Promise<boolean> => {
    const isShrinking = found !== undefined;
    if (fault !== undefined || (!isShrinking && callCount >= callBudget)) return true;
    try {
      // The two that differ are enough to find out whether they still do.
      const among = found === undefined ? prepared : prepared.filter((one) => isParty(one, found?.disagreement));
      const { steps, disagreement, isDeployed, ...report } = await runSequence(among, subject.encode(args, calls), {
        repeats,
        accept,
        ...(!isShrinking && {
          onAccepted: (field: string) => acceptedTimes.set(field, (acceptedTimes.get(field) ?? 0) + 1),
          onStep: (step: number, observation: Observation) => {
            if (step > 0) count(calls[step - 1] as ReplayCall, observation);
            else deployed = observation.outcome;
          },
        }),
      });
      if (!isShrinking) {
        isCompared = report.agreed !== null;
        sequenceCount++;
        callCount += steps - 1;
        onProgress?.(callCount);
      }
      if (disagreement !== undefined) {
        found = { constructorArgs: args, calls: calls.slice(0, disagreement.step), disagreement };
        return false;
      }
      if (!isDeployed && args === subject.constructorArgs)
        throw new EngineError(
          'not-deployed',
          `${subject.id} does not deploy on any machine${whyNot(subject, deployed)}`,
        );
      if (!isDeployed && !isShrinking) failedDeployments++;
      return true;
    } catch (cause) {
      // Not a counterexample: shrinking it would only repeat the failure.
      fault = { cause };
      return true;
    }
  };

  for (let batch = 0; callCount < callBudget && found === undefined; batch++) {
    const callsBefore = callCount;
    const calls = typeof options.calls === 'function' ? options.calls(seen.values()) : options.calls;
    const sequences = fc.asyncProperty(fc.tuple(constructorArgs, calls), agrees);
    await fc.check(sequences, {
      numRuns: SEQUENCES_PER_BATCH,
      seed: (seed + batch) | 0,
      endOnFailure: !shrinks,
    });
    if (fault !== undefined) throw fault.cause;
    if (callCount === callsBefore && found === undefined) throw new EngineError('bad-argument', 'no calls to run');
  }
  const divergences = found === undefined ? [] : await allThatDiffer(prepared, subject, found, { repeats, accept });
  const backends = contenders.map(({ backend }) => backend.name);
  const origin = setting && originOf(subject, setting);
  return {
    calls: callCount,
    sequences: sequenceCount,
    agreed: isCompared ? found === undefined : null,
    methods: [...counts].map(([method, { calls, successes }]) => ({ method, calls, successes })),
    failedDeployments,
    accepted: [...acceptedTimes].map(([field, times]) => ({ field, times })),
    counterexample: found && replayFile({ subject, backends, seed, origin, ...found }),
    divergences,
    explanation: found && explain(subject, found.disagreement),
  };
}

function isParty({ backend }: Contender, disagreement: Disagreement | undefined): boolean {
  return disagreement?.backends.some((name) => name === backend.name || name === repetitionOf(backend.name)) === true;
}

/** The sequence that two of them were left with, on all of them. */
async function allThatDiffer(
  prepared: readonly PreparedContender[],
  subject: Subject,
  { constructorArgs, calls, disagreement }: Found,
  options: RunOptions,
): Promise<readonly Disagreement[]> {
  const { disagreements } = await runSequence(prepared, subject.encode(constructorArgs, calls), options);
  const isAmong = disagreements.some(({ backends }) => backends.join() === disagreement.backends.join());
  return isAmong ? disagreements : [disagreement, ...disagreements];
}

/** In words, if there are any for it. */
function whyNot(subject: Subject, outcome: Outcome | undefined): string {
  if (outcome?.status === 'trap') return `: its constructor ended in trap ${trapName(outcome.code)}`;
  if (outcome?.status !== 'revert') return '';
  if (outcome.output.length === 0) return ': its constructor reverts without data';
  return `: its constructor reverts with ${subject.describeRevert?.(outcome.output) ?? toHex(outcome.output)}`;
}
