import type { Timing } from '../measure-workload.ts';
import { formatNumber } from '../result/units.ts';
import { logRatios, suiteRatio, throughputRatio } from '../stats/ratio.ts';
import type { Estimate } from '../stats/signed-rank.ts';
import type { WorkloadResult } from '../suite.ts';
import { formatEstimate, isTooWide } from './table.ts';

/** Geometric mean over the workloads that both machines ran and agreed on; undefined if there are none. */
export function suiteEstimate(
  results: readonly WorkloadResult[],
  subject: string,
  other: string,
): { readonly estimate: Estimate; readonly workloadCount: number } | undefined {
  const ratios = results.flatMap(({ timings }) => {
    const [a, b] = [timings.get(subject), timings.get(other)];
    return a === undefined || b === undefined ? [] : [logRatios(a.blocksNs, b.blocksNs)];
  });
  return ratios.length === 0 ? undefined : { estimate: suiteRatio(ratios), workloadCount: ratios.length };
}

/** One line per machine compared: what a reader takes home. */
export function closingSentences(
  results: readonly WorkloadResult[],
  subject: string,
  others: readonly string[],
): readonly string[] {
  return others.flatMap((other) => {
    const found = suiteEstimate(results, subject, other);
    if (found === undefined) return [];
    const { estimate, workloadCount } = found;
    const over = `geometric mean over ${workloadCount} workload${workloadCount === 1 ? '' : 's'}`;
    if (isTooWide(estimate)) {
      const { low, high } = estimate;
      return [
        `Too much else ran on this computer to say how ${subject} compares with ${other}: anything from ${formatNumber(low)} to ${formatNumber(high)} (${over}).`,
      ];
    }
    const says = SENTENCES[other] ?? ((ratio: string) => `${subject} does ${ratio} times the work of ${other}`);
    const vague = results.filter(({ timings }) => isVague(timings.get(subject), timings.get(other))).length;
    const doubt = vague === 0 ? '' : `, of which ${vague} alone ${vague === 1 ? 'says' : 'say'} nothing`;
    return [`${says(formatEstimate(estimate), subject)} (${over}${doubt}).`];
  });
}

/** Whether the row of the two has a mark in the table. */
function isVague(a: Timing | undefined, b: Timing | undefined): boolean {
  return a !== undefined && b !== undefined && isTooWide(throughputRatio(a.blocksNs, b.blocksNs));
}

const SENTENCES: Readonly<Record<string, (ratio: string, subject: string) => string>> = {
  native: (ratio, subject) => `${subject} runs at ${ratio} of native speed`,
  evm: (ratio, subject) => `${subject} is ${ratio} times faster than the EVM in JavaScript`,
  'evm-default': (ratio, subject) => `${subject} is ${ratio} times faster than the EVM in JavaScript as it comes`,
  revm: (ratio, subject) => `${subject} is ${ratio} times faster than revm in EDR's provider`,
  'wasm-unmetered': (ratio) => `With gas metering wasm keeps ${ratio} of its speed`,
};
