/** `trimeter/bench`: time workloads on machines that agree on them. */
export type { Measurement, Timing } from './measure-workload.ts';
export { type BenchPlan, quickPlan } from './plan.ts';
export { describeEnvironment, type Environment } from './report/environment.ts';
export {
  type BackendReport,
  type BenchReport,
  benchReport,
  type CaseReport,
  type ReportOptions,
} from './report/json.ts';
export { closingSentences, suiteEstimate } from './report/summary.ts';
export { benchTable } from './report/table.ts';
export { logRatios, suiteRatio, throughputRatio } from './stats/ratio.ts';
export { type Estimate, signedRankEstimate } from './stats/signed-rank.ts';
export { runSuite, type SuiteOptions, stepCount, type WorkloadResult } from './suite.ts';
