import type { Backend } from '../../engine/backend.ts';
import { EngineError } from '../../engine/errors.ts';
import { moduleCache } from '../../engine/wasm/module-cache.ts';
import type { SessionPlan } from '../session-plan.ts';
import type { Launcher } from './block.ts';
import { type OpenSlot, openSlot } from './run-slot.ts';
import type { PhaseResult, SlotJob, SlotResult } from './slot-job.ts';

/**
 * Runs jobs in this process. What a job has made ready serves its later blocks, until one of another workload comes.
 *
 * @example
 * const launcher = new OwnProcess([backend, createReferenceBackend()]);
 * const { workloads } = await runProtocol({ ...options, launcher });
 * await launcher.close();
 * console.log(workloads.length); // 1
 */
export class OwnProcess implements Launcher {
  readonly #backends: ReadonlyMap<string, Backend>;
  readonly #open = new Map<SlotJob, OpenSlot>();
  #workload: SessionPlan | undefined;

  constructor(backends: readonly Backend[]) {
    this.#backends = new Map(backends.map((backend) => [backend.name, backend]));
  }

  async slot(job: SlotJob): Promise<SlotResult> {
    if (job.session !== this.#workload) await this.close();
    this.#workload = job.session;
    const slot = this.#open.get(job) ?? (await this.#openSlot(job));
    this.#open.set(job, slot);
    // A block is over too soon for the processor time of a thread to tell who else had the processor.
    return { ...(await slot.measure()), mainThreadNs: undefined };
  }

  async phases(): Promise<PhaseResult> {
    throw new EngineError('internal', 'a process that has compiled before tells nothing of how a module is loaded');
  }

  /** Ends what is still ready. */
  async close(): Promise<void> {
    const slots = [...this.#open.values()];
    this.#open.clear();
    for (const slot of slots) await slot.close();
  }

  #openSlot(job: SlotJob): Promise<OpenSlot> {
    const backend = this.#backends.get(job.machine);
    if (backend === undefined) throw new EngineError('internal', `there is no machine ${job.machine} in this process`);
    // Not what another machine, or the other copy, has compiled.
    moduleCache.clear();
    return openSlot(backend, job);
  }
}
