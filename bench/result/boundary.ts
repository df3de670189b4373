import { BOUNDARY_CASE } from '../protocol/bench-machine.ts';
import { type Estimate, signedRankEstimate } from '../stats/signed-rank.ts';
import { theilSenSlope } from '../stats/theil-sen.ts';

/** The part of a case's report that the curve is made of. */
interface CrossingCase {
  readonly id: string;
  readonly workload: string;
  readonly operation: string;
  readonly operationsPerCall: number;
  readonly slots: Readonly<
    Record<string, { readonly nsPerOperation: number; readonly blocksNs: readonly number[] } | undefined>
  >;
}

/** What a call takes by the number of times that it crosses from the guest to the host. */
export interface BoundaryCurve {
  readonly machine: string;
  readonly operation: string;
  readonly points: readonly { readonly crossings: number; readonly nsPerCall: number }[];
  /** Slope of the curve, with its 95 % interval over the blocks. */
  readonly nsPerCrossing: Estimate;
}

/** One curve per machine that is named and kind of crossing that was measured with at least two counts. */
export function boundaryCurves(cases: readonly CrossingCase[], machines: readonly string[]): readonly BoundaryCurve[] {
  const groups = new Map<string, CrossingCase[]>();
  for (const found of cases.filter(({ id }) => id === BOUNDARY_CASE)) {
    const { operation } = found;
    groups.set(operation, [...(groups.get(operation) ?? []), found]);
  }
  return [...groups.values()].flatMap((group) => {
    const counts = group.map(({ operationsPerCall }) => operationsPerCall);
    if (new Set(counts).size < 2) return [];
    const ranOnAll = (machine: string) => group.every(({ slots }) => slots[machine] !== undefined);
    return machines.filter(ranOnAll).map((machine) => curveOf(machine, group, counts));
  });
}

function curveOf(machine: string, group: readonly CrossingCase[], counts: readonly number[]): BoundaryCurve {
  const slots = group.map(({ slots }) => slots[machine]);
  const blockCount = Math.min(...slots.map((slot) => slot?.blocksNs.length ?? 0));
  const slopes = Array.from({ length: blockCount }, (_, block) =>
    theilSenSlope(
      counts,
      slots.map((slot, at) => (slot?.blocksNs[block] as number) * (counts[at] as number)),
    ),
  );
  return {
    machine,
    operation: group[0]?.operation ?? '',
    points: slots
      .map((slot, at) => ({
        crossings: counts[at] as number,
        nsPerCall: (slot?.nsPerOperation as number) * (counts[at] as number),
      }))
      .sort((a, b) => a.crossings - b.crossings),
    nsPerCrossing: signedRankEstimate(slopes),
  };
}
