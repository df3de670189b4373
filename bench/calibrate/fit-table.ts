import type { Machine } from '../../engine/machine.ts';
import { assemble } from '../assemble.ts';
import { type Column, type Counts, countOperations } from './count-operations.ts';
import { fitRobustly, rSquared } from './fit.ts';
import { microPrograms } from './micro-program.ts';
import { quantile } from './spread.ts';
import { timePage } from './time-pages.ts';
import { timeTurn } from './time-program.ts';

export interface FittedTable {
  readonly programCount: number;
  /** Of measured on fitted times, in nanoseconds, over all programs; and of their logarithms. */
  readonly rSquared: number;
  readonly rSquaredOfLogs: number;
  /** Of |fitted - measured| / measured. */
  readonly medianError: number;
  readonly p95Error: number;
  /** What one gas stands for: the fitted time of a cheap ALU operation. */
  readonly unitNs: number;
  /** As fitted. */
  readonly nsByColumn: Readonly<Record<string, number>>;
  /** In units, rounded to integers and at least 1: what is free is an invitation. */
  readonly weights: Readonly<Record<string, number>>;
  /** The programs that fit worst, with (fitted - measured) / measured. */
  readonly worst: readonly (readonly [program: string, error: number])[];
}

/** Without `local-read` and `constant`, which leave no trace in compiled code: they weigh 0. */
const columns: readonly Column[] = [
  'local-write',
  'add',
  'multiply',
  'divide32',
  'divide64',
  'count',
  'select',
  'load',
  'store',
  'global',
  'branch',
  'branch-table',
  'label',
  'return',
  'call',
  'call-indirect',
  'declared-local',
  'memory-size',
  'memory-grow',
  'bulk',
  'bulk-byte',
];

const WORST_SHOWN = 12;

/** @param onProgram Called before each program. */
export async function fitTable(
  machine: Machine,
  seed: number,
  mixCount: number,
  onProgram: (name: string) => void = () => {},
): Promise<FittedTable> {
  const measured: { readonly name: string; readonly counts: Counts; readonly ns: number }[] = [];
  for (const { name, text } of microPrograms(seed, mixCount)) {
    onProgram(name);
    const bytes = await assemble(text);
    measured.push({ name, counts: countOperations(bytes), ns: await timeTurn(machine, bytes) });
  }
  const usable = measured.filter(({ ns }) => ns > 0);
  const rows = usable.map(({ counts }) => columns.map((column) => counts.get(column) ?? 0));
  const times = usable.map(({ ns }) => ns);
  const { coefficients, residuals, rSquared: explained } = fitRobustly(rows, times);
  const errors = residuals.map(Math.abs).toSorted((a, b) => a - b);
  const fitted = times.map((ns, at) => ns * (1 + (residuals[at] as number)));
  const nsByColumn: Record<string, number> = Object.fromEntries(
    columns.map((column, at) => [column, coefficients[at] as number]),
  );
  nsByColumn['memory-page'] = await timePage(machine);
  const unitNs = nsByColumn['add'] as number;
  return {
    programCount: usable.length,
    rSquared: explained,
    rSquaredOfLogs: rSquared(times.map(Math.log), fitted.map(Math.log)),
    medianError: quantile(errors, 0.5),
    p95Error: quantile(errors, 0.95),
    unitNs,
    nsByColumn,
    weights: Object.fromEntries(
      Object.entries(nsByColumn).map(([name, ns]) => [name, Math.max(1, Math.round(ns / unitNs))]),
    ),
    worst: usable
      .map(({ name }, at): [string, number] => [name, residuals[at] as number])
      .toSorted(([, a], [, b]) => Math.abs(b) - Math.abs(a))
      .slice(0, WORST_SHOWN),
  };
}
