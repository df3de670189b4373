import { InputRejected } from '../../contracts/input-rejected.ts';
import { EngineError } from '../../engine/errors.ts';
import type { Sequence } from '../session/sequence.ts';
import type { Subject } from '../subjects/subject.ts';
import type { ReplayFile } from './replay-file.ts';
import {
  type Contender,
  prepareContenders,
  type RunOptions,
  runSequence,
  type SequenceReport,
} from './run-sequence.ts';

/**
 * Runs a replay file's calls again. Without a disagreement in the report, what the file shows is gone.
 *
 * @throws EngineError `bad-argument` if the file is about another case, InputRejected for a step that cannot be encoded.
 *
 * @example
 * import { readFileSync } from 'node:fs';
 * const file = parseReplayFile(readFileSync('replay.json', 'utf8'));
 * const machines = [createWasmBackend(), createReferenceBackend()];
 * const { disagreement } = await replay(await loadSubject(file.case), file, contendersOf(machines));
 * console.log(disagreement); // undefined
 */
export async function replay(
  subject: Subject,
  file: ReplayFile,
  contenders: readonly Contender[],
  options: RunOptions = {},
): Promise<SequenceReport> {
  if (file.case !== subject.id) throw new EngineError('bad-argument', `a replay of ${file.case}, not of ${subject.id}`);
  const sequence = encodeSteps(subject, file);
  const prepared = await prepareContenders(contenders, subject.code, subject.companions);
  return runSequence(prepared, sequence, options);
}

/** @throws InputRejected, which names the step that is at fault. */
function encodeSteps(subject: Subject, { constructorArgs, steps }: ReplayFile): Sequence {
  try {
    return subject.encode(constructorArgs, steps);
  } catch (error) {
    if (!(error instanceof InputRejected)) throw error;
    // Of the constructor's arguments, which no step is to blame for.
    subject.encode(constructorArgs, []);
    for (const [at, step] of steps.entries()) inStep(at, () => subject.encode(constructorArgs, [step]));
    throw error;
  }
}

function inStep(at: number, encode: () => void): void {
  try {
    encode();
  } catch (error) {
    if (error instanceof InputRejected) throw new InputRejected(`steps[${at}]`, error.message);
    throw error;
  }
}
