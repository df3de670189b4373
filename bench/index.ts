/** `trimeter/bench`: time workloads on machines that agree on them, and report what came out. */
export type { ClaimVerdict } from './claims/claim.ts';
export { type JudgedClaim, judgeClaims } from './claims/judge-claims.ts';
export type { BenchMachine } from './protocol/bench-machine.ts';
export type { Launcher } from './protocol/block.ts';
export { OwnProcess } from './protocol/own-process.ts';
export { type ProtocolPlan, quickPlan, type SlotPlan } from './protocol/protocol-plan.ts';
export { type ProtocolOptions, type ProtocolRecord, runProtocol } from './protocol/run-protocol.ts';
export type { SlotJob, SlotResult } from './protocol/slot-job.ts';
export { type HtmlOptions, htmlReport } from './report/html/page.ts';
export { markdownReport } from './report/markdown.ts';
export { textReport } from './report/text-report.ts';
export { type Change, compareReports } from './result/compare-reports.ts';
export { describeEnvironment, type Environment } from './result/environment.ts';
export { type ProtocolReport, protocolReport } from './result/protocol-report.ts';
export { logRatios, suiteRatio, throughputRatio } from './stats/ratio.ts';
export type { Estimate } from './stats/signed-rank.ts';
export type { Verdict } from './stats/verdict.ts';
