import { checkCount, checkOptions } from '../../../engine/argument-checks.ts';
import type { Backend, Batch, ContractCode, Program } from '../../../engine/backend.ts';
import type { BlockContext, FullCallMessage, FullDeployMessage } from '../../../engine/context.ts';
import { EngineError } from '../../../engine/errors.ts';
import type { Outcome } from '../../../engine/outcome.ts';
import type { Schedule } from '../../../engine/schedule.ts';
import { defaultSchedule } from '../../../engine/schedules.ts';
import type { StorageEntry } from '../../../engine/state/storage-entry.ts';
import {
  type Deployment,
  guardBackend,
  type UnguardedBackend,
  type UnguardedWorld,
} from '../../../engine/world-guard.ts';
import { callParts } from '../../../evm-baseline/call-parts.ts';
import { InOrder } from '../../../evm-baseline/in-order.ts';
import { AskedChild, defaultDeadlineMs } from './asked-child.ts';
import { type ChildCommand, ChildLost } from './child-process.ts';
import type { EngineVariant } from './engine-variants.ts';
import { sentAbi } from './guest-abis.ts';
import { nodeCommand } from './node-command.ts';
import type { OpenedMachine, SentCode, WorldRequests } from './world-requests.ts';

export interface ProcessBackendOptions {
  /** Name in the register. */
  readonly machine: string;
  /** Default `machine`. */
  readonly name?: string;
  readonly schedule?: Schedule;
  /** What runs the process; default this Node with this process's flags. */
  readonly engine?: EngineVariant;
  /** How long one request may take. Default ten minutes. */
  readonly deadlineMs?: number;
}

/** Twice as much is the most that a timer takes. */
const MOST_DEADLINE_MS = 2 ** 30 - 1;
/** How long a process stays without a world: starting one takes longer than most of what worlds are made for. */
const IDLE_MS = 1000;

/**
 * A machine of the register in another process, which may run another engine, or this one with other flags. All its worlds
 * are in one process, which ends a second after the last of them is closed, and with this process. A batch runs there as a
 * whole.
 *
 * When the process ends on its own, says what is no answer or misses the deadline, its worlds are lost: what was asked of them
 * and all that follows rejects with EngineError `machine-lost`. The next world is in a new process.
 *
 * @throws EngineError `backend-unavailable` if the process does not start or lacks what the machine needs, `bad-argument` for a
 * machine that is in no row.
 *
 * @example
 * const other = await createProcessBackend({ machine: 'wasm' });
 * const world = await other.createWorld();
 * console.log(other.name, await world.balanceOf(bob)); // wasm 0n
 * await world.close();
 */
export async function createProcessBackend(options: ProcessBackendOptions): Promise<Backend> {
  checkOptions(options, ['machine', 'name', 'schedule', 'engine', 'deadlineMs']);
  const { machine, name = machine, schedule = defaultSchedule, engine, deadlineMs = defaultDeadlineMs } = options;
  checkCount('options.deadlineMs', deadlineMs, 1, MOST_DEADLINE_MS);
  const command = nodeCommand(`the process of ${name}`, new URL('./worlds-program.ts', import.meta.url), engine);
  const host = new WorldHost(command, deadlineMs, machine, schedule);
  const { description, isMetered } = await host.describe();
  const backend: UnguardedBackend = {
    name,
    description: engine === undefined ? description : `${description}; ${engine.description}`,
    isMetered,
    prepare: async (code) => {
      const program = new SentProgram(name, await sentCode(code));
      await host.begin((process) => process.programId(program));
      return program;
    },
    createWorld: (block) => host.begin(async (process) => new SentWorld(process, await process.createWorld(block))),
  };
  return guardBackend(backend, { isSynchronous: false });
}

async function sentCode({ wasm, ...code }: ContractCode): Promise<SentCode> {
  return wasm === undefined ? code : { ...code, wasm: { bytes: wasm.bytes, abi: await sentAbi(wasm.abi) } };
}

class SentProgram implements Program {
  readonly backend: string;
  readonly code: SentCode;

  constructor(backend: string, code: SentCode) {
    this.backend = backend;
    this.code = code;
  }

  get name(): string {
    return this.code.name;
  }
}

/** A process with the machine opened in it, and what is there. */
class WorldProcess {
  readonly #child: AskedChild;
  readonly #programs = new Map<SentProgram, Promise<number>>();
  #worldCount = 0;
  #idle: NodeJS.Timeout | undefined;
  #isEnding = false;
  readonly opened: Promise<OpenedMachine>;

  constructor(command: ChildCommand, deadlineMs: number, machine: string, schedule: Schedule) {
    this.#child = new AskedChild(command, deadlineMs);
    this.opened = this.ask('open', machine, schedule);
  }

  get isUsable(): boolean {
    return !this.#child.isLost && !this.#isEnding;
  }

  get hasWorlds(): boolean {
    return this.#worldCount > 0;
  }

