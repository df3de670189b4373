/** `trimeter/bench`: time workloads on machines that agree on them. */
export type { ClaimVerdict } from './claims/claim.ts';
export { type JudgedClaim, judgeClaims } from './claims/judge-claims.ts';
export type { Measurement, Timing } from './measure-workload.ts';
export { type BenchPlan, quickPlan } from './plan.ts';
export type { Block, Launcher } from './protocol/block.ts';
export { blockCountFor, fullPlan, type ProtocolPlan, type SlotPlan } from './protocol/protocol-plan.ts';
export { type ProtocolOptions, type ProtocolRecord, runProtocol } from './protocol/run-protocol.ts';
export { runSlot } from './protocol/run-slot.ts';
export type { SlotJob, SlotResult } from './protocol/slot-job.ts';
export { type HtmlOptions, htmlReport } from './report/html/page.ts';
export {
  type BackendReport,
  type BenchReport,
  benchReport,
  type CaseReport,
  type ReportOptions,
} from './report/json.ts';
export { markdownReport } from './report/markdown.ts';
export { protocolTable } from './report/protocol-table.ts';
export { closingSentences, suiteEstimate } from './report/summary.ts';
export { benchTable } from './report/table.ts';
export { type Change, compareReports } from './result/compare-reports.ts';
export { describeEnvironment, type Environment } from './result/environment.ts';
export { type ProtocolReport, protocolReport } from './result/protocol-report.ts';
export { logRatios, suiteRatio, throughputRatio } from './stats/ratio.ts';
export { type Estimate, signedRankEstimate } from './stats/signed-rank.ts';
export { type Finding, type Verdict, verdictOf } from './stats/verdict.ts';
export { runSuite, type SuiteOptions, stepCount, type WorkloadResult } from './suite.ts';
