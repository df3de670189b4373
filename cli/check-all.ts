import { type CheckOptions, type CheckReport, check } from '../harness/check.ts';
import { createProgress } from './progress.ts';
import type { SubjectMachines } from './subject-machines.ts';
import type { Terminal } from './terminal.ts';

export type CheckPlan = Required<Pick<CheckOptions, 'callBudget' | 'seed' | 'repeats' | 'schedule'>> &
  Pick<CheckOptions, 'accept'>;

/** Random calls on each contract in turn, with progress. The budget is that of each. @param onReport Told of each as it ends. */
export async function checkAll(
  terminal: Terminal,
  subjects: readonly SubjectMachines[],
  plan: CheckPlan,
  onReport?: (report: CheckReport) => void,
): Promise<readonly CheckReport[]> {
  const progress = createProgress(terminal);
  const total = subjects.length * plan.callBudget;
  const reports: CheckReport[] = [];
  try {
    for (const [at, { subject, backends }] of subjects.entries()) {
      const onProgress = (calls: number) =>
        progress.step(at * plan.callBudget + calls, total, `checking ${subject.id}`);
      const report = await check(subject, backends, { ...plan, onProgress });
      reports.push(report);
      if (onReport === undefined) continue;
      progress.clear();
      onReport(report);
    }
  } finally {
    progress.clear();
  }
  return reports;
}
