import * as fc from 'fast-check';
import { EngineError } from '../../engine/errors.ts';
import type { ReplayCall } from '../subjects/replay-call.ts';
import type { Subject } from '../subjects/subject.ts';
import { type ReplayFile, replayFile } from './replay-file.ts';
import { originOf, type ReplaySetting } from './replay-origin.ts';
import { type Contender, type Disagreement, prepareContenders, type RunOptions, runSequence } from './run-sequence.ts';

/** Sequences drawn from one seed. The budget is looked at before each; the rest of a batch that goes over it is skipped. */
const SEQUENCES_PER_BATCH = 32;

export interface AgreementOptions extends RunOptions {
  readonly contenders: readonly Contender[];
  /** Sequences of calls; each runs on a contract of its own, freshly deployed. */
  readonly calls: fc.Arbitrary<readonly ReplayCall[]>;
  /** How many calls to run before stopping, to within one sequence. Shrinking comes on top. */
  readonly callBudget: number;
  /** 32-bit integer. The same seed gives the same calls. */
  readonly seed: number;
  /** Goes into the replay file, with the hashes of the code. Without it a file does not say what it was found under. */
  readonly setting?: ReplaySetting;
  /** After every sequence, with the number of calls run so far. */
  readonly onProgress?: (calls: number) => void;
}

export interface CheckResult {
  readonly calls: number;
  readonly sequences: number;
  /** Null where there was one machine, and it ran everything once: nothing was compared. */
  readonly agreed: boolean | null;
  /** The shortest sequence found on which two contenders differ, with the simplest arguments found. */
  readonly counterexample: ReplayFile | undefined;
}

/**
 * Runs random sequences of calls on all contenders until the budget is spent or two of them disagree, and then looks
 * for the smallest sequence on which they still do.
 *
 * @throws EngineError on host failure, `bad-argument` when the sequences hold no calls, and `not-deployed` when the contract
 * deploys on none, so that there is nothing to call.
 */
export async function checkAgreement(subject: Subject, options: AgreementOptions): Promise<CheckResult> {
  const { calls: sequences, contenders, callBudget, seed, setting, repeats = false, onProgress } = options;
  const prepared = await prepareContenders(contenders, subject.code, subject.companions);
  let callCount = 0;
  let sequenceCount = 0;
  let isCompared = false;
  let found: { readonly calls: readonly ReplayCall[]; readonly disagreement: Disagreement } | undefined;
  let fault: { readonly cause: unknown } | undefined;

  const agrees = async (calls: readonly ReplayCall[]): Promise<boolean> => {
    const isShrinking = found !== undefined;
    if (fault !== undefined || (!isShrinking && callCount >= callBudget)) return true;
    try {
      const sequence = subject.encode(subject.constructorArgs, calls);
      const { steps, disagreement, isDeployed, ...report } = await runSequence(prepared, sequence, { repeats });
      if (!isShrinking) {
        isCompared = report.agreed !== null;
        sequenceCount++;
        callCount += steps - 1;
        onProgress?.(callCount);
      }
      if (disagreement === undefined && isDeployed) return true;
      if (disagreement === undefined)
        throw new EngineError('not-deployed', `${subject.id} does not deploy on any machine`);
      found = { calls: calls.slice(0, disagreement.step), disagreement };
      return false;
    } catch (cause) {
      // Not a counterexample: shrinking it would only repeat the failure.
      fault = { cause };
      return true;
    }
  };

  for (let batch = 0; callCount < callBudget && found === undefined; batch++) {
    const callsBefore = callCount;
    await fc.check(fc.asyncProperty(sequences, agrees), { numRuns: SEQUENCES_PER_BATCH, seed: (seed + batch) | 0 });
    if (fault !== undefined) throw fault.cause;
    if (callCount === callsBefore && found === undefined) throw new EngineError('bad-argument', 'no calls to run');
  }
  const backends = contenders.map(({ backend }) => backend.name);
  const origin = setting && originOf(subject, setting);
  const counterexample = found && replayFile({ subject, backends, seed, origin, ...found });
  const agreed = isCompared ? found === undefined : null;
  return { calls: callCount, sequences: sequenceCount, agreed, counterexample };
}
