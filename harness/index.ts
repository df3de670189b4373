/**
 * `trimeter/check`: do these machines agree on this contract, and if not, on which smallest sequence of calls?
 *
 * @module
 */

export { ChildLost } from '../processes/child-process.ts';
export type { HostFacts, Tier } from '../processes/host-facts.ts';
export type { EngineVariant } from '../processes/node-command.ts';
export type { Accepted, CheckResult, MethodCount } from './agreement/check-agreement.ts';
export type { Difference } from './agreement/compare.ts';
export { type Evidence, type Finding, judge } from './agreement/judge.ts';
export { digestObservation, encodeObservation, type Observation, observe } from './agreement/observe.ts';
export { replay } from './agreement/replay.ts';
export { formatReplayFile, parseReplayFile, type ReplayFile, ReplayRejected } from './agreement/replay-file.ts';
export type { CodeHash, ReplayOrigin, ReplaySetting } from './agreement/replay-origin.ts';
export {
  type Contender,
  type Disagreement,
  type PreparedContender,
  prepareContenders,
  type RunOptions,
  runSequence,
  type SequenceReport,
} from './agreement/run-sequence.ts';
export { agreedOnAll, type CheckOptions, type CheckReport, check } from './check.ts';
export type { Cause, CauseKind, CodePlace, ListedInstruction } from './divergence/cause.ts';
export { compareTraces, type TraceComparison, type TraceDivergence } from './divergence/compare-traces.ts';
export { type Localisation, type LocaliseOptions, localise } from './divergence/localise.ts';
export {
  formatTraceFile,
  parseTraceFile,
  type Traced,
  type TracedCall,
  type TraceFile,
  type TraceOptions,
  TraceRejected,
  traceCalls,
} from './divergence/trace-file.ts';
export type { FoundValues } from './generators/found-values.ts';
export { type RandomCallsOptions, randomCalls } from './generators/random-calls.ts';
export { contendersOf } from './machines/contenders.ts';
export { engineVariants } from './machines/engine-variants.ts';
export { createProcessBackend, type ProcessBackendOptions } from './machines/process-backend.ts';
export { type MissingMachine, machineNames, machinesFor, matrixMachines, openMachine } from './machines/register.ts';
export { checkFindings } from './results/check-findings.ts';
export { type CheckJson, checkJson } from './results/check-json.ts';
export { checkMarkdown } from './results/check-markdown.ts';
export type { CheckedMachine, CheckRun } from './results/check-run.ts';
export { type CheckTextOptions, checkText } from './results/check-text.ts';
export type { Mark } from './results/mark.ts';
export type { Divergence, VariantResult } from './results/variants.ts';
export type { CallArgument } from './session/call-argument.ts';
export { movedBlock } from './session/moved-block.ts';
export {
  type CallOptions,
  type OpenContract,
  type OpenOptions,
  openContract,
} from './session/open-contract.ts';
export type { Sequence, Step } from './session/sequence.ts';
export { loadCase, loadSubject } from './subjects/load.ts';
export type { ReplayCall } from './subjects/replay-call.ts';
export { soliditySubject } from './subjects/solidity.ts';
export type { DescribedSubject, Subject } from './subjects/subject.ts';
