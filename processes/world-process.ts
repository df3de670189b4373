import type { ContractCode, Program } from '../engine/backend.ts';
import type { BlockContext } from '../engine/context.ts';
import { AskedChild } from './asked-child.ts';
import { type ChildCommand, ChildLost } from './child-process.ts';
import type { ThreadCommand } from './child-thread.ts';
import { sentAbi } from './guest-abis.ts';
import type { OpenedMachine, SentCode, WorldRequests } from './world-requests.ts';

/** A program that each process prepares when it is first asked for it. */
export interface SentProgram extends Program {
  readonly code: SentCode;
}

/** @throws EngineError `no-code` for a guest ABI that is not ours. */
export async function sentProgram(backend: string, { wasm, ...code }: ContractCode): Promise<SentProgram> {
  const sent = wasm && { bytes: wasm.bytes, abi: await sentAbi(wasm.abi) };
  return { backend, name: code.name, code: { ...code, wasm: sent } };
}

export interface WorldProcessOptions {
  readonly command: ChildCommand | ThreadCommand;
  /** Which machine is opened there, in the terms of the program (`serveWorlds`). */
  readonly machine: unknown;
  /** How long one request may take. */
  readonly deadlineMs: number;
  /** How long it stays without a world; for ever if that is not said. */
  readonly idleMs?: number;
}

/** A process with a machine opened in it, and what is there. It never keeps this one alive while it is not asked anything. */
export class WorldProcess {
  readonly #child: AskedChild;
  readonly #idleMs: number | undefined;
  #programs = new WeakMap<SentProgram, Promise<number>>();
  #worldCount = 0;
  #idle: NodeJS.Timeout | undefined;
  #isEnding = false;
  readonly opened: Promise<OpenedMachine>;

  constructor({ command, machine, deadlineMs, idleMs }: WorldProcessOptions) {
    this.#child = new AskedChild(command, deadlineMs);
    this.#idleMs = idleMs;
    this.opened = this.ask('open', machine);
  }

  get isUsable(): boolean {
    return !this.#child.isLost && !this.#isEnding;
  }

  /** Those that are being made count. */
  get worldCount(): number {
    return this.#worldCount;
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
  async programId(program: SentProgram): Promise<number> {
    await this.opened;
    const there = this.#programs.get(program) ?? this.ask('prepare', program.code);
    this.#programs.set(program, there);
    return there;
  }

  async createWorld(block: BlockContext): Promise<number> {
    this.#worldCount++;
    try {
      await this.opened;
      return await this.ask('createWorld', block);
    } catch (error) {
      this.#worldCount--;
      this.#rest();
      throw error;
    }
  }

  async close(world: number): Promise<void> {
    this.#worldCount--;
    const isLast = this.#worldCount === 0;
    if (isLast) this.#programs = new WeakMap();
    // With the process the world is gone as well.
    await this.ask('close', world, isLast).catch((error: unknown) => {
      if (!(error instanceof ChildLost)) throw error;
    });
  }

  /** Ends it, and waits until it is gone. */
  async end(): Promise<void> {
    this.#isEnding = true;
    await this.#child.end();
  }

  #rest(): void {
    clearTimeout(this.#idle);
    if (this.#idleMs === undefined || this.#worldCount > 0 || !this.#child.isIdle || !this.isUsable) return;
    this.#idle = setTimeout(() => void this.end(), this.#idleMs).unref();
  }
}
