import { counted, roundNumber } from '../../harness/text/words.ts';
import { type Judge, type MeasuredValue, notMeasured } from './claim.ts';
import { comparedOn } from './compared.ts';
import { atLeast, countOf, ifSound, verdictOfAll } from './standing.ts';
import { suiteMean } from './suite-mean.ts';

export interface ShareThresholds {
  readonly subject: string;
  readonly other: string;
  /** Throughputs relative to the other machine. The first is what is claimed, the others are for orientation. */
  readonly thresholds: readonly [number, ...number[]];
}

/** Holds if all workloads reach the first threshold. */
export function shareAtLeast({ subject, other, thresholds }: ShareThresholds): Judge {
  const key = `${subject}/${other}`;
  const [claimed] = thresholds;
  return {
    criterion: `${subject} does at least ${roundNumber(claimed)} of the work of ${other} in the same time, on every workload.`,
    judge: (report) => {
      const found = comparedOn(report, key);
      if (found.length === 0) return notMeasured(`Needs ${subject} and ${other}.`);
      const standings = (threshold: number) =>
        found.map(({ comparison }) => ifSound(report, comparison, atLeast(comparison.ratio, threshold)));
      const shares = thresholds.map((threshold): MeasuredValue => {
        const all = standings(threshold);
        const shown = countOf(all, 'shown');
        const points = found.filter(({ comparison }) => comparison.ratio.point >= threshold).length;
        const [low, high] = [shown, shown + countOf(all, 'undecided')];
        const point = Math.min(Math.max(points, low), high);
        return {
          what: `workloads at ${roundNumber(threshold)} of ${other} or above`,
          unit: 'share',
          value: { point: point / found.length, low: low / found.length, high: high / found.length },
        };
      });
      const counts = thresholds.map(
        (threshold) => `${countOf(standings(threshold), 'shown')} reach ${roundNumber(threshold)}`,
      );
      return {
        verdict: verdictOfAll(standings(claimed)),
        measured: [...suiteMean(report, subject, other), ...shares],
        restsOn: found.map(({ workload }) => workload),
        sentence: `Of ${counted(found.length, 'workload')}, ${counts.join(', ')} of ${other}'s speed beyond doubt.`,
      };
    },
  };
}
