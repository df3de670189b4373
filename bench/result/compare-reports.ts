import { holmAdjusted } from '../stats/holm.ts';
import { rankSumShift, type Shift } from '../stats/rank-sum.ts';
import { exponentiate, logRatios } from '../stats/ratio.ts';
import type { Estimate } from '../stats/signed-rank.ts';
import { isTooWide, type Verdict, verdictOf } from '../stats/verdict.ts';
import { isOfOneProcess, type ProtocolCase, type ProtocolReport } from './protocol-report.ts';

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
 * What single processes may be apart, as a factor: over 13 of them the copies of a machine differed by up to 1.075
 * (docs/results.md), so that two differ by up to a third, and two ratios by up to a half.
 */
export const PROCESS_FLOOR = 1.5;

/** Whether two runs can be held against each other on this ratio: it has a verdict, or all of its run is without. */
export function isComparable(report: ProtocolReport, { comparisons }: ProtocolCase, key: string): boolean {
  const comparison = comparisons[key];
  return comparison !== undefined && (comparison.verdict !== null || isOfOneProcess(report));
}

/**
 * Every ratio that both runs measured and gave a verdict on, or in one process could not, as the verdict on the subject. Absolute times of two runs are not compared, since
 * the computer may have become faster or slower; how far machines are apart within a run is.
 *
 * @example
 * const changes = compareReports(run, run);
 * console.log(changes.every(({ change }) => change.point === 1)); // true
 */
export function compareReports(older: ProtocolReport, newer: ProtocolReport): readonly Change[] {
  const found = newer.cases.flatMap((now) => {
    const before = older.cases.find(({ id, workload }) => id === now.id && workload === now.workload);
    if (before === undefined) return [];
    return Object.keys(now.comparisons)
      .filter((key) => isComparable(newer, now, key) && isComparable(older, before, key))
      .map((key) => ({ now, before, key, shift: shiftOf(before, now, key) }));
  });
  const inOneProcess = [older, newer].some(isOfOneProcess);
  const pValues = holmAdjusted(found.map(({ shift }) => shift.pValue));
  return found.map(({ now, before, key, shift }, at) => {
    const pValue = pValues[at] as number;
    const change = exponentiate(shift);
    const noiseFloor = Math.log(Math.max(floorOf(before), floorOf(now), inOneProcess ? PROCESS_FLOOR : 1));
    const isVague = inOneProcess && isTooWide(change);
    const isSound = !isVague && [before, now].every(({ comparisons }) => comparisons[key]?.verdict !== 'unstable');
    return {
      id: now.id,
      workload: now.workload,
      machines: key,
      change,
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
