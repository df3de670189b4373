import { type Column, textTable } from '../../harness/text/text-table.ts';
import { wrapText } from '../../harness/text/wrap-text.ts';
import { throughputRatio } from '../stats/ratio.ts';
import type { KernelTiming, PreparedKernel } from './measure.ts';
import type { InstrumentTimings } from './time-instrument.ts';
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
  /** Of generated modules of about a megabyte, by strategy and shape. */
  readonly instrumentNs: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly throughputMBs: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly sizeGrowth: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** 1 for an instrumenter whose time grows with the size of the module and no faster. */
  readonly linearity: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

/** @param timings One per prepared kernel, in the same order. */
export function meteringReport(
  prepared: readonly PreparedKernel[],
  timings: readonly KernelTiming[],
  instrument: InstrumentTimings,
): MeteringReport {
  const rows = new Set(prepared.flatMap(({ variants }) => variants.map(({ name }) => name)));
  rows.delete(TWIN);
  const strategies: [string, StrategyReport][] = [];
  const codeSize: [string, number][] = [];
  for (const row of rows) {
    strategies.push([row, strategyReport(row, prepared, timings)]);
    const growths = prepared.flatMap(({ variants, originalBytes }) =>
      variants.filter(({ name }) => name === row).map(({ bytes }) => bytes.length / originalBytes),
    );
    codeSize.push([row, geometricMean(growths)]);
  }
  const omitted: Record<string, Record<string, string>> = {};
  for (const { kernel, omitted: reasons } of prepared) {
    for (const [row, reason] of Object.entries(reasons)) {
      omitted[row] ??= {};
      omitted[row][kernel.name] = reason;
    }
  }
  const byShape = (measure: (timing: InstrumentTimings[string][string]) => number): MeteringReport['throughputMBs'] =>
    mapValues(instrument, (shapes) => mapValues(shapes, measure));
  return {
    node: timings[0]?.node ?? '',
    v8: timings[0]?.v8 ?? '',
    strategies: Object.fromEntries(strategies),
    gas: Object.fromEntries(prepared.map(({ kernel }, at) => [kernel.name, timings[at]?.gasUsed])),
    samplesNs: Object.fromEntries(
      prepared.map(({ kernel }, at) => [kernel.name, Object.fromEntries(timings[at]?.samplesNs ?? [])]),
    ),
    omitted,
    codeSize: Object.fromEntries(codeSize),
    instrumentNs: byShape(({ ns }) => ns),
    throughputMBs: byShape(({ originalBytes, ns }) => (originalBytes / ns) * 1e3),
    sizeGrowth: byShape(({ originalBytes, instrumentedBytes }) => instrumentedBytes / originalBytes),
    linearity: byShape(({ linearity }) => linearity),
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

function mapValues<From, To>(
  record: Readonly<Record<string, From>>,
  change: (value: From) => To,
): Readonly<Record<string, To>> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}

/** For people: overheads of one Node line, then what the instrumenter takes. Screen columns are as for `textTable`. */
export function meteringTable(report: MeteringReport, screenColumns?: number): string {
  const kernels = Object.keys(report.gas);
  const numbers = (headings: readonly string[]): readonly Column[] =>
    headings.map((heading) => ({ heading, isRight: true }));
  const overheads = textTable(
    [{ heading: 'time over the twin' }, ...numbers(['geomean', 'worst', 'size', ...kernels])],
    Object.entries(report.strategies).map(([row, { geomean, worst, kernels: ratios }]) => [
      row,
      ...[geomean, worst, report.codeSize[row], ...kernels.map((name) => ratios[name])].map(formatRatio),
    ]),
    screenColumns,
  );
  const shapes = Object.keys(Object.values(report.throughputMBs)[0] ?? {});
  const instrumenter = textTable(
    [{ heading: 'instrumenting' }, ...numbers(shapes.flatMap((shape) => [`${shape} MB/s`, 'growth', 'linearity']))],
    Object.keys(report.throughputMBs).map((strategy) => [
      strategy,
      ...shapes.flatMap((shape) => [
        report.throughputMBs[strategy]?.[shape]?.toFixed(1) ?? '',
        formatRatio(report.sizeGrowth[strategy]?.[shape]),
        formatRatio(report.linearity[strategy]?.[shape]),
      ]),
    ]),
    screenColumns,
  );
  const missing = Object.entries(report.omitted).flatMap(([row, byKernel]) =>
    Object.entries(byKernel).map(([kernel, reason]) => `${row}, ${kernel}: left out: ${reason}\n`),
  );
  const below = wrapText(missing.join(''), screenColumns);
  return `Node ${report.node}, V8 ${report.v8}\n\n${overheads}${below}\n${instrumenter}`;
}

function formatRatio(ratio: number | undefined): string {
  if (ratio === undefined) return '-';
  return ratio < 10 ? ratio.toFixed(3) : ratio.toFixed(1);
}
