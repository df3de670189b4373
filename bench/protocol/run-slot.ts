import type { Backend } from '../../engine/backend.ts';
import { EngineError } from '../../engine/errors.ts';
import { repeated } from '../agree.ts';
import { sampleRuns, type TimedBatch, timeNs, warmUp } from '../sample.ts';
import { openPlannedSession, type Session } from '../session.ts';
import type { SlotJob, SlotResult } from './slot-job.ts';
import { isSteady, steadinessOf } from './steadiness.ts';
import { mainThreadNs } from './thread-time.ts';

/** One machine with one workload ready on it, warmed up. */
export interface OpenSlot {
  /** A block's share. */
  measure(): Promise<SlotResult>;
  close(): Promise<void>;
}

/**
 * Measures one machine on one workload. Meant for a process that has done nothing before.
 *
 * @throws EngineError `internal` if a batch comes to something other than what was agreed.
 */
export async function runSlot(backend: Backend, job: SlotJob): Promise<SlotResult> {
  const slot = await openSlot(backend, job);
  try {
    return await slot.measure();
  } finally {
    await slot.close();
  }
}

/** @throws EngineError `internal` */
export async function openSlot(backend: Backend, job: SlotJob): Promise<OpenSlot> {
  const { plan } = job;
  const session = await openPlannedSession(backend, job.session);
  try {
    const firstCallNs = await timeFirstCall(session);
    const batch = await checkedBatch(session, job);
    const { settleNs, minSampleCount, sampleCount, measureNs } = plan;
    const runCount = await warmUp(batch, plan.warmUpNs, plan.sampleNs);
    const steadiness =
      settleNs === null ? undefined : steadinessOf(await sampleWhile(batch, runCount, isUnsettled(settleNs)));
    const isShort = ({ length }: readonly number[], spentNs: number) =>
      length < minSampleCount || (length < sampleCount && spentNs < measureNs);
    return {
      measure: async () => {
        const threadStart = mainThreadNs();
        const [samplesNs, wallNs] = await timeNs(() => sampleWhile(batch, runCount, isShort));
        const threadEnd = mainThreadNs();
        return {
          opening: session.opening,
          firstCallNs,
          samplesNs,
          steadiness,
          wallNs,
          mainThreadNs: threadStart === undefined || threadEnd === undefined ? undefined : threadEnd - threadStart,
        };
      },
      close: () => session.world.close(),
    };
  } catch (error) {
    await session.world.close();
    throw error;
  }
}

async function timeFirstCall({ world, messages }: Session): Promise<number> {
  const before = await world.snapshot();
  const [, ns] = await timeNs(() => world.callMany(messages.slice(0, 1)));
  await world.restore(before);
  return ns;
}

/** The batch, after one run whose result and state are those agreed on. */
async function checkedBatch({ backend, world, messages }: Session, job: SlotJob): Promise<TimedBatch> {
  const loaded = await world.loadBatch(repeated(messages, job.repeats));
  const before = await world.snapshot();
  const { checksum, gasUsed } = await loaded.run();
  const stateDigest = await world.stateDigest();
  await world.restore(before);
  const isGasAgreed = job.expectedGas === undefined || gasUsed === job.expectedGas;
  if (checksum !== job.expectedChecksum || stateDigest !== job.expectedStateDigest || !isGasAgreed) {
    throw new EngineError('internal', `${backend.name} does not come to what was agreed`);
  }
  return {
    backendName: backend.name,
    expectedChecksum: job.expectedChecksum,
    run: () => loaded.run(),
    rewind: () => world.restore(before),
  };
}

/** Samples as long as `goesOn` says so of them and of the time that they took. */
async function sampleWhile(
  batch: TimedBatch,
  runCount: number,
  goesOn: (samplesNs: readonly number[], spentNs: number) => boolean,
): Promise<readonly number[]> {
  const samplesNs: number[] = [];
  for (let spentNs = 0; goesOn(samplesNs, spentNs); ) {
    const ns = await sampleRuns(batch, runCount);
    samplesNs.push(ns);
    spentNs += ns * runCount;
  }
  return samplesNs;
}

/** Until the machine has settled, or for as long as the plan allows. A few quick samples may look level by chance. */
function isUnsettled(settleNs: number): Parameters<typeof sampleWhile>[2] {
  return (samplesNs, spentNs) =>
    samplesNs.length < 6 || (spentNs < settleNs && !(samplesNs.length >= 20 && isSteady(samplesNs)));
}
