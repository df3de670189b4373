import { bundledCases } from '../../contracts/bundled-cases.ts';
import { type JudgedClaim, judgeClaims } from '../claims/judge-claims.ts';
import type { ProtocolReport } from '../result/protocol-report.ts';

/** Those claims that a run has something to say to: one of people's own contracts alone is about these, and about no claim. */
export function measuredClaims(report: ProtocolReport): readonly JudgedClaim[] {
  const bundled = new Set(bundledCases());
  if (!report.cases.some(({ id }) => bundled.has(id))) return [];
  return judgeClaims(report).filter(({ verdict }) => verdict !== 'not measured');
}
