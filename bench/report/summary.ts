import { reportWordsOf } from '../../harness/machines/register.ts';
import { counted } from '../../harness/text/words.ts';
import type { ProtocolReport } from '../result/protocol-report.ts';
import { isSoundMean, unstableCount } from '../result/sound-means.ts';
import { formatEstimate, formatNumber } from '../result/units.ts';

/** One line per machine compared: what a reader takes home of a run in one process. */
export function closingSentences(
  report: ProtocolReport,
  subject: string,
  others: readonly string[],
): readonly string[] {
  return others.flatMap((other) => {
    const key = `${subject}/${other}`;
    const mean = report.suite[key];
    if (mean === undefined) return [];
    const over = `geometric mean over ${counted(mean.workloadCount, 'workload')}`;
    if (!isSoundMean(report, key, mean)) {
      const { low, high } = mean;
      return [
        `Too much else ran on this computer to say how ${subject} compares with ${other}: anything from ${formatNumber(low)} to ${formatNumber(high)} (${over}).`,
      ];
    }
    const says =
      reportWordsOf(other).sentence ?? ((ratio: string) => `${subject} does ${ratio} times the work of ${other}`);
    const vague = unstableCount(report, key);
    const doubt = vague === 0 ? '' : `, ${vague} of them too noisy to say anything alone`;
    return [`${says(formatEstimate(mean), subject)} (${over}${doubt}).`];
  });
}
