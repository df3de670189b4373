/**
 * `trimeter/check`: do these machines agree on this contract, and if not, on which smallest sequence of calls?
 *
 * @module
 */
export { type CheckOptions, type CheckResult, checkAgreement } from './check.ts';
export { type Difference, firstDifference, gasDifference } from './compare.ts';
export { digestObservation, encodeObservation, type Observation, observe } from './observe.ts';
export { replay } from './replay.ts';
export { formatReplayFile, parseReplayFile, type ReplayFile, ReplayRejected } from './replay-file.ts';
export { type CodeHash, originChanges, originOf, type ReplayOrigin, type ReplaySetting } from './replay-origin.ts';
export {
  type Contender,
  type Disagreement,
  type PreparedContender,
  prepareContenders,
  type RunOptions,
  runSequence,
  type Sequence,
  type SequenceReport,
  type Step,
} from './run-sequence.ts';
export type { ReplayArgument, ReplayCall, Subject } from './subject.ts';
