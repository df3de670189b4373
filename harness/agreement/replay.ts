import { EngineError } from '../../engine/errors.ts';
import type { ReplayFile } from './replay-file.ts';
import {
  type Contender,
  prepareContenders,
  type RunOptions,
  runSequence,
  type SequenceReport,
} from './run-sequence.ts';
import type { Subject } from './subject.ts';

/**
 * Runs a replay file's calls again. Without a disagreement in the report, what the file shows is gone.
 *
 * @throws EngineError `bad-argument` if the file is about another case.
 */
export async function replay(
  subject: Subject,
  file: ReplayFile,
  contenders: readonly Contender[],
  options: RunOptions = {},
): Promise<SequenceReport> {
  if (file.case !== subject.id) throw new EngineError('bad-argument', `a replay of ${file.case}, not of ${subject.id}`);
  const prepared = await prepareContenders(contenders, subject.code, subject.companions);
  return runSequence(prepared, subject.encode(file.constructorArgs, file.steps), options);
}
