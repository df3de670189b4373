import { counted, roundNumber } from '../../harness/text/words.ts';
import { formatNumber } from '../result/units.ts';
import { type Judge, notMeasured } from './claim.ts';
import { byRatio, comparedOn } from './compared.ts';
import { atLeast, countOf, ifSound, verdictOfAll } from './standing.ts';

export interface RatioThreshold {
  readonly subject: string;
  readonly other: string;
  /** Throughput of the subject relative to the other machine. */
  readonly threshold: number;
  /** `case/workload` */
  readonly workloads: readonly string[];
}

/** Holds if the subject reaches the threshold on each of the workloads. */
export function ratioAtLeast({ subject, other, threshold, workloads }: RatioThreshold): Judge {
  const key = `${subject}/${other}`;
  const bar = roundNumber(threshold);
  return {
    criterion: `${subject} does at least ${bar} of the work of ${other} in the same time, on each workload named.`,
    judge: (report) => {
      const found = byRatio(comparedOn(report, key).filter(({ workload }) => workloads.includes(workload)));
      const [lowest, highest] = [found[0], found.at(-1)];
      if (lowest === undefined || highest === undefined) {
        return notMeasured(`Needs ${workloads.join(' or ')} on ${subject} and ${other}.`);
      }
      const standings = found.map(({ comparison }) =>
        ifSound(report, comparison, atLeast(comparison.ratio, threshold)),
      );
      const reached = `${countOf(standings, 'shown')} of ${counted(found.length, 'workload')}`;
      const range = [...new Set([lowest, highest])].map(
        ({ workload, comparison }) => `${formatNumber(comparison.ratio.point)} (${workload})`,
      );
      return {
        verdict: verdictOfAll(standings),
        measured: found.map(({ workload, comparison }) => ({
          what: `${subject} relative to ${other}, ${workload}`,
          unit: 'ratio',
          value: comparison.ratio,
        })),
        restsOn: found.map(({ workload }) => workload),
        sentence: `${subject} runs at ${range.join(' to ')} of ${other}'s speed, and reaches ${bar} on ${reached}.`,
      };
    },
  };
}
