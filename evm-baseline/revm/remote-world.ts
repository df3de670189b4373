import type { Batch, BatchSummary, Program } from '../../engine/backend.ts';
import type { BlockContext, FullCallMessage, FullDeployMessage } from '../../engine/context.ts';
import { EngineError } from '../../engine/errors.ts';
import type { Outcome } from '../../engine/outcome.ts';
import type { StorageEntry } from '../../engine/state/storage-entry.ts';
import type { Deployment, UnguardedWorld } from '../../engine/world-guard.ts';
import { callParts } from '../call-parts.ts';
import { creationData } from '../evm-program.ts';
import { InOrder } from '../in-order.ts';
import { EdrProcess } from './edr-process.ts';

const EMPTY: Uint8Array = new Uint8Array(0);

/** Processes whose worlds were closed, for the next ones: starting one takes longer than most of what worlds are made for. */
const idle: EdrProcess[] = [];
/** A check that repeats itself has two worlds at a time. */
const MAX_IDLE = 2;

/** Gives up the process of a world that nobody closed. */
const abandoned = new FinalizationRegistry((process: EdrProcess) => void release(process));

async function release(process: EdrProcess): Promise<void> {
  // Comes after whatever still runs.
  await process.ask('close').catch(() => {});
  if (process.isLost) return;
  if (idle.length < MAX_IDLE) idle.push(process);
  else await process.end();
}

/** A process with EDR that has no world. */
async function takeProcess(): Promise<EdrProcess> {
  const taken = idle.pop();
  return taken === undefined || taken.isLost ? EdrProcess.start() : taken;
}

/** Gives a process a new world to serve. */
async function open(process: EdrProcess, block: BlockContext): Promise<EdrProcess> {
  try {
    await process.ask('open', block);
    return process;
  } catch (error) {
    await release(process);
    throw error;
  }
}

async function startAndOpen(block: BlockContext): Promise<EdrProcess> {
  return open(await EdrProcess.start(), block);
}

/** @throws EngineError `backend-unavailable` where EDR is not installed. */
export async function checkEdr(): Promise<void> {
  await release(await takeProcess());
}

/**
 * A `RevmWorld` in a process of its own, which a guest may end: then the call in flight and all later ones reject with
 * EngineError `machine-lost`. A batch runs there as a whole, so that what it costs is not the way between the processes.
 */
export class RemoteWorld implements UnguardedWorld {
  /** Undefined once the world is closed: the process may serve another one then. */
  #serving: EdrProcess | undefined;
  readonly #queue = new InOrder();

  private constructor(process: EdrProcess) {
    this.#serving = process;
    abandoned.register(this, process, this);
  }

  static async create(block: BlockContext): Promise<RemoteWorld> {
    const taken = await takeProcess();
    const serving = await open(taken, block).catch((error) => {
      // One that was idle may have ended before anybody here heard of it.
      if (taken.isLost) return startAndOpen(block);
      throw error;
    });
    return new RemoteWorld(serving);
  }

  setBlock(block: BlockContext): Promise<void> {
    return this.#queue.run(async () => this.#process.ask('setBlock', block));
  }

  setBalance(address: Uint8Array, wei: bigint): Promise<void> {
    return this.#queue.run(async () => this.#process.ask('setBalance', address, wei));
  }

  balanceOf(address: Uint8Array): Promise<bigint> {
    return this.#queue.run(async () => this.#process.ask('balanceOf', address));
  }

  deploy(program: Program, message: FullDeployMessage): Promise<Deployment> {
    return this.#queue.run(async () => {
      const initcode = creationData(program, message.input);
      return this.#process.ask('deploy', initcode, { ...message, input: EMPTY });
    });
  }

  call(message: FullCallMessage): Promise<Outcome> {
    return this.#queue.run(async () => this.#process.ask('call', message));
  }

  callMany(messages: readonly FullCallMessage[]): Promise<readonly Outcome[]> {
    return this.#queue.run(async () => {
      const outcomes: Outcome[] = [];
      for (const part of callParts(messages)) outcomes.push(...(await this.#process.ask('callMany', part)));
      return outcomes;
    });
  }

  loadBatch(messages: readonly FullCallMessage[]): Promise<Batch> {
    return this.#queue.run(async () => {
      for (const part of callParts(messages)) await this.#process.ask('addCalls', part);
      const index = await this.#process.ask('loadBatch');
      return { callCount: messages.length, run: () => this.#runBatch(index) };
    });
  }

  storageOf(address: Uint8Array): Promise<readonly StorageEntry[]> {
    return this.#queue.run(async () => this.#process.ask('storageOf', address));
  }

  stateDigest(): Promise<string> {
    return this.#queue.run(async () => this.#process.ask('stateDigest'));
  }

  snapshot(): Promise<number> {
    return this.#queue.run(async () => this.#process.ask('snapshot'));
  }

  restore(snapshot: number): Promise<void> {
    return this.#queue.run(async () => this.#process.ask('restore', snapshot));
  }

  async close(): Promise<void> {
    await this.#queue.run(async () => {
      const serving = this.#serving;
      this.#serving = undefined;
      abandoned.unregister(this);
      if (serving !== undefined) await release(serving);
    });
  }

  get #process(): EdrProcess {
    if (this.#serving === undefined) throw new EngineError('bad-argument', 'the world is closed');
    return this.#serving;
  }

  #runBatch(index: number): Promise<BatchSummary> {
    return this.#queue.run(async () => this.#process.ask('runBatch', index));
  }
}
