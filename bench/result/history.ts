import type { Estimate } from '../stats/signed-rank.ts';
import type { Verdict } from '../stats/verdict.ts';
import { type Change, compareReports } from './compare-reports.ts';
import type { Environment } from './environment.ts';
import { machinesOf } from './machines-of.ts';
import { isOfOneProcess, type ProtocolCase, type ProtocolReport } from './protocol-report.ts';
import { settingChanges } from './setting-changes.ts';

export interface HistoryRun extends Pick<Environment, 'date' | 'trimeter' | 'runtime'> {
  readonly inOneProcess: boolean;
  readonly workloadCount: number;
  /** In words, what else may have moved the numbers since the run before. */
  readonly settingChanges: readonly string[];
}

/** A ratio of two machines on a workload, over the runs. */
export interface RatioHistory {
  readonly id: string;
  readonly workload: string;
  /** `subject/other`. */
  readonly machines: string;
  /** By run; null where it was not measured. */
  readonly points: readonly ({ readonly ratio: Estimate; readonly verdict: Verdict | null } | null)[];
  /** Of the last run against the one before. Null if one of them lacks it, or if they were made with different settings. */
  readonly lastChange: Change | null;
}

/** The gas of one operation on a machine, over the runs. */
export interface GasHistory {
  readonly id: string;
  readonly workload: string;
  readonly machine: string;
  /** By run; null where it was not measured. */
  readonly points: readonly (number | null)[];
}

/** Several results of the benchmark, from the oldest to the newest. */
export interface History {
  readonly runs: readonly HistoryRun[];
  readonly ratios: readonly RatioHistory[];
  readonly gas: readonly GasHistory[];
}

/** @param reports In any order: their dates say which is older. */
export function historyOf(reports: readonly ProtocolReport[]): History {
  const ordered = reports.toSorted((a, b) => compareText(a.environment.date, b.environment.date));
  const changesAt = (at: number) => {
    const [before, now] = [ordered[at - 1], ordered[at]];
    return before === undefined || now === undefined ? [] : settingChanges(before, now);
  };
  const [before, last] = ordered.slice(-2);
  const isSame = before !== undefined && last !== undefined && changesAt(ordered.length - 1).length === 0;
  const lastChanges = isSame ? compareReports(before, last) : [];
  // What the newest run measured comes first, in its order.
  const newestFirst = ordered.toReversed();
  const cases = newestFirst.flatMap(({ cases: own }) => own);
  const names = new Map(cases.map(({ id, workload }) => [JSON.stringify([id, workload]), { id, workload }]));
  const pairs = [...new Set(cases.flatMap(({ comparisons }) => Object.keys(comparisons)))];
  const machines = [...new Set(newestFirst.flatMap(machinesOf))];
  const rows = [...names.values()].map(({ id, workload }) => {
    const found = ordered.map((report) => report.cases.find((row) => row.id === id && row.workload === workload));
    return { id, workload, found };
  });
  return {
    runs: ordered.map(({ environment: { date, trimeter, runtime }, ...report }, at) => ({
      date,
      ...(trimeter !== undefined && { trimeter }),
      runtime,
      inOneProcess: isOfOneProcess(report),
      workloadCount: report.cases.length,
      settingChanges: changesAt(at),
    })),
    ratios: pairs.flatMap((pair) =>
      rows.flatMap(({ id, workload, found }): readonly RatioHistory[] => {
        const points = found.map((row) => pointOf(row, pair));
        const isRow = (change: Change) => change.id === id && change.workload === workload && change.machines === pair;
        const lastChange = lastChanges.find(isRow) ?? null;
        return points.every((point) => point === null) ? [] : [{ id, workload, machines: pair, points, lastChange }];
      }),
    ),
    gas: machines.flatMap((machine) =>
      rows.flatMap(({ id, workload, found }): readonly GasHistory[] => {
        const points = found.map((row) => row?.slots[machine]?.gasPerOperation ?? null);
        return points.every((point) => point === null) ? [] : [{ id, workload, machine, points }];
      }),
    ),
  };
}

/** The gas in the last two runs; undefined if one of them did not measure it. */
export function lastGas({ points }: GasHistory): readonly [before: number, last: number] | undefined {
  const [before, last] = points.slice(-2);
  return typeof before === 'number' && typeof last === 'number' ? [before, last] : undefined;
}

function pointOf(row: ProtocolCase | undefined, pair: string): RatioHistory['points'][number] {
  const comparison = row?.comparisons[pair];
  return comparison === undefined ? null : { ratio: comparison.ratio, verdict: comparison.verdict };
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
