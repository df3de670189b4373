import type { Backend, BatchSummary, ContractCode } from '../engine/backend.ts';
import type { BlockContext, FullCallMessage, FullDeployMessage } from '../engine/context.ts';
import type { Outcome } from '../engine/outcome.ts';
import type { Recording, RecordOptions } from '../engine/recording.ts';
import type { UnguardedWorld } from '../engine/unguarded-backend.ts';
import type { HostFacts } from './host-facts.ts';

/** A contract without what cannot be sent: its guest ABI by name. */
export interface SentCode extends Omit<ContractCode, 'wasm'> {
  readonly wasm?: { readonly bytes: Uint8Array; readonly abi: string } | undefined;
}

/** An address need not be there where nothing was deployed. */
export interface SentDeployment {
  readonly address: Uint8Array | undefined;
  readonly outcome: Outcome;
  readonly hasCode?: boolean | undefined;
}

export interface OpenedMachine extends Pick<Backend, 'description' | 'isMetered'> {
  readonly host: HostFacts;
}

/** What a world in a process is asked for as it is asked for in this one. */
export const plainMethods = [
  'setBlock',
  'setBalance',
  'balanceOf',
  'call',
  'storageOf',
  'stateDigest',
  'snapshot',
  'restore',
] as const;
export type PlainMethod = (typeof plainMethods)[number];

export type PlainRequests = {
  [M in PlainMethod]: (world: number, ...args: Parameters<UnguardedWorld[M]>) => ReturnType<UnguardedWorld[M]>;
};

/** What a process with a machine in it can be asked for. Programs, worlds and batches go by the numbers that it gives them. */
export interface WorldRequests extends PlainRequests {
  /** The next deployment or call. @throws EngineError `bad-argument` where the machine cannot. */
  record(world: number, options: RecordOptions): Promise<void>;
  takeRecording(world: number): Promise<Recording>;
  /** Comes first, and once. */
  open(machine: unknown): Promise<OpenedMachine>;
  prepare(code: SentCode): Promise<number>;
  createWorld(block: BlockContext): Promise<number>;
  deploy(world: number, program: number, message: FullDeployMessage): Promise<SentDeployment>;
  /** Keeps calls for `callKept` or `loadKept`, so that no message has to hold them all. */
  keepCalls(world: number, messages: readonly FullCallMessage[]): Promise<void>;
  callKept(world: number): Promise<readonly Outcome[]>;
  loadKept(world: number): Promise<number>;
  runBatch(batch: number): Promise<BatchSummary>;
  /** @param forgetsPrograms With the last world, after which whoever asks knows of none either. */
  close(world: number, forgetsPrograms: boolean): Promise<void>;
}

export interface WorldRequest {
  readonly method: keyof WorldRequests;
  readonly args: readonly unknown[];
}
