/**
 * `trimeter/check`: do these machines agree on this contract, and if not, on which smallest sequence of calls?
 *
 * @module
 */
export { type CheckOptions, type CheckResult, checkAgreement } from './agreement/check-agreement.ts';
export { type Difference, firstDifference, gasDifference } from './agreement/compare.ts';
export { digestObservation, encodeObservation, type Observation, observe } from './agreement/observe.ts';
export { replay } from './agreement/replay.ts';
export { formatReplayFile, parseReplayFile, type ReplayFile, ReplayRejected } from './agreement/replay-file.ts';
export {
  type CodeHash,
  originChanges,
  originOf,
  type ReplayOrigin,
  type ReplaySetting,
} from './agreement/replay-origin.ts';
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
} from './agreement/run-sequence.ts';
export type { ReplayArgument, ReplayCall, Subject } from './agreement/subject.ts';
