import { createHash } from 'node:crypto';
import type { BatchSummary } from '../../engine/backend.ts';
import { equalBytes } from '../../engine/bytes.ts';
import type { CallMessage } from '../../engine/context.ts';
import { EngineError } from '../../engine/errors.ts';
import { guestBackend } from '../../engine/guest-backend.ts';
import type { Schedule } from '../../engine/schedule.ts';
import { schedules } from '../../engine/schedules.ts';
import { KernelState } from '../../engine/state/kernel-state.ts';
import { wasmMachine } from '../../engine/wasm/wasm-machine.ts';
import { repeated } from '../agree.ts';
import type { SlotJob } from '../protocol/slot-job.ts';
import { openPlannedSession } from '../session.ts';

/** A kernel that stands before a batch, as bytes: another engine that starts with them can run it. */
export interface KernelImage {
  readonly schedule: Schedule;
  /** The contract that all calls go to, as it was before instrumentation. */
  readonly wasm: Uint8Array;
  /** The kernel's memory, up to the last word that is not zero; a multiple of 8 bytes. */
  readonly memory: Uint8Array;
  readonly memoryPages: number;
  readonly callCount: number;
  /** What the batch comes to here. */
  readonly summary: BatchSummary;
}

const PAGE_BYTES = 65_536;

/**
 * Deploys and sets up in this process, and takes the kernel's memory at the point where the batch is loaded, the digest is up
 * to date and nothing has run.
 *
 * @throws EngineError `no-code` for what needs JavaScript between the calls: value that moves, calls to several contracts,
 * traps; `internal` if the batch does not come to what was agreed here either.
 */
export async function kernelImage(job: SlotJob): Promise<KernelImage> {
  const schedule = schedules.find(({ id }) => id === job.scheduleId);
  if (schedule === undefined) throw new EngineError('bad-argument', `there is no schedule ${job.scheduleId}`);
  const to = soleReceiver(job.session.messages);
  const state = new KernelState(schedule);
  const machine = wasmMachine('wasm', { strategy: 'default', reusesInstances: true, usesKernel: true });
  const backend = guestBackend(machine, schedule, () => state);
  const { world, messages } = await openPlannedSession(backend, job.session);
  try {
    const calls = repeated(messages, job.repeats);
    const batch = await world.loadBatch(calls);
    const before = await world.snapshot();
    const summary = await batch.run();
    const stateDigest = await world.stateDigest();
    await world.restore(before);
    // Once more, so that the other engine has to find all that the batch changes.
    await world.stateDigest();
    if (summary.checksum !== job.expectedChecksum || stateDigest !== job.expectedStateDigest) {
      throw new EngineError('internal', 'the batch does not come to what was agreed, before it goes to another engine');
    }
    if (summary.trapCount > 0) throw new EngineError('no-code', 'calls that trap are run again by JavaScript');
    const { codeHash } = state.account(to);
    const contract = job.session.deployments.find(
      ({ wasm }) => wasm !== undefined && createHash('sha256').update(wasm).digest('hex') === codeHash,
    );
    if (contract?.wasm === undefined) throw new EngineError('no-code', 'the calls go to an account without code');
    const bytes = state.kernel.bytes();
    return {
      schedule,
      wasm: contract.wasm,
      memory: withoutTail(bytes),
      memoryPages: bytes.length / PAGE_BYTES,
      callCount: calls.length,
      summary,
    };
  } finally {
    await world.close();
  }
}

function soleReceiver(messages: readonly CallMessage[]): Uint8Array {
  const [first, ...others] = messages;
  if (first === undefined) throw new EngineError('bad-argument', 'there are no calls');
  if (others.some(({ to }) => !equalBytes(to, first.to))) {
    throw new EngineError('no-code', 'calls to several contracts change instances by JavaScript');
  }
  if (messages.some(({ value = 0n }) => value > 0n)) throw new EngineError('no-code', 'JavaScript moves value');
  return first.to;
}

/** A copy without the zeros at the end. */
function withoutTail(bytes: Uint8Array): Uint8Array {
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0) end--;
  return bytes.slice(0, (end + 7) & ~7);
}
