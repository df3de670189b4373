import type { BatchSummary, ContractCode } from '../engine/backend.ts';
import type { BlockContext, FullCallMessage, FullDeployMessage } from '../engine/context.ts';
import type { Outcome } from '../engine/outcome.ts';
import type { StorageEntry } from '../engine/state/storage-entry.ts';

/** A contract without what cannot be sent: its guest ABI by name. */
export interface SentCode extends Omit<ContractCode, 'wasm'> {
  readonly wasm?: { readonly bytes: Uint8Array; readonly abi: string } | undefined;
}

/** An address need not be there where nothing was deployed. */
export interface SentDeployment {
  readonly address: Uint8Array | undefined;
  readonly outcome: Outcome;
}

export interface OpenedMachine {
  readonly description: string;
  readonly isMetered: boolean;
}

/** What a process with a machine in it can be asked for. Programs, worlds and batches go by the numbers that it gives them. */
export interface WorldRequests {
  /** Comes first, and once. */
  open(machine: unknown): Promise<OpenedMachine>;
  prepare(code: SentCode): Promise<number>;
  createWorld(block: BlockContext): Promise<number>;
  setBlock(world: number, block: BlockContext): Promise<void>;
  setBalance(world: number, address: Uint8Array, wei: bigint): Promise<void>;
  balanceOf(world: number, address: Uint8Array): Promise<bigint>;
  deploy(world: number, program: number, message: FullDeployMessage): Promise<SentDeployment>;
  call(world: number, message: FullCallMessage): Promise<Outcome>;
  /** Keeps calls for `callKept` or `loadKept`, so that no message has to hold them all. */
  keepCalls(world: number, messages: readonly FullCallMessage[]): Promise<void>;
  callKept(world: number): Promise<readonly Outcome[]>;
  loadKept(world: number): Promise<number>;
  runBatch(batch: number): Promise<BatchSummary>;
  storageOf(world: number, address: Uint8Array): Promise<readonly StorageEntry[]>;
  stateDigest(world: number): Promise<string>;
  snapshot(world: number): Promise<number>;
  restore(world: number, snapshot: number): Promise<void>;
  /** With the last world all programs are forgotten. */
  close(world: number): Promise<void>;
}

export interface WorldRequest {
  readonly method: keyof WorldRequests;
  readonly args: readonly unknown[];
}
