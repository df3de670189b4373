import { counted } from '../../harness/text/words.ts';
import { startNs } from '../result/break-even.ts';
import { coldAndWarmCalls } from '../result/cold-and-warm.ts';
import { isOfOneProcess } from '../result/protocol-report.ts';
import { formatNs } from '../result/units.ts';
import { median } from '../stats/median.ts';
import { type Judge, type MeasuredValue, NOTHING_COLD, notMeasured } from './claim.ts';
import { atMost, countOf, exactly, ifSound, verdictOfAll } from './standing.ts';

/** Cold starts are claimed in two senses: from the artifact on, and with the module compiled before. Holds if both hold. */
export function coldStartAtMost(machine: string, thresholdNs: number): Judge {
  const bar = formatNs(thresholdNs);
  return {
    criterion: `At most ${bar} on ${machine}, for every contract and in both senses: from its bytes to the end of the first call, and to instantiate a module that was compiled before.`,
    judge: (report) => {
      if (isOfOneProcess(report)) return notMeasured(NOTHING_COLD);
      const starts = coldAndWarmCalls(report, machine)
        .map((call) => ({ id: call.id, totalNs: startNs(call) }))
        .sort((a, b) => a.totalNs - b.totalNs);
      const [quickest, slowest] = [starts[0], starts.at(-1)];
      if (quickest === undefined || slowest === undefined) return notMeasured(`Needs ${machine}.`);
      const totals = starts.map(({ totalNs }) => totalNs);
      const instantiations = report.phases
        .filter((phases) => phases.machine === machine)
        .map(({ instantiateNs }) => instantiateNs);
      const judged = (values: readonly number[]) =>
        values.map((ns) => ifSound(report, undefined, atMost(exactly(ns), thresholdNs)));
      const within = countOf(judged(totals), 'shown');
      const measured: MeasuredValue[] = [
        { what: 'from the bytes to the end of the first call, median', unit: 'nanoseconds', value: median(totals) },
      ];
      const range = [...new Set([quickest, slowest])].map(({ id, totalNs }) => `${formatNs(totalNs)} (${id})`);
      const sentences = [
        `From a contract's bytes to the end of its first call ${machine} takes ${range.join(' to ')}: at most ${bar} for ${within} of ${counted(starts.length, 'contract')}.`,
      ];
      if (instantiations.length > 0) {
        measured.push({ what: 'instantiation alone, median', unit: 'nanoseconds', value: median(instantiations) });
        sentences.push(
          `Instantiating a module that was compiled before takes ${formatNs(Math.min(...instantiations))} to ${formatNs(Math.max(...instantiations))}.`,
        );
      }
      return {
        verdict: verdictOfAll([...judged(totals), ...judged(instantiations)]),
        measured,
        restsOn: starts.map(({ id }) => id),
        sentence: sentences.join(' '),
      };
    },
  };
}
