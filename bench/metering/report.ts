import { columnsOf, textTable } from '../../harness/text/text-table.ts';
import { wrapText } from '../../harness/text/wrap-text.ts';
import { throughputRatio } from '../stats/ratio.ts';
import type { KernelTiming, PreparedKernel } from './measure.ts';
import { TWIN } from './variants.ts';

interface StrategyReport {
  /** Over the kernels it could be measured on. */
  readonly geomean: number;
  readonly worst: number;
  /** Time over the twin's time, by kernel. */
  readonly kernels: Readonly<Record<string, number>>;
  /** 95 % interval of each. */
  readonly intervals: Readonly<Record<string, readonly [number, number]>>;
}

export interface MeteringReport {
  readonly node: string;
  readonly v8: string;
  readonly strategies: Readonly<Record<string, StrategyReport>>;
  /** Gas of each kernel at the timed size, the same with every strategy. */
  readonly gas: Readonly<Record<string, string | undefined>>;
  /** Raw samples, nanoseconds per call by kernel and variant; entries of the same round pair up. */
  readonly samplesNs: Readonly<Record<string, Readonly<Record<string, readonly number[]>>>>;
  /** Why a row or a part of it is missing, by row and kernel. */
  readonly omitted: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Size of the module over that of the original, geometric mean over the kernels. */
  readonly codeSize: Readonly<Record<string, number>>;
}

/** @param timings One per prepared kernel, in the same order. */
export function meteringReport(prepared: readonly PreparedKernel[], timings: readonly KernelTiming[]): MeteringReport {
  const rows = new Set(prepared.flatMap(({ variants }) => variants.map(({ name }) => name)));
  rows.delete(TWIN);
  const codeSize = (row: string): number =>
    geometricMean(
      prepared.flatMap(({ variants, originalBytes }) =>
        variants.filter(({ name }) => name === row).map(({ bytes }) => bytes.length / originalBytes),
      ),
    );
  const omitted: Record<string, Record<string, string>> = {};
  for (const { kernel, omitted: reasons } of prepared) {
    for (const [row, reason] of Object.entries(reasons)) {
      omitted[row] ??= {};
      omitted[row][kernel.name] = reason;
    }
  }
  return {
    node: timings[0]?.node ?? '',
    v8: timings[0]?.v8 ?? '',
    strategies: Object.fromEntries([...rows].map((row) => [row, strategyReport(row, prepared, timings)])),
    gas: Object.fromEntries(prepared.map(({ kernel }, at) => [kernel.name, timings[at]?.gasUsed?.toString()])),
    samplesNs: Object.fromEntries(
      prepared.map(({ kernel }, at) => [kernel.name, Object.fromEntries(timings[at]?.samplesNs ?? [])]),
    ),
    omitted,
    codeSize: Object.fromEntries([...rows].map((row) => [row, codeSize(row)])),
  };
}

function strategyReport(
  row: string,
  prepared: readonly PreparedKernel[],
  timings: readonly KernelTiming[],
): StrategyReport {
  const estimates = prepared.flatMap(({ kernel }, at) => {
    const twinNs = timings[at]?.samplesNs.get(TWIN);
    const rowNs = timings[at]?.samplesNs.get(row);
    return twinNs === undefined || rowNs === undefined
      ? []
      : [{ name: kernel.name, ...throughputRatio(twinNs, rowNs) }];
  });
  const points = estimates.map(({ point }) => point);
  return {
    geomean: geometricMean(points),
    worst: Math.max(...points),
    kernels: Object.fromEntries(estimates.map(({ name, point }) => [name, point])),
    intervals: Object.fromEntries(estimates.map(({ name, low, high }) => [name, [low, high]])),
  };
}

function geometricMean(values: readonly number[]): number {
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
}

/** For people: overheads of one Node line. Screen columns are as for `textTable`. */
export function meteringTable(report: MeteringReport, screenColumns?: number): string {
  const kernels = Object.keys(report.gas);
  const overheads = textTable(
    columnsOf(['time over the twin'], ['geomean', 'worst', 'size', ...kernels]),
    Object.entries(report.strategies).map(([row, { geomean, worst, kernels: ratios }]) => [
      row,
      ...[geomean, worst, report.codeSize[row], ...kernels.map((name) => ratios[name])].map(formatRatio),
    ]),
    screenColumns,
  );
  const missing = Object.entries(report.omitted).flatMap(([row, byKernel]) =>
    Object.entries(byKernel).map(([kernel, reason]) => `${row}, ${kernel}: left out: ${reason}\n`),
  );
  const below = wrapText(missing.join(''), screenColumns);
  return `Node ${report.node}, V8 ${report.v8}\n\n${overheads}${below}`;
}

function formatRatio(ratio: number | undefined): string {
  if (ratio === undefined) return '-';
  return ratio < 10 ? ratio.toFixed(3) : ratio.toFixed(1);
}
