import type { BlockContext } from '../engine/context.ts';
import { EngineError } from '../engine/errors.ts';
import type { UnguardedWorld } from '../engine/unguarded-backend.ts';
import { ChildLost } from './child-process.ts';
import { sentWorld } from './sent-world.ts';
import { type SentProgram, WorldProcess, type WorldProcessOptions } from './world-process.ts';
import type { OpenedMachine } from './world-requests.ts';

export interface WorldHostOptions extends WorldProcessOptions {
  /** In one process. Default: all of them. */
  readonly mostWorlds?: number;
}

/** Processes without a world that are kept for the next ones: a check that repeats itself has two worlds at a time. */
const MOST_IDLE = 2;

/** Gives up worlds that nobody closed. */
const abandoned = new FinalizationRegistry<() => Promise<void>>((close) => void close().catch(() => {}));

/** The processes of one machine. They are started when they are needed. */
export class WorldHost {
  readonly #options: WorldProcessOptions;
  readonly #mostWorlds: number;
  #processes: WorldProcess[] = [];

  constructor({ mostWorlds = Number.POSITIVE_INFINITY, ...options }: WorldHostOptions) {
    this.#options = options;
    this.#mostWorlds = mostWorlds;
  }

  /** @throws EngineError `backend-unavailable` where the process does not start, and what opening the machine throws. */
  async describe(): Promise<OpenedMachine> {
    const process = this.#processWithRoom();
    try {
      return await process.opened;
    } catch (error) {
      await process.end();
      if (!(error instanceof ChildLost)) throw error;
      throw new EngineError('backend-unavailable', error.message, { cause: error });
    }
  }

  /** Shows that the machine takes a program, which other processes prepare when they need it. */
  async prepare(program: SentProgram): Promise<void> {
    await this.#begin((process) => process.programId(program));
  }

  async createWorld(block: BlockContext): Promise<UnguardedWorld> {
    const [process, id] = await this.#begin(async (process) => [process, await process.createWorld(block)] as const);
    const close = async (): Promise<void> => {
      await process.close(id);
      await this.#endIdle();
    };
    const world = sentWorld(process, id, async () => {
      abandoned.unregister(close);
      await close();
    });
    abandoned.register(world, close, close);
    return world;
  }

  /** What begins with a process. One without a world may have ended before anybody here heard of it: then another is taken. */
  async #begin<T>(work: (process: WorldProcess) => Promise<T>): Promise<T> {
    const process = this.#processWithRoom();
    return work(process).catch((error: unknown) => {
      if (!(error instanceof ChildLost) || error.wasEnded || process.worldCount > 0) throw error;
      return work(this.#processWithRoom());
    });
  }

  #processWithRoom(): WorldProcess {
    this.#processes = this.#processes.filter(({ isUsable }) => isUsable);
    const found = this.#processes.find(({ worldCount }) => worldCount < this.#mostWorlds);
    if (found !== undefined) return found;
    const started = new WorldProcess(this.#options);
    this.#processes.push(started);
    return started;
  }

  async #endIdle(): Promise<void> {
    const idle = this.#processes.filter(({ isUsable, worldCount }) => isUsable && worldCount === 0);
    for (const process of idle.slice(MOST_IDLE)) await process.end();
  }
}
