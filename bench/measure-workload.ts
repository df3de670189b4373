import type { ContractCase, Workload } from '../contracts/contract-case.ts';
import type { Backend } from '../engine/backend.ts';
import { moduleCache } from '../engine/wasm/module-cache.ts';
import { agreeOnLoads, isAgreed, type Load, repeated } from './agree.ts';
import { type BenchPlan, shuffledBlocks } from './plan.ts';
import { sampleRuns, type TimedBatch, timeNs, warmUp } from './sample.ts';
import { openSession, type Session } from './session.ts';

/** What one machine needed for one workload. */
export interface Timing {
  /** One entry per block, in nanoseconds per operation. Entries of the same block pair up across machines. */
  readonly blocksNs: readonly number[];
  /** Undefined on a machine that does not meter. */
  readonly gasPerOperation: number | undefined;
  /** From the contract's artifact to the contract deployed and set up, once, in nanoseconds. */
  readonly coldNs: number;
}

export interface Measurement {
  /** Undefined if the machines agreed. Otherwise the first difference, and nothing was timed. */
  readonly difference: string | undefined;
  /** Undefined if all calls succeed, or are meant to fail. Otherwise the first that fails, and nothing was timed. */
  readonly failure: string | undefined;
  /** By backend name, in the order in which the backends were given. */
  readonly timings: ReadonlyMap<string, Timing>;
}

/** One machine with the workload ready on it. */
interface Slot {
  readonly session: Session;
  readonly coldNs: number;
}

/**
 * Sets a workload up on all machines, checks them against each other, warms them up, and samples them block by block in
 * shuffled order.
 *
 * @param compared The first is the subject: each other one is held against it on exactly the batch it is timed on.
 * @param calibration Timed in the same blocks and held against nothing.
 * @param onBlock Called after each block.
 * @throws InputRejected if the set-up fails, EngineError `internal` if a timed batch comes to something other than what
 * was agreed.
 */
export async function measureWorkload(
  contract: ContractCase,
  workload: Workload,
  compared: readonly Backend[],
  calibration: Backend | undefined,
  plan: BenchPlan,
  onBlock: () => void,
): Promise<Measurement> {
  const slots: Slot[] = [];
  try {
    for (const backend of calibration === undefined ? compared : [...compared, calibration]) {
      // What is cold must not have been compiled for another machine or workload.
      moduleCache.clear();
      const [session, coldNs] = await timeNs(() => openSession(backend, contract, workload));
      slots.push({ session, coldNs });
    }
    const sessions = slots.map(({ session }) => session);
    const label = `${contract.id}/${workload.id}`;
    const agreement = await agreeOnLoads(sessions, compared.length, plan.batchNs, {
      label,
      mayFail: workload.mayFail === true,
    });
    if (!isAgreed(agreement)) {
      const { difference, failure } = agreement;
      return { difference, failure, timings: new Map() };
    }
    const samples = await sampleBlocks(slots, agreement, plan, onBlock);
    const timings = slots.map(({ session: { backend, messages }, coldNs }, slot): [string, Timing] => {
      const { repeats, round } = agreement[slot] as Load;
      const operationCount = repeats * messages.length * workload.operationsPerCall;
      const blocksNs = (samples[slot] as readonly number[]).map((ns) => ns / operationCount);
      const gasPerOperation = backend.isMetered ? Number(round.gasUsed) / operationCount : undefined;
      return [backend.name, { blocksNs, gasPerOperation, coldNs }];
    });
    return { difference: undefined, failure: undefined, timings: new Map(timings) };
  } finally {
    for (const { session } of slots) await session.world.close();
  }
}

/** Nanoseconds per batch, by slot and block. */
async function sampleBlocks(
  slots: readonly Slot[],
  loads: readonly Load[],
  plan: BenchPlan,
  onBlock: () => void,
): Promise<readonly (readonly number[])[]> {
  const batches: { readonly batch: TimedBatch; readonly runCount: number }[] = [];
  for (const [slot, { session }] of slots.entries()) {
    const batch = await timedBatch(session, loads[slot] as Load);
    batches.push({ batch, runCount: await warmUp(batch, plan.warmUpNs, plan.sampleNs) });
  }
  const samples = slots.map((): number[] => []);
  for (const order of shuffledBlocks(slots.length, plan.blockCount, plan.seed)) {
    for (const slot of order) {
      const { batch, runCount } = batches[slot] as (typeof batches)[number];
      (samples[slot] as number[]).push(await sampleRuns(batch, runCount));
    }
    onBlock();
  }
  return samples;
}

async function timedBatch({ backend, world, messages }: Session, { repeats, round }: Load): Promise<TimedBatch> {
  const batch = await world.loadBatch(repeated(messages, repeats));
  const before = await world.snapshot();
  return {
    backendName: backend.name,
    expectedChecksum: round.checksum,
    run: () => batch.run(),
    rewind: () => world.restore(before),
  };
}
