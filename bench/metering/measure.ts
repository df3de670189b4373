import assert from 'node:assert/strict';
import { strategies } from '../../metering/plan/strategies.ts';
import { type KernelRun, referenceRun } from './kernel-abi.ts';
import { type Kernel, readKernel } from './kernels.ts';
import { nodeBinary, runScript } from './node-binary.ts';
import type { MeteringPlan } from './plan.ts';
import type { InstrumentJob, InstrumentTimings } from './time-instrument.ts';
import type { RunRecord, TimingJob, TimingResult } from './timing-job.ts';
import { makeVariants, TWIN, type VariantSet } from './variants.ts';

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
  readonly gasUsed: string | undefined;
  /** Nanoseconds per call by variant; entries of the same round pair up. */
  readonly samplesNs: ReadonlyMap<string, readonly number[]>;
}

/** @throws AssertionError if a variant comes to another checksum or another gas: a wrong variant has no speed. */
export async function timeKernel(line: string, prepared: PreparedKernel, plan: MeteringPlan): Promise<KernelTiming> {
  const { kernel, variants } = prepared;
  const samplesNs = new Map(variants.map(({ name }): [string, number[]] => [name, []]));
  let last: { node: string; v8: string; gasUsed: string | undefined } | undefined;
  for (let seed = 1; seed <= plan.processes; seed++) {
    const { rounds, sampleNs, warmUpNs } = plan;
    const job: TimingJob = {
      size: kernel.size,
      smallSize: kernel.smallSize,
      variants: variants.map(({ bytes, runExport, gasExport, chargeImport }) => ({
        bytesBase64: Buffer.from(bytes).toString('base64'),
        runExport,
        gasExport,
        chargeImport,
      })),
      warmUpNs,
      sampleNs,
      rounds,
      seed,
    };
    const script = new URL('./time-variants.ts', import.meta.url);
    const result = (await runScript(nodeBinary(line), script, job)) as TimingResult;
    const { checksum, gasUsed } = prepared.reference;
    checkRuns(prepared, result.smallRuns, { checksum: String(checksum), gasUsed: String(gasUsed) });
    const counted = result.runs[variants.findIndex(({ isCounting }) => isCounting)];
    checkRuns(prepared, result.runs, counted ?? (result.runs[0] as RunRecord));
    for (const [slot, { name }] of variants.entries()) samplesNs.get(name)?.push(...(result.samplesNs[slot] ?? []));
    last = { node: result.node, v8: result.v8, gasUsed: counted?.gasUsed };
  }
  if (last === undefined) throw new RangeError('a plan needs a process');
  return { ...last, samplesNs };
}

function checkRuns({ kernel, variants }: PreparedKernel, runs: readonly RunRecord[], expected: RunRecord): void {
  for (const [slot, { name, isCounting }] of variants.entries()) {
    assert.equal(runs[slot]?.checksum, expected.checksum, `${kernel.name}: ${name} comes to another checksum`);
    if (isCounting) assert.equal(runs[slot]?.gasUsed, expected.gasUsed, `${kernel.name}: ${name} uses other gas`);
  }
}

/** Times the instrumenter on generated modules. */
export async function timeInstrumenter(
  line: string,
  wanted: ReadonlySet<string> | undefined,
  plan: MeteringPlan,
): Promise<InstrumentTimings> {
  const job: InstrumentJob = {
    strategies: strategies.filter((strategy) => strategy === TWIN || (wanted?.has(strategy) ?? true)),
    sizeBytes: plan.shapeBytes,
    repeats: plan.instrumentRepeats,
  };
  const script = new URL('./time-instrument.ts', import.meta.url);
  return (await runScript(nodeBinary(line), script, job)) as InstrumentTimings;
}
