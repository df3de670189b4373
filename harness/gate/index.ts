/**
 * `trimeter/gate`: does a contract still behave and cost as the lock says that is committed with it?
 *
 * @module
 */

export type { Finding, Findings, HeldCase, RuleId } from '../results/findings.ts';
export { gateFindings } from '../results/gate-findings.ts';
export { gateJson } from '../results/gate-json.ts';
export { gateMarkdown } from '../results/gate-markdown.ts';
export { type GateTextOptions, gateText } from '../results/gate-text.ts';
export { githubAnnotations } from '../results/github-annotations.ts';
export { junit } from '../results/junit.ts';
export { sarif } from '../results/sarif.ts';
export { behaviourChanges } from './compare-contract.ts';
export { parseGateConfig } from './config.ts';
export { type GateOptions, type GateSubject, gate } from './gate.ts';
export type {
  BehaviourChange,
  CostRow,
  GateContract,
  GateResult,
  GateRun,
  GateVerdict,
  Shard,
} from './gate-run.ts';
export { formatLock, type Lock, type LockedContract, parseLock } from './lock-file.ts';
export type { GateSequence } from './measure.ts';
export { meterIds } from './meters.ts';
export { type Behaviour, behaviourOf, type Costs, type Receipt } from './receipt.ts';
export { type ChangeLevel, judgeChange, parseTolerance, type Tolerance } from './tolerance.ts';
export type { Tolerances } from './tolerances.ts';
export { updatedLock } from './updated-lock.ts';
