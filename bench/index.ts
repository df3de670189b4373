/** `trimeter/bench`: time workloads on machines that agree on them. */
export type { ClaimVerdict } from './claims/claim.ts';
export { type JudgedClaim, judgeClaims } from './claims/judge-claims.ts';
export type { Block, Launcher } from './protocol/block.ts';
export { OwnProcess } from './protocol/own-process.ts';
export { blockCountFor, fullPlan, type ProtocolPlan, quickPlan, type SlotPlan } from './protocol/protocol-plan.ts';
export { type ProtocolOptions, type ProtocolRecord, runProtocol } from './protocol/run-protocol.ts';
export { runSlot } from './protocol/run-slot.ts';
export type { SlotJob, SlotResult } from './protocol/slot-job.ts';
export { type HtmlOptions, htmlReport } from './report/html/page.ts';
export { markdownReport } from './report/markdown.ts';
export { textReport } from './report/text-report.ts';
export { type Change, compareReports } from './result/compare-reports.ts';
export { describeEnvironment, type Environment } from './result/environment.ts';
export { type ProtocolReport, protocolReport } from './result/protocol-report.ts';
export { logRatios, suiteRatio, throughputRatio } from './stats/ratio.ts';
export { type Estimate, signedRankEstimate } from './stats/signed-rank.ts';
export { type Finding, type Verdict, verdictOf } from './stats/verdict.ts';
