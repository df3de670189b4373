/**
 * Runs in a process of its own: takes a job, times its variants against each other in one thread, and answers what it saw.
 */
import { setTimeout } from 'node:timers/promises';
import { answerRequests } from '../../processes/answers.ts';
import { takeTurns } from '../sample.ts';
import { median } from '../stats/median.ts';
import type { KernelRun } from './kernel-abi.ts';
import type { Kernel } from './kernels.ts';
import type { MeteringPlan } from './plan.ts';
import type { Variant } from './variants.ts';

export interface TimingJob {
  readonly kernel: Kernel;
  readonly variants: readonly Variant[];
  readonly plan: MeteringPlan;
  /** Of the order within each round. */
  readonly seed: number;
}

/** Lists are in the order of the variants. */
export interface TimingResult {
  readonly node: string;
  readonly v8: string;
  readonly smallRuns: readonly KernelRun[];
  readonly runs: readonly KernelRun[];
  /** Nanoseconds of a call, by round; entries of the same round pair up across variants. */
  readonly samplesNs: readonly (readonly number[])[];
}

/** A variant that can be called. */
interface Loaded {
  readonly run: (size: number) => bigint;
  /** Called before each call and after it. */
  readonly fill: () => void;
  readonly used: () => bigint;
}

const SUPPLY = 1n << 60n;

function load({ bytes, runExport, gasExport, chargeImport }: Variant): Loaded {
  const module = new WebAssembly.Module(new Uint8Array(bytes));
  // What a host that meters would do; in numbers, because BigInt arithmetic would be slower still.
  let left = 0;
  const charge = (amount: number | bigint): void => {
    left -= Number(amount);
    if (left < 0) throw new RangeError('out of gas');
  };
  const imports = chargeImport === undefined ? {} : { [chargeImport.module]: { [chargeImport.name]: charge } };
  const { exports } = new WebAssembly.Instance(module, imports);
  const run = exports[runExport] as (size: number) => bigint;
  const gas = gasExport === undefined ? undefined : (exports[gasExport] as WebAssembly.Global<'i64'>);
  const supply = Number.MAX_SAFE_INTEGER;
  const fill = (): void => {
    left = supply;
    if (gas !== undefined) gas.value = SUPPLY;
  };
  // Of a module that calls the host, memory operations are charged to the global still.
  return { run, fill, used: () => BigInt(supply - left) + (gas === undefined ? 0n : SUPPLY - gas.value) };
}

function callOnce({ run, fill, used }: Loaded, size: number): KernelRun {
  fill();
  return { checksum: run(size), gasUsed: used() };
}

/** Median nanoseconds of one call over `count` calls: an interrupted call or two do not move it. */
function sample({ run, fill }: Loaded, size: number, count: number): number {
  const callsNs: number[] = [];
  for (let call = 0; call < count; call++) {
    fill();
    const start = process.hrtime.bigint();
    run(size);
    callsNs.push(Number(process.hrtime.bigint() - start));
  }
  return median(callsNs);
}

/**
 * Runs all variants in turn, pass by pass, until each has run for `warmUpNs` and none got faster by 2 % or more in the last
 * three passes. A loop that runs cannot be replaced by better code, so that only many short calls bring the optimising
 * tier in; it compiles on other threads, which the pauses between the passes leave the processor to.
 *
 * @returns nanoseconds per call, by variant.
 */
async function warmUp(variants: readonly Loaded[], size: number, warmUpNs: number): Promise<readonly number[]> {
  const passes = 8;
  const bestNs = variants.map((variant) => sample(variant, size, 1));
  for (let pass = 0, steadyPasses = 0; pass < passes || (steadyPasses < 3 && pass < 10 * passes); pass++) {
    let isSteady = true;
    for (const [slot, variant] of variants.entries()) {
      const best = bestNs[slot] as number;
      const ns = sample(variant, size, Math.max(1, Math.round(warmUpNs / passes / best)));
      if (ns < 0.98 * best) isSteady = false;
      bestNs[slot] = Math.min(ns, best);
    }
    steadyPasses = isSteady ? steadyPasses + 1 : 0;
    await setTimeout(20);
  }
  return bestNs;
}

async function timeVariants({ kernel, variants, plan, seed }: TimingJob): Promise<TimingResult> {
  const { size, smallSize } = kernel;
  const { warmUpNs, sampleNs, rounds } = plan;
  const loaded = variants.map(load);
  const smallRuns = loaded.map((variant) => callOnce(variant, smallSize));
  const pacesNs = await warmUp(loaded, size, warmUpNs);
  const counts = pacesNs.map((ns) => Math.max(3, Math.round(sampleNs / ns)));
  const samplesNs = await takeTurns(
    loaded.map((variant, slot) => () => sample(variant, size, counts[slot] as number)),
    { rounds, seed },
  );
  const runs = loaded.map((variant) => callOnce(variant, size));
  return { node: process.version, v8: process.versions.v8, smallRuns, runs, samplesNs };
}

await answerRequests(timeVariants);
