import { type CheckOptions, type CheckReport, check } from '../harness/check.ts';
import { soliditySubject } from '../harness/subjects/solidity.ts';
import type { CaseMachines } from './case-machines.ts';
import { createProgress } from './progress.ts';
import type { Terminal } from './terminal.ts';

export type CheckPlan = Required<Pick<CheckOptions, 'callBudget' | 'seed' | 'repeats' | 'schedule'>> &
  Pick<CheckOptions, 'accept'>;

/** Random calls on each contract in turn, with progress. The budget is that of each. */
export async function checkAll(
  terminal: Terminal,
  cases: readonly CaseMachines[],
  plan: CheckPlan,
): Promise<readonly CheckReport[]> {
  const progress = createProgress(terminal);
  const total = cases.length * plan.callBudget;
  const reports: CheckReport[] = [];
  try {
    for (const [at, { contract, backends }] of cases.entries()) {
      const onProgress = (calls: number) =>
        progress.step(at * plan.callBudget + calls, total, `checking ${contract.id}`);
      reports.push(await check(soliditySubject(contract), backends, { ...plan, onProgress }));
    }
  } finally {
    progress.clear();
  }
  return reports;
}
