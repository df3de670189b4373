import { counted } from '../../harness/text/words.ts';
import type { ProtocolReport } from '../result/protocol-report.ts';
import type { MeasuredValue } from './claim.ts';

/** The geometric mean of two machines' ratios over the suite; nothing where the run has none. */
export function suiteMean(report: ProtocolReport, subject: string, other: string): readonly MeasuredValue[] {
  const value = report.suite[`${subject}/${other}`];
  if (value === undefined) return [];
  return [
    {
      what: `geometric mean of ${subject} relative to ${other}, ${counted(value.workloadCount, 'workload')}`,
      unit: 'ratio',
      value,
    },
  ];
}
