import { isTooWide } from '../stats/verdict.ts';
import { isOfOneProcess, type ProtocolReport, type SuiteReport } from './protocol-report.ts';

/** The means that a reader may take home, by `subject/other`: none of a run that was too noisy, and in one process none too wide. */
export function soundMeans(report: ProtocolReport): readonly (readonly [key: string, mean: SuiteReport])[] {
  if (report.isTooNoisy) return [];
  return Object.entries(report.suite).filter(([, mean]) => !(isOfOneProcess(report) && isTooWide(mean)));
}
