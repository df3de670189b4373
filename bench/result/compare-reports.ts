import { holmAdjusted } from '../stats/holm.ts';
import { rankSumShift, type Shift } from '../stats/rank-sum.ts';
import { exponentiate, logRatios } from '../stats/ratio.ts';
import type { Estimate } from '../stats/signed-rank.ts';
import { type Verdict, verdictOf } from '../stats/verdict.ts';
import type { ProtocolCase, ProtocolReport } from './protocol-report.ts';

/** How a ratio of two machines has changed from one run to another. */
export interface Change {
  readonly id: string;
  readonly workload: string;
  /** `subject/other`. */
  readonly machines: string;
  /** New over old: 1.1 means that the subject has gained a tenth on the other machine. */
  readonly change: Estimate;
  /** Adjusted over all changes. */
  readonly pValue: number;
  readonly verdict: Verdict;
}

/**
 * Every ratio that both runs measured and gave a verdict on, as the verdict on the subject. Absolute times of two runs are not compared, since
 * the computer may have become faster or slower; how far machines are apart within a run is.
 */
export function compareReports(older: ProtocolReport, newer: ProtocolReport): readonly Change[] {
  const found = newer.cases.flatMap((now) => {
    const before = older.cases.find(({ id, workload }) => id === now.id && workload === now.workload);
    if (before === undefined) return [];
    return Object.keys(now.comparisons)
      .filter((key) => [now, before].every(({ comparisons }) => (comparisons[key]?.verdict ?? null) !== null))
      .map((key) => ({ now, before, key, shift: shiftOf(before, now, key) }));
  });
  const pValues = holmAdjusted(found.map(({ shift }) => shift.pValue));
  return found.map(({ now, before, key, shift }, at) => {
    const pValue = pValues[at] as number;
    const noiseFloor = Math.log(Math.max(floorOf(before), floorOf(now)));
    const isSound = [before, now].every(({ comparisons }) => comparisons[key]?.verdict !== 'unstable');
    return {
      id: now.id,
      workload: now.workload,
      machines: key,
      change: exponentiate(shift),
      pValue,
      verdict: verdictOf({ logRatio: shift, pValue, noiseFloor, isSound }),
    };
  });
}

function shiftOf(before: ProtocolCase, now: ProtocolCase, key: string): Shift {
  return rankSumShift(logsOf(now, key), logsOf(before, key));
}

function logsOf({ slots }: ProtocolCase, key: string): readonly number[] {
  const [subject = '', other = ''] = key.split('/');
  return logRatios(slots[subject]?.blocksNs ?? [], slots[other]?.blocksNs ?? []);
}

function floorOf({ self }: ProtocolCase): number {
  return self?.floor ?? 1;
}
