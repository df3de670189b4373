import { roundNumber } from '../../harness/text/words.ts';
import { startNs } from '../result/break-even.ts';
import type { SlotReport } from '../result/protocol-report.ts';
import { formatEstimate, formatNs } from '../result/units.ts';
import { type Judge, NOTHING_COLD, notMeasured } from './claim.ts';
import { atLeast, atMost, exactly, ifSound, verdictOfAll } from './standing.ts';

export interface RequestTax {
  /** `case/workload` whose call is a request. */
  readonly workload: string;
  readonly subject: string;
  readonly other: string;
  /** What the subject is said to take at the least, cold and warm. */
  readonly coldNs: number;
  readonly warmNs: number;
  /** How many times the other machine's time it is said to take. */
  readonly slowdown: number;
}

/** Holds if the subject starts that slowly, answers that slowly, and is that much slower than the other machine. */
export function requestTax({ workload, subject, other, coldNs, warmNs, slowdown }: RequestTax): Judge {
  return {
    criterion: `On ${subject} a request takes at least ${formatNs(coldNs)} cold, at least ${formatNs(warmNs)} warm, and at least ${roundNumber(slowdown)} times ${other}'s time.`,
    judge: (report) => {
      const found = report.cases.find((row) => `${row.id}/${row.workload}` === workload);
      const [own, theirs] = [found?.slots[subject], found?.slots[other]];
      const comparison = found?.comparisons[`${subject}/${other}`];
      if (found === undefined || own === undefined || theirs === undefined || comparison === undefined) {
        return notMeasured(`Needs ${workload} on ${subject} and ${other}.`);
      }
      const [ownStart, theirStart] = [own.coldNs, theirs.coldNs].map((coldNs) => coldNs && startNs({ coldNs }));
      if (typeof ownStart !== 'number' || typeof theirStart !== 'number') return notMeasured(NOTHING_COLD);
      const { point, low, high } = comparison.ratio;
      const times = { point: 1 / point, low: 1 / high, high: 1 / low };
      const warm = (slot: SlotReport) => slot.nsPerOperation * found.operationsPerCall;
      return {
        verdict: verdictOfAll([
          ifSound(report, undefined, atLeast(exactly(ownStart), coldNs)),
          ifSound(report, undefined, atLeast(exactly(warm(own)), warmNs)),
          ifSound(report, comparison, atMost(comparison.ratio, 1 / slowdown)),
        ]),
        measured: [
          { what: `time on ${subject} over time on ${other}, warm`, unit: 'ratio', value: times },
          { what: `${subject} cold, median`, unit: 'nanoseconds', value: ownStart },
          { what: `${subject} warm, median`, unit: 'nanoseconds', value: warm(own) },
          { what: `${other} warm, median`, unit: 'nanoseconds', value: warm(theirs) },
        ],
        restsOn: [workload],
        sentence: `Warm, a request takes ${subject} ${formatNs(warm(own))} and ${other} ${formatNs(warm(theirs))}: ${formatEstimate(times)} times as long. From the artifact to the first answer it is ${formatNs(ownStart)} against ${formatNs(theirStart)} for code that was compiled before.`,
      };
    },
  };
}
