import { type Comparison, isOfOneProcess, type ProtocolReport } from '../result/protocol-report.ts';
import type { Estimate } from '../stats/signed-rank.ts';
import type { ClaimVerdict } from './claim.ts';

/** What one measurement says about a claim. */
export type Standing = 'shown' | 'refuted' | 'undecided';

/** Whether the whole interval lies at or above the threshold. */
export function atLeast({ low, high }: Estimate, threshold: number): Standing {
  if (low >= threshold) return 'shown';
  return high < threshold ? 'refuted' : 'undecided';
}

/** Whether the whole interval lies at or below the threshold. */
export function atMost({ low, high }: Estimate, threshold: number): Standing {
  if (high <= threshold) return 'shown';
  return low > threshold ? 'refuted' : 'undecided';
}

/** A comparison that is unstable says nothing, and in a run that was too noisy, or in one process, none says anything. */
export function ifSound(report: ProtocolReport, comparison: Comparison | undefined, standing: Standing): Standing {
  const saysNothing = report.isTooNoisy || isOfOneProcess(report) || comparison?.verdict === 'unstable';
  return saysNothing ? 'undecided' : standing;
}

/** A number without an interval. */
export function exactly(value: number): Estimate {
  return { point: value, low: value, high: value };
}

export function verdictOfAll(standings: readonly Standing[]): ClaimVerdict {
  if (standings.length === 0) return 'not measured';
  if (standings.every((standing) => standing === 'shown')) return 'holds';
  if (standings.includes('shown')) return 'partly';
  return standings.includes('refuted') ? 'does not hold' : 'undecided';
}

export function countOf(standings: readonly Standing[], which: Standing): number {
  return standings.filter((standing) => standing === which).length;
}
