import { isOfOneProcess, type ProtocolReport } from '../result/protocol-report.ts';
import type { Verdict } from '../stats/verdict.ts';

/** One character per verdict, explained in `verdictLegend`. A comparison with an anchor has none. */
export function verdictMark(verdict: Verdict | null): string {
  return verdict === null ? '' : MARKS[verdict];
}

const MARKS: Readonly<Record<Verdict, string>> = {
  faster: '+',
  slower: '-',
  'no measurable difference': '~',
  unstable: '?',
};

export function verdictLegend(report: ProtocolReport): string {
  if (isOfOneProcess(report)) return 'no verdicts, ? too wide to conclude anything';
  return '+ faster, - slower, ~ no measurable difference, ? unstable, no mark: an anchor, without a verdict';
}
