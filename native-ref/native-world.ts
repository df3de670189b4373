import type { Batch, BatchSummary, Program } from '../engine/backend.ts';
import { concatBytes, EMPTY } from '../engine/bytes.ts';
import type { BlockContext, FullCallMessage, FullDeployMessage } from '../engine/context.ts';
import { EngineError } from '../engine/errors.ts';
import type { Outcome } from '../engine/outcome.ts';
import type { Precompile } from '../engine/precompiles/precompile.ts';
import { MOST_UNMETERED_GAS, runPrecompile } from '../engine/precompiles/run.ts';
import { precompiles } from '../engine/precompiles/table.ts';
import type { Schedule } from '../engine/schedule.ts';
import { type AccountView, digestAccounts } from '../engine/state/digest.ts';
import type { StorageEntry } from '../engine/state/storage-entry.ts';
import type { Deployment, UnguardedWorld } from '../engine/unguarded-backend.ts';
import type { HostAddon, ProgramHandle, WorldHandle } from './host-addon.ts';
import { encodeBlock, encodeMessages, WireReader } from './wire.ts';

const NO_ADDRESS: Uint8Array = new Uint8Array(20);

/** What of a schedule bounds a guest that is not metered. */
export type NativeLimits = Pick<Schedule, 'callDepth' | 'payloadBytes' | 'events'>;

export interface NativeProgram extends Program {
  readonly handle: ProgramHandle;
}

/** A world whose state is a C++ object. A snapshot copies the state, so that calls after it cost what they cost before. */
export class NativeWorld implements UnguardedWorld {
  readonly #addon: HostAddon;
  readonly #handle: WorldHandle;

  constructor(addon: HostAddon, { callDepth, payloadBytes, events }: NativeLimits, block: BlockContext) {
    this.#addon = addon;
    this.#handle = addon.createWorld(callDepth, payloadBytes, events, (number, input) => {
      const result = runPrecompile(precompiles[number - 1] as Precompile, input, MOST_UNMETERED_GAS, payloadBytes);
      if (typeof result === 'number') return Uint8Array.of(result);
      return concatBytes([Uint8Array.of(0), result.output]);
    });
    this.#addon.setBlock(this.#handle, encodeBlock(block));
  }

  async setBlock(block: BlockContext): Promise<void> {
    this.#addon.setBlock(this.#handle, encodeBlock(block));
  }

  async setBalance(address: Uint8Array, wei: bigint): Promise<void> {
    // An address and an amount are the beginning of a message from that address.
    const bytes = encodeMessages([{ caller: NO_ADDRESS, to: address, value: wei, input: EMPTY }]);
    this.#addon.setBalance(this.#handle, bytes.subarray(20));
  }

  async balanceOf(address: Uint8Array): Promise<bigint> {
    return this.#account(address).wei;
  }

  async deploy(program: Program, { deployer, value, input }: FullDeployMessage): Promise<Deployment> {
    const message = encodeMessages([{ caller: deployer, to: NO_ADDRESS, value, input }]);
    const result = new WireReader(this.#addon.deploy(this.#handle, (program as NativeProgram).handle, message));
    return { address: result.take(20), outcome: result.outcome() };
  }

  async call(message: FullCallMessage): Promise<Outcome> {
    return new WireReader(this.#addon.callMany(this.#handle, encodeMessages([message]))).outcome();
  }

  async callMany(messages: readonly FullCallMessage[]): Promise<readonly Outcome[]> {
    const results = new WireReader(this.#addon.callMany(this.#handle, encodeMessages(messages)));
    return messages.map(() => results.outcome());
  }

  /** The host keeps the messages and runs them all in one crossing. */
  async loadBatch(messages: readonly FullCallMessage[]): Promise<Batch> {
    const batch = this.#addon.loadBatch(encodeMessages(messages));
    const run = async (): Promise<BatchSummary> => {
      const counts = new WireReader(this.#addon.runBatch(this.#handle, batch));
      return {
        successCount: counts.u32(),
        revertCount: counts.u32(),
        trapCount: counts.u32(),
        gasUsed: 0n,
        checksum: counts.u32(),
      };
    };
    return { callCount: messages.length, run };
  }

  async storageOf(address: Uint8Array): Promise<readonly StorageEntry[]> {
    return this.#account(address).storage;
  }

  async stateDigest(): Promise<string> {
    const bytes = new WireReader(this.#addon.readState(this.#handle, EMPTY));
    const accounts: AccountView[] = [];
    while (!bytes.isAtEnd) accounts.push(bytes.account());
    return digestAccounts(accounts);
  }

  async snapshot(): Promise<number> {
    return this.#addon.snapshot(this.#handle);
  }

  async restore(snapshot: number): Promise<void> {
    if (snapshot >= 2 ** 32 || !this.#addon.restore(this.#handle, snapshot)) {
      throw new EngineError('bad-argument', `there is no snapshot ${snapshot}`);
    }
  }

  async close(): Promise<void> {
    this.#addon.closeWorld(this.#handle);
  }

  #account(address: Uint8Array): AccountView {
    return new WireReader(this.#addon.readState(this.#handle, address)).account();
  }
}
