import type { Batch, Program } from '../engine/backend.ts';
import type { BlockContext, FullCallMessage, FullDeployMessage } from '../engine/context.ts';
import type { Outcome } from '../engine/outcome.ts';
import type { StorageEntry } from '../engine/state/storage-entry.ts';
import type { Deployment, UnguardedWorld } from '../engine/unguarded-backend.ts';
import { callParts } from './call-parts.ts';
import type { SentProgram, WorldProcess } from './world-process.ts';

/** A world in another process. It is asked for one thing after another: some take several messages. A batch runs there as a whole. */
export class SentWorld implements UnguardedWorld {
  readonly #process: WorldProcess;
  readonly #id: number;
  readonly close: () => Promise<void>;

  /** @param close What is done to close it, if more than that. */
  constructor(process: WorldProcess, id: number, close: () => Promise<void> = () => process.close(id)) {
    this.#process = process;
    this.#id = id;
    this.close = close;
  }

  setBlock(block: BlockContext): Promise<void> {
    return this.#process.ask('setBlock', this.#id, block);
  }

  setBalance(address: Uint8Array, wei: bigint): Promise<void> {
    return this.#process.ask('setBalance', this.#id, address, wei);
  }

  balanceOf(address: Uint8Array): Promise<bigint> {
    return this.#process.ask('balanceOf', this.#id, address);
  }

  async deploy(program: Program, message: FullDeployMessage): Promise<Deployment> {
    const id = await this.#process.programId(program as SentProgram);
    const { address = message.deployer, outcome } = await this.#process.ask('deploy', this.#id, id, message);
    return { address, outcome };
  }

  call(message: FullCallMessage): Promise<Outcome> {
    return this.#process.ask('call', this.#id, message);
  }

  async callMany(messages: readonly FullCallMessage[]): Promise<readonly Outcome[]> {
    await this.#keep(messages);
    return this.#process.ask('callKept', this.#id);
  }

  async loadBatch(messages: readonly FullCallMessage[]): Promise<Batch> {
    await this.#keep(messages);
    const batch = await this.#process.ask('loadKept', this.#id);
    return { callCount: messages.length, run: () => this.#process.ask('runBatch', batch) };
  }

  storageOf(address: Uint8Array): Promise<readonly StorageEntry[]> {
    return this.#process.ask('storageOf', this.#id, address);
  }

  stateDigest(): Promise<string> {
    return this.#process.ask('stateDigest', this.#id);
  }

  snapshot(): Promise<number> {
    return this.#process.ask('snapshot', this.#id);
  }

  restore(snapshot: number): Promise<void> {
    return this.#process.ask('restore', this.#id, snapshot);
  }

  async #keep(messages: readonly FullCallMessage[]): Promise<void> {
    for (const part of callParts(messages)) await this.#process.ask('keepCalls', this.#id, part);
  }
}