  /** @throws what the process answers, or ChildLost. */
  async ask<M extends keyof WorldRequests>(
    method: M,
    ...args: Parameters<WorldRequests[M]>
  ): Promise<Awaited<ReturnType<WorldRequests[M]>>> {
    clearTimeout(this.#idle);
    try {
      return (await this.#child.ask({ method, args })) as Awaited<ReturnType<WorldRequests[M]>>;
    } finally {
      this.#rest();
    }
  }

  /** Prepares it where that was not done, as in a process that took the place of another. */
  programId(program: SentProgram): Promise<number> {
    const there = this.#programs.get(program) ?? this.ask('prepare', program.code);
    this.#programs.set(program, there);
    return there;
  }

  async createWorld(block: BlockContext): Promise<number> {
    this.#worldCount++;
    try {
      return await this.ask('createWorld', block);
    } catch (error) {
      this.#worldCount--;
      this.#rest();
      throw error;
    }
  }

  async close(world: number): Promise<void> {
    this.#worldCount--;
    // With the process the world is gone as well.
    await this.ask('close', world).catch((error: unknown) => {
      if (!(error instanceof ChildLost)) throw error;
    });
  }

  #rest(): void {
    clearTimeout(this.#idle);
    if (this.#worldCount > 0 || !this.#child.isIdle || !this.isUsable) return;
    this.#idle = setTimeout(() => {
      this.#isEnding = true;
      void this.#child.end();
    }, IDLE_MS).unref();
  }
}

/** The process of the moment. */
class WorldHost {
  readonly #start: () => WorldProcess;
  #process: WorldProcess;

  constructor(...how: ConstructorParameters<typeof WorldProcess>) {
    this.#start = () => new WorldProcess(...how);
    this.#process = this.#start();
  }

  async describe(): Promise<OpenedMachine> {
    try {
      return await this.#process.opened;
    } catch (error) {
      if (!(error instanceof ChildLost)) throw error;
      throw new EngineError('backend-unavailable', error.message, { cause: error });
    }
  }

  /** What begins with a process. One without a world may have ended before anybody here heard of it: then another is started. */
  async begin<T>(work: (process: WorldProcess) => Promise<T>): Promise<T> {
    const process = await this.#usable();
    return work(process).catch(async (error: unknown) => {
      if (!(error instanceof ChildLost) || error.wasEnded || process.hasWorlds) throw error;
      return work(await this.#usable());
    });
  }

  async #usable(): Promise<WorldProcess> {
    if (!this.#process.isUsable) this.#process = this.#start();
    const current = this.#process;
    await current.opened;
    return current;
  }
}

class SentWorld implements UnguardedWorld {
  readonly #process: WorldProcess;
  readonly #id: number;
  /** What takes several messages is not mixed with what else is asked of this world. */
  readonly #queue = new InOrder();

  constructor(process: WorldProcess, id: number) {
    this.#process = process;
    this.#id = id;
  }

  setBlock(block: BlockContext): Promise<void> {
    return this.#queue.run(() => this.#process.ask('setBlock', this.#id, block));
  }

  setBalance(address: Uint8Array, wei: bigint): Promise<void> {
    return this.#queue.run(() => this.#process.ask('setBalance', this.#id, address, wei));
  }

  balanceOf(address: Uint8Array): Promise<bigint> {
    return this.#queue.run(() => this.#process.ask('balanceOf', this.#id, address));
  }

  deploy(program: Program, message: FullDeployMessage): Promise<Deployment> {
    return this.#queue.run(async () => {
      const id = await this.#process.programId(program as SentProgram);
      const { address = message.deployer, outcome } = await this.#process.ask('deploy', this.#id, id, message);
      return { address, outcome };
    });
  }

  call(message: FullCallMessage): Promise<Outcome> {
    return this.#queue.run(() => this.#process.ask('call', this.#id, message));
  }

  callMany(messages: readonly FullCallMessage[]): Promise<readonly Outcome[]> {
    return this.#queue.run(async () => {
      await this.#keep(messages);
      return this.#process.ask('callKept', this.#id);
    });
  }

  loadBatch(messages: readonly FullCallMessage[]): Promise<Batch> {
    return this.#queue.run(async () => {
      await this.#keep(messages);
      const batch = await this.#process.ask('loadKept', this.#id);
      return { callCount: messages.length, run: () => this.#queue.run(() => this.#process.ask('runBatch', batch)) };
    });
  }

  storageOf(address: Uint8Array): Promise<readonly StorageEntry[]> {
    return this.#queue.run(() => this.#process.ask('storageOf', this.#id, address));
  }

  stateDigest(): Promise<string> {
    return this.#queue.run(() => this.#process.ask('stateDigest', this.#id));
  }

  snapshot(): Promise<number> {
    return this.#queue.run(() => this.#process.ask('snapshot', this.#id));
  }

  restore(snapshot: number): Promise<void> {
    return this.#queue.run(() => this.#process.ask('restore', this.#id, snapshot));
  }

  close(): Promise<void> {
    return this.#queue.run(() => this.#process.close(this.#id));
  }

  async #keep(messages: readonly FullCallMessage[]): Promise<void> {
    for (const part of callParts(messages)) await this.#process.ask('keepCalls', this.#id, part);
  }
}
