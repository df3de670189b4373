import { isOfOneProcess, type ProtocolReport } from '../result/protocol-report.ts';
import type { Judgement, Source } from './claim.ts';
import { claims } from './claims.ts';

/** Plain data. */
export interface JudgedClaim extends Judgement {
  readonly id: string;
  readonly text: string;
  readonly sources: readonly Source[];
  /** When it would hold. */
  readonly criterion: string;
}

/**
 * What a run has to say to each of the public claims.
 *
 * @example
 * const claims = judgeClaims(run);
 * console.log(claims.find(({ id }) => id === 'fibonacci-88-percent')?.verdict); // partly
 */
export function judgeClaims(report: ProtocolReport): readonly JudgedClaim[] {
  return claims.map(({ id, text, sources, how: { criterion, judge } }) => {
    const judgement = judge(report);
    const why = judgement.verdict === 'undecided' ? whyUndecided(report) : '';
    const sentence = `${judgement.sentence}${why}`;
    return { id, text, sources, criterion, ...judgement, sentence };
  });
}

function whyUndecided(report: ProtocolReport): string {
  if (report.isTooNoisy) return ' The run was too noisy for a verdict.';
  return isOfOneProcess(report) ? ' One process decides nothing.' : '';
}
