import type { WorkloadSize } from '../../contracts/contract-case.ts';
import type { Timing } from '../measure-workload.ts';
import type { Environment } from '../result/environment.ts';
import { median } from '../stats/median.ts';
import { throughputRatio } from '../stats/ratio.ts';
import type { Estimate } from '../stats/signed-rank.ts';
import type { WorkloadResult } from '../suite.ts';

export interface BackendReport {
  /** Median over the blocks. */
  readonly nsPerOperation: number;
  /** In the unit of the backend's schedule; null on a machine that does not meter. */
  readonly gasPerOperation: number | null;
  /**
   * From the contract's artifact to the contract deployed and set up, once, in nanoseconds. Only on the first workload
   * of a contract, since machines keep what they compile, and only from a process that did not run it before.
   */
  readonly coldNs?: number;
}

export interface CaseReport {
  readonly id: string;
  readonly workload: string;
  readonly size: WorkloadSize;
  readonly operation: string;
  /**
   * False if the machines differed: then nothing was timed, and `backends` and `ratios` are empty. Null if one machine ran
   * alone, so that nothing was compared.
   */
  readonly agreed: boolean | null;
  /** The first call that fails, in words: then nothing was timed either. Null if none does, or failing is what is timed. */
  readonly failure: string | null;
  readonly backends: Readonly<Record<string, BackendReport>>;
  /**
   * `a/b` is the throughput of a relative to b, time(b) / time(a), with its 95 % interval: `wasm/native` 0.9 means that
   * wasm runs at 90 % of native speed, `wasm/evm` 500 that it is 500 times faster than the EVM.
   */
  readonly ratios: Readonly<Record<string, Estimate>>;
}

/** What a run leaves behind for tools. `version` rises when a field changes its meaning. */
export interface BenchReport {
  readonly format: 'trimeter-bench';
  readonly version: 1;
  readonly environment: Environment;
  readonly cases: readonly CaseReport[];
}

export interface ReportOptions {
  /** Name of the backend whose throughput the ratios give. */
  readonly subject: string;
  /** Names of the backends it is compared with. */
  readonly compared: readonly string[];
  /** Whether this process had not run the contracts before. */
  readonly wasCold: boolean;
}

export function benchReport(
  results: readonly WorkloadResult[],
  environment: Environment,
  { subject, compared, wasCold }: ReportOptions,
): BenchReport {
  const cases = results.map(({ caseId, workload, size, operation, difference, failure, isFirst, timings }) => ({
    id: caseId,
    workload,
    size,
    operation,
    agreed: difference !== undefined ? false : compared.length === 0 ? null : true,
    failure: failure ?? null,
    backends: Object.fromEntries(
      [...timings].map(([name, timing]) => [name, backendReport(timing, isFirst && wasCold)]),
    ),
    ratios: ratiosOf(timings, subject, compared),
  }));
  return { format: 'trimeter-bench', version: 1, environment, cases };
}

function backendReport({ blocksNs, gasPerOperation, coldNs }: Timing, wasCold: boolean): BackendReport {
  return {
    nsPerOperation: median(blocksNs),
    gasPerOperation: gasPerOperation ?? null,
    ...(wasCold && { coldNs }),
  };
}

function ratiosOf(
  timings: ReadonlyMap<string, Timing>,
  subject: string,
  compared: readonly string[],
): Record<string, Estimate> {
  const own = timings.get(subject);
  if (own === undefined) return {};
  const ratios: Record<string, Estimate> = {};
  for (const name of compared) {
    const other = timings.get(name);
    if (other !== undefined) ratios[`${subject}/${name}`] = throughputRatio(own.blocksNs, other.blocksNs);
  }
  return ratios;
}
