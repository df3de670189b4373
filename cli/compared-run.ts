import { type Change, isComparable } from '../bench/result/compare-reports.ts';
import type { ProtocolReport } from '../bench/result/protocol-report.ts';
import { type Setting, settingChanges } from '../bench/result/setting-changes.ts';
import type { ContractCase } from '../contracts/contract-case.ts';
import { InputRejected } from '../contracts/input-rejected.ts';

/** What is about to run. */
export interface PlannedRun extends Setting {
  readonly cases: readonly ContractCase[];
  /** Names of machines with verdicts, the subject first. */
  readonly machines: readonly string[];
}

/**
 * Finds out before a run of an hour whether it can be compared with an earlier one.
 *
 * @returns In words, what is different in the setting.
 * @throws InputRejected if nothing could be compared, or the setting is different and that is not allowed.
 */
export function checkComparable(
  path: string,
  older: ProtocolReport,
  run: PlannedRun,
  allowsDifferent: boolean,
): readonly string[] {
  const [subject, ...others] = run.machines;
  if (older.isTooNoisy)
    throw new InputRejected(path, 'was too noisy for verdicts, so that nothing can be compared with it');
  const shared = older.cases.filter(({ id, workload }) =>
    run.cases.some((contract) => contract.id === id && contract.workloads.some((own) => own.id === workload)),
  );
  if (shared.length === 0) throw new InputRejected(path, 'has none of the workloads of this run');
  const isCompared = shared.some((found) => others.some((other) => isComparable(older, found, `${subject}/${other}`)));
  if (!isCompared) {
    throw new InputRejected(path, `has no verdicts on ${subject} beside ${others.join(', ') || 'another machine'}`);
  }
  const changes = settingChanges(older, run);
  if (changes.length > 0 && !allowsDifferent) {
    throw new InputRejected(path, `was made otherwise: ${changes.join('; ')}. --allow-different compares all the same`);
  }
  return changes;
}

/** Why a comparison says nothing, or undefined if it says something. */
export function whyNothingCompared(report: ProtocolReport, changes: readonly Change[]): string | undefined {
  if (report.isTooNoisy) return 'nothing is concluded from the comparison: too much else ran on this computer';
  if (changes.length === 0) return 'nothing was compared: no workload got a verdict in both runs';
  if (changes.every(({ verdict }) => verdict === 'unstable')) {
    return 'nothing is concluded from the comparison: every ratio is unstable in one of the runs';
  }
  return undefined;
}
