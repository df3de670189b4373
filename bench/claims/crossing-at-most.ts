import { formatEstimate, formatNs } from '../result/units.ts';
import { type Judge, notMeasured } from './claim.ts';
import { atMost, ifSound, verdictOfAll } from './standing.ts';

export interface CrossingThreshold {
  /** A machine whose host functions are JavaScript. */
  readonly machine: string;
  readonly thresholdNs: number;
  /** The same guest code on machines whose host functions are not: shown beside it, and not judged. */
  readonly beside: readonly string[];
}

/** Holds if one crossing of every kind takes no longer than the threshold. */
export function crossingAtMost({ machine, thresholdNs, beside }: CrossingThreshold): Judge {
  return {
    criterion: `One more call of a host function written in JavaScript (machine ${machine}) adds at most ${formatNs(thresholdNs)}, whatever kind of call it is.`,
    judge: (report) => {
      const curves = report.boundary.filter((curve) => curve.machine === machine);
      const others = report.boundary.filter((curve) => beside.includes(curve.machine));
      const said = (all: typeof curves) =>
        all.map((curve) => `${formatEstimate(curve.nsPerCrossing, formatNs)} on ${curve.machine} (${curve.operation})`);
      const comparison =
        others.length === 0 ? '' : ` Where the host function is no JavaScript, it costs ${said(others).join(', ')}.`;
      if (curves.length === 0) return notMeasured(`Needs host-calls in several sizes on ${machine}.${comparison}`);
      return {
        verdict: verdictOfAll(
          curves.map(({ nsPerCrossing }) => ifSound(report, undefined, atMost(nsPerCrossing, thresholdNs))),
        ),
        measured: [...curves, ...others].map(({ machine: on, operation, nsPerCrossing }) => ({
          what: `${operation}, ${on}`,
          unit: 'nanoseconds',
          value: nsPerCrossing,
        })),
        restsOn: ['host-calls'],
        sentence: `One more crossing costs ${said(curves).join(', ')}.${comparison}`,
      };
    },
  };
}
