import type { ProtocolReport } from '../result/protocol-report.ts';
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

/** What a run has to say to each of the public claims. */
export function judgeClaims(report: ProtocolReport): readonly JudgedClaim[] {
  return claims.map(({ id, text, sources, how: { criterion, judge } }) => {
    const judgement = judge(report);
    const isTooNoisy = report.isTooNoisy && judgement.verdict === 'undecided';
    const sentence = `${judgement.sentence}${isTooNoisy ? ' The run was too noisy for a verdict.' : ''}`;
    return { id, text, sources, criterion, ...judgement, sentence };
  });
}
