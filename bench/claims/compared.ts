import type { Comparison, ProtocolReport } from '../result/protocol-report.ts';

/** A comparison with the workload that it was made on. */
export interface Compared {
  /** `case/workload` */
  readonly workload: string;
  readonly comparison: Comparison;
}

/** @param key `subject/other` */
export function comparedOn(report: ProtocolReport, key: string): readonly Compared[] {
  return report.cases.flatMap(({ id, workload, comparisons }) => {
    const comparison = comparisons[key];
    return comparison === undefined ? [] : [{ workload: `${id}/${workload}`, comparison }];
  });
}

/** From the lowest ratio to the highest. */
export function byRatio(compared: readonly Compared[]): readonly Compared[] {
  return compared.toSorted((a, b) => a.comparison.ratio.point - b.comparison.ratio.point);
}
