import { formatEstimate, formatNs } from '../result/units.ts';
import { type Judge, notMeasured } from './claim.ts';
import { atLeast, ifSound, verdictOfAll } from './standing.ts';

/** Holds if the start of every module that was measured becomes so many times faster. */
export function preinitialisedAtLeast(threshold: number): Judge {
  return {
    criterion: `A plain module takes at least ${String(threshold)} times as long to start as the pre-initialised one, for every contract measured.`,
    judge: (report) => {
      const starts = report.preinitialised ?? [];
      if (starts.length === 0) return notMeasured('This run did not start pre-initialised modules.');
      return {
        verdict: verdictOfAll(starts.map(({ ratio }) => ifSound(report, undefined, atLeast(ratio, threshold)))),
        measured: starts.map(({ id, ratio }) => ({
          what: `start of a plain module over a pre-initialised one, ${id}`,
          unit: 'ratio',
          value: ratio,
        })),
        restsOn: starts.map(({ id }) => id),
        sentence: `${starts
          .map(
            ({ id, plainNs, preinitialisedNs, ratio }) =>
              `${id} starts in ${formatNs(preinitialisedNs.point)} instead of ${formatNs(plainNs.point)}, ${formatEstimate(ratio)} times as fast`,
          )
          .join('; ')}.`,
      };
    },
  };
}
