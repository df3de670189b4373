import type { ContractCase, Workload } from '../contracts/contract-case.ts';
import { InputRejected } from '../contracts/input-rejected.ts';
import type { Backend } from '../engine/backend.ts';
import { moduleCache } from '../engine/wasm/module-cache.ts';
import { type Evidence, findDifference, type Round, runRound } from './gate.ts';
import { type BenchPlan, shuffledBlocks } from './plan.ts';
import { sampleRuns, type TimedBatch, timeNs, warmUp } from './sample.ts';
import { openSession, type Session } from './session.ts';

/** Bounds the memory that a batch takes. */
const MAX_BATCH_CALLS = 4096;
/** Bounds how long a slow subject is kept busy by a fast machine's batch. */
const MAX_SUBJECT_NS = 200e6;

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
  /** By backend name, in the order in which the backends were given. */
  readonly timings: ReadonlyMap<string, Timing>;
}

/** One machine with the workload ready on it. */
interface Slot {
  readonly session: Session;
  readonly coldNs: number;
}

/** The batch that a machine is timed on. */
interface Load {
  readonly repeats: number;
  readonly round: Round;
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
    const agreement = await agreeOnLoads(slots, compared.length, plan.batchNs);
    if (typeof agreement === 'string') return { difference: agreement, timings: new Map() };
    checkSetup(`${contract.id}/${workload.id}`, slots);
    const samples = await sampleBlocks(slots, agreement, plan, onBlock);
    const timings = slots.map(({ session: { backend, messages }, coldNs }, slot): [string, Timing] => {
      const { repeats, round } = agreement[slot] as Load;
      const operationCount = repeats * messages.length * workload.operationsPerCall;
      const blocksNs = (samples[slot] as readonly number[]).map((ns) => ns / operationCount);
      const gasPerOperation = backend.isMetered ? Number(round.gasUsed) / operationCount : undefined;
      return [backend.name, { blocksNs, gasPerOperation, coldNs }];
    });
    return { difference: undefined, timings: new Map(timings) };
  } finally {
    for (const { session } of slots) await session.world.close();
  }
}

/** Each machine's batch, with what it has to come to; or, in words, where two machines differ. */
async function agreeOnLoads(
  slots: readonly Slot[],
  comparedCount: number,
  batchNs: number,
): Promise<readonly Load[] | string> {
  const once: Round[] = [];
  for (const { session } of slots) once.push(await runRound(session, session.messages));
  const difference = findDifference(
    slots.slice(0, comparedCount).map(({ session }, slot) => evidence(session, once[slot] as Round)),
  );
  if (difference !== undefined) return difference;

  const subject = (slots[0] as Slot).session;
  const subjectNs = (once[0] as Round).durationNs;
  const loads: Load[] = [];
  for (const [slot, { session }] of slots.entries()) {
    const wanted = batchNs / (once[slot] as Round).durationNs;
    const bound = Math.min(MAX_BATCH_CALLS / session.messages.length, MAX_SUBJECT_NS / subjectNs);
    const repeats = Math.max(1, Math.floor(Math.min(wanted, bound)));
    const round = await runRound(session, repeated(session.messages, repeats));
    if (slot > 0 && slot < comparedCount) {
      const subjectRound = await runRound(subject, repeated(subject.messages, repeats));
      const longer = findDifference([evidence(subject, subjectRound), evidence(session, round)]);
      if (longer !== undefined) return longer;
    }
    loads.push({ repeats, round });
  }
  return loads;
}

function evidence({ backend, setupOutcomes }: Session, round: Round): Evidence {
  return { backendName: backend.name, setupOutcomes, round };
}

/** Machines may agree that a set-up fails, but what would then be timed is not the workload. */
function checkSetup(label: string, slots: readonly Slot[]): void {
  const failed = slots[0]?.session.setupOutcomes.findIndex(({ status }) => status !== 'success') ?? -1;
  if (failed === 0) throw new InputRejected(label, 'the constructor fails');
  if (failed > 0) throw new InputRejected(label, `set-up call ${failed} fails`);
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

function repeated<T>(items: readonly T[], times: number): readonly T[] {
  return Array.from({ length: times }, () => items).flat();
}
