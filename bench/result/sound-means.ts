import { isTooWide } from '../stats/verdict.ts';
import type { ProtocolReport, SuiteReport } from './protocol-report.ts';

/** The means that a reader may take home, by `subject/other`. */
export function soundMeans(report: ProtocolReport): readonly (readonly [key: string, mean: SuiteReport])[] {
  return Object.entries(report.suite).filter(([key, mean]) => isSoundMean(report, key, mean));
}

/** Not of a run that was too noisy, not if the interval is too wide, and not if most of what it is made of says nothing alone. */
export function isSoundMean(report: ProtocolReport, key: string, mean: SuiteReport): boolean {
  return !report.isTooNoisy && !isTooWide(mean) && unstableCount(report, key) <= mean.workloadCount / 2;
}

/** Workloads on which nothing can be said of the two machines. */
export function unstableCount({ cases }: ProtocolReport, key: string): number {
  return cases.filter(({ comparisons }) => comparisons[key]?.verdict === 'unstable').length;
}
