import assert from 'node:assert/strict';
import { askOnce } from '../../processes/asked-child.ts';
import { nodeLineBinary } from '../../processes/engine-packages.ts';
import { nodeCommand } from '../../processes/node-command.ts';
import { type KernelRun, referenceRun } from './kernel-abi.ts';
import { type Kernel, readKernel } from './kernels.ts';
import type { MeteringPlan } from './plan.ts';
import type { TimingJob, TimingResult } from './time-variants.ts';
import { makeVariants, type VariantSet } from './variants.ts';

/** A kernel with all its variants and what they must come to. */
export interface PreparedKernel extends VariantSet {
  readonly kernel: Kernel;
  readonly originalBytes: number;
  /** On the small size. */
  readonly reference: KernelRun;
}

export async function prepareKernel(
  kernel: Kernel,
  wanted: ReadonlySet<string> | undefined,
  rivalsMissing: string | undefined,
): Promise<PreparedKernel> {
  const bytes = readKernel(kernel);
  const reference = referenceRun(bytes, kernel.smallSize);
  return { kernel, originalBytes: bytes.length, reference, ...(await makeVariants(bytes, wanted, rivalsMissing)) };
}

/** What one Node line showed on one kernel. */
export interface KernelTiming {
  readonly node: string;
  readonly v8: string;
  /** Of the timed size, by docs/gas.md. Undefined if no counting variant ran. */
  readonly gasUsed: bigint | undefined;
  /** Nanoseconds per call by variant; entries of the same round pair up. */
  readonly samplesNs: ReadonlyMap<string, readonly number[]>;
}

/** @throws AssertionError if a variant comes to another checksum or another gas: a wrong variant has no speed. */
export async function timeKernel(line: string, prepared: PreparedKernel, plan: MeteringPlan): Promise<KernelTiming> {
  const { kernel, variants } = prepared;
  const script = new URL('./time-variants.ts', import.meta.url);
  const command = nodeCommand(`Node ${line}`, script, { binary: () => nodeLineBinary(line) });
  const samplesNs = new Map(variants.map(({ name }): [string, number[]] => [name, []]));
  let last: { node: string; v8: string; gasUsed: bigint | undefined } | undefined;
  for (let seed = 1; seed <= plan.processes; seed++) {
    const job: TimingJob = { kernel, variants, plan, seed };
    const result = (await askOnce(command, job)) as TimingResult;
    checkRuns(prepared, result.smallRuns, prepared.reference);
    const counted = result.runs[variants.findIndex(({ isCounting }) => isCounting)];
    checkRuns(prepared, result.runs, counted ?? (result.runs[0] as KernelRun));
    for (const [slot, { name }] of variants.entries()) samplesNs.get(name)?.push(...(result.samplesNs[slot] ?? []));
    last = { node: result.node, v8: result.v8, gasUsed: counted?.gasUsed };
  }
  if (last === undefined) throw new RangeError('a plan needs a process');
  return { ...last, samplesNs };
}

function checkRuns({ kernel, variants }: PreparedKernel, runs: readonly KernelRun[], expected: KernelRun): void {
  for (const [slot, { name, isCounting }] of variants.entries()) {
    assert.equal(runs[slot]?.checksum, expected.checksum, `${kernel.name}: ${name} comes to another checksum`);
    if (isCounting) assert.equal(runs[slot]?.gasUsed, expected.gasUsed, `${kernel.name}: ${name} uses other gas`);
  }
}
