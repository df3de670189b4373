import type { GuestAbi } from './abi/guest-abi.ts';
import type { BlockContext, CallMessage, DeployMessage } from './context.ts';
import type { Outcome, Revert, Success, Trap } from './outcome.ts';
import type { StorageEntry } from './state/storage-entry.ts';

/** One contract, in the form each machine needs. A backend takes the part it runs and ignores the rest. */
export interface ContractCode {
  readonly name: string;
  /** A WebAssembly module and the guest ABI it is written against. `ports` are modules of the same contract by language. */
  readonly wasm?:
    | {
        readonly bytes: Uint8Array;
        readonly abi: GuestAbi;
        readonly ports?: Readonly<Record<string, Uint8Array>> | undefined;
      }
    | undefined;
  /** EVM creation code, without constructor arguments. */
  readonly evm?: { readonly initcode: Uint8Array } | undefined;
  /** Path of the C++ source that the native compiler builds. */
  readonly native?: { readonly sourceFile: string } | undefined;
}

/** Code made ready by one backend (instrumented and compiled, or built and loaded). Holds no state. */
export interface Program {
  readonly backend: string;
  readonly name: string;
}

/** What became of a constructor. Only what is there has an address: CREATE's, of 20 bytes, from the deployer and its nonce. */
export type DeployResult =
  | { readonly address: Uint8Array; readonly outcome: Success }
  | { readonly address: undefined; readonly outcome: Revert | Trap };

/** What a batch did, small enough that reading it costs nothing beside running it. */
export interface BatchSummary {
  readonly successCount: number;
  readonly revertCount: number;
  readonly trapCount: number;
  readonly gasUsed: bigint;
  /** FNV-1a (32 bit) over, per call: one status byte (0 success, 1 revert, 2 trap), then the output bytes. */
  readonly checksum: number;
}

/** Calls held in the machine's own form, for replays and benchmarks. Running it again continues from the state it left. */
export interface Batch {
  readonly callCount: number;
  run(): Promise<BatchSummary>;
}

/**
 * One machine's chain state: accounts, balances, code, storage. Every method that runs guest code is atomic: unless the
 * outcome is a success, storage, balances and events are as before.
 *
 * Bad usage throws `EngineError` before anything runs: `bad-argument` for a value of the wrong type or out of range, for call data
 * of more than 128 KiB and after `close`, `wrong-backend` for a program that another backend object prepared, `host-stack` if so
 * little native stack is left that a call could not be ended. Arguments are copied, so that they may be changed afterwards.
 */
export interface World {
  setBlock(block: BlockContext): Promise<void>;
  setBalance(address: Uint8Array, wei: bigint): Promise<void>;
  balanceOf(address: Uint8Array): Promise<bigint>;
  deploy(program: Program, message: DeployMessage): Promise<DeployResult>;
  call(message: CallMessage): Promise<Outcome>;
  /** Outcomes are those of `call` one after another. */
  callMany(messages: readonly CallMessage[]): Promise<readonly Outcome[]>;
  loadBatch(messages: readonly CallMessage[]): Promise<Batch>;
  /** Slots other than zero, in byte order of their keys. */
  storageOf(address: Uint8Array): Promise<readonly StorageEntry[]>;
  /** Digest (hex) of balances and storage of all accounts, the same on every machine; see `state/digest.ts`. */
  stateDigest(): Promise<string>;
  snapshot(): Promise<number>;
  /** Back to the snapshot, which stays usable; later snapshots are dropped. */
  restore(snapshot: number): Promise<void>;
  close(): Promise<void>;
}

/** A machine that runs contracts, with its phases kept apart: prepare (compile), deploy (instantiate), call. */
export interface Backend {
  /** Short and stable: `wasm`, `wasm-unmetered`, `wasm-rust`, `reference`, `evm`, `revm`, `native`, `noop`. */
  readonly name: string;
  /** One line for reports: versions, schedule, compiler and flags. */
  readonly description: string;
  /** Whether `gasUsed` means anything here. */
  readonly isMetered: boolean;
  /** @throws EngineError `no-code` if the contract has no part for this machine; ModuleRejected for a refused module. */
  prepare(code: ContractCode): Promise<Program>;
  createWorld(block?: BlockContext): Promise<World>;
}
