import { counted, listed, roundNumber } from '../../harness/text/words.ts';
import { formatNumber } from '../result/units.ts';
import { type Judge, type MeasuredValue, notMeasured } from './claim.ts';
import { byRatio, comparedOn } from './compared.ts';
import { atLeast, atMost, countOf, ifSound, verdictOfAll } from './standing.ts';
import { suiteMean } from './suite-mean.ts';

export interface SpeedUp {
  readonly subject: string;
  /** Those that were measured count. What each is, for the reader. */
  readonly others: Readonly<Record<string, string>>;
  /** Throughput relative to the other machine that the claim is taken to mean. */
  readonly threshold: number;
}

/** Holds if the subject is so much faster on every workload, against each of the other machines. */
export function fasterThan({ subject, others, threshold }: SpeedUp): Judge {
  const bar = roundNumber(threshold);
  return {
    criterion: `${subject} does at least ${bar} times the work in the same time, on every workload and against every EVM that was measured.`,
    judge: (report) => {
      const families = Object.entries(others).flatMap(([other, what]) => {
        const found = byRatio(comparedOn(report, `${subject}/${other}`));
        const [lowest, highest] = [found[0], found.at(-1)];
        return lowest === undefined || highest === undefined ? [] : [{ other, what, found, lowest, highest }];
      });
      if (families.length === 0) return notMeasured(`Needs ${subject} and ${Object.keys(others).join(' or ')}.`);
      const standings = families.flatMap(({ found }) =>
        found.map(({ comparison }) => ifSound(report, comparison, atLeast(comparison.ratio, threshold))),
      );
      const sentences = families.map(({ other, what, found, lowest, highest }) => {
        const standing = (is: typeof atLeast, bound: number) =>
          found.filter(({ comparison }) => ifSound(report, comparison, is(comparison.ratio, bound)) === 'shown');
        const slower = standing(atMost, 1);
        const times = [...new Set([lowest, highest])].map(
          ({ comparison, workload }) => `${formatNumber(comparison.ratio.point)} times on ${workload}`,
        );
        return [
          `Against ${other} (${what}): ${times.join(' to ')},`,
          ` ${bar} times or more beyond doubt on ${standing(atLeast, threshold).length} of ${counted(found.length, 'workload')},`,
          slower.length === 0
            ? ' slower on none.'
            : ` slower on ${slower.length}: ${listed(slower.map(({ workload }) => workload))}.`,
        ].join('');
      });
      return {
        verdict: verdictOfAll(standings),
        measured: families.flatMap(({ other, lowest, highest }): MeasuredValue[] => {
          const against = `${subject} relative to ${other}`;
          return [
            ...suiteMean(report, subject, other),
            { what: `lowest of ${against}, ${lowest.workload}`, unit: 'ratio', value: lowest.comparison.ratio },
            { what: `highest of ${against}, ${highest.workload}`, unit: 'ratio', value: highest.comparison.ratio },
          ];
        }),
        restsOn: [...new Set(families.flatMap(({ found }) => found.map(({ workload }) => workload)))],
        sentence: `${sentences.join(' ')}${countOf(standings, 'undecided') > 0 ? ' Some comparisons are undecided.' : ''}`,
      };
    },
  };
}
