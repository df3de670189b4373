import { type JudgedClaim, judgeClaims } from '../claims/judge-claims.ts';
import type { ProtocolReport } from '../result/protocol-report.ts';

/** Those claims that a run has something to say to: a run of one's own contract says nothing to most. */
export function measuredClaims(report: ProtocolReport): readonly JudgedClaim[] {
  return judgeClaims(report).filter(({ verdict }) => verdict !== 'not measured');
}
