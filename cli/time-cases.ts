import { type BenchPlan, quickPlan } from '../bench/plan.ts';
import { type BenchReport, benchReport } from '../bench/report/json.ts';
import { describeEnvironment } from '../bench/result/environment.ts';
import { runSuite, stepCount, type WorkloadResult } from '../bench/suite.ts';
import type { ContractCase } from '../contracts/contract-case.ts';
import type { Backend } from '../engine/backend.ts';
import { printable } from '../harness/results/printable.ts';
import { createProgress } from './progress.ts';
import type { Terminal } from './terminal.ts';

export interface TimingPlan {
  readonly cases: readonly ContractCase[];
  /** The first is the subject of the ratios. */
  readonly backends: readonly Backend[];
  readonly calibration?: Backend;
  readonly seed?: number;
  /** Whether this process has not run the contracts before. */
  readonly isCold: boolean;
}

export interface TimedCases {
  readonly results: readonly WorkloadResult[];
  readonly report: BenchReport;
  /** False if machines differed on some workload; each is then named on the terminal. */
  readonly allAgreed: boolean;
  /** False if calls fail on some workload; each is then named on the terminal. */
  readonly noneFails: boolean;
}

/** The quick protocol, with progress. */
export async function timeCases(terminal: Terminal, timing: TimingPlan): Promise<TimedCases> {
  const { cases, backends, calibration, seed = quickPlan.seed, isCold } = timing;
  const plan: BenchPlan = { ...quickPlan, seed };
  const options = { cases, backends, plan, ...(calibration !== undefined && { calibration }) };
  const progress = createProgress(terminal);
  const total = stepCount(options);
  let step = 0;
  const onStep = (label: string) => progress.step(step++, total, `timing ${label}`);
  const results = await runSuite({ ...options, onStep }).finally(progress.clear);
  for (const { caseId, workload, difference, failure } of results) {
    const why = difference ?? failure;
    if (why !== undefined) terminal.error(`${caseId}/${workload} is not timed: ${printable(why)}\n`);
  }
  const all = calibration === undefined ? backends : [...backends, calibration];
  const [subject = '', ...compared] = backends.map(({ name }) => name);
  return {
    results,
    report: benchReport(results, describeEnvironment(all, new Date()), { subject, compared, wasCold: isCold }),
    allAgreed: results.every(({ difference }) => difference === undefined),
    noneFails: results.every(({ failure }) => failure === undefined),
  };
}
