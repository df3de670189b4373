import type { CaseMachines } from '../cli/case-machines.ts';
import { checkAgreement } from './agreement/check-agreement.ts';
import type { ReplayFile } from './agreement/replay-file.ts';
import type { ReplaySetting } from './agreement/replay-origin.ts';
import { randomCalls } from './generators/random-calls.ts';
import { agreementSubject, contenders } from './subjects/agreement-subject.ts';

export interface CaseCheck {
  readonly id: string;
  readonly backendNames: readonly string[];
  readonly calls: number;
  readonly sequences: number;
  /** Null if nothing was compared. */
  readonly agreed: boolean | null;
  /** The smallest sequence found on which two machines differ. */
  readonly counterexample: ReplayFile | undefined;
}

export interface CheckPlan {
  /** Per contract. */
  readonly callBudget: number;
  readonly seed: number;
  /** Every machine runs everything twice, and must not differ from itself, gas included. */
  readonly repeats: boolean;
  readonly setting: ReplaySetting;
  /** Calls done of all that are planned. */
  readonly onProgress: (done: number, total: number, label: string) => void;
}

/** Random calls on each contract in turn. */
export async function checkCases(cases: readonly CaseMachines[], plan: CheckPlan): Promise<readonly CaseCheck[]> {
  const { callBudget, seed, repeats, setting, onProgress } = plan;
  const checks: CaseCheck[] = [];
  for (const [at, { contract, backends }] of cases.entries()) {
    const result = await checkAgreement(agreementSubject(contract), {
      contenders: contenders(backends),
      calls: randomCalls(contract),
      callBudget,
      seed,
      repeats,
      setting,
      onProgress: (calls) => onProgress(at * callBudget + calls, cases.length * callBudget, `checking ${contract.id}`),
    });
    checks.push({ id: contract.id, backendNames: backends.map(({ name }) => name), ...result });
  }
  return checks;
}

/** Null if there is a contract on which nothing was compared, or none at all. */
export function agreedOnAll(checks: readonly CaseCheck[]): boolean | null {
  if (checks.some(({ agreed }) => agreed === false)) return false;
  return checks.length > 0 && checks.every(({ agreed }) => agreed) ? true : null;
}
