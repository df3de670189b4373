import type { Abi } from 'ox';
import type { WasmPorts } from './port-language.ts';

/**
 * An argument as written in a manifest, a replay file or on the command line. Integers are decimal or 0x strings (or
 * JSON numbers when safe), bytes are 0x strings, addresses are 0x strings or an account name (`accounts.ts`), arrays
 * and tuples are JSON arrays.
 */
export type ArgumentText = string | number | boolean | readonly ArgumentText[];

/**
 * The block that a call and all after it run in, where it is not the one before: decimal, less than 2^64, as it is to be
 * or, with a plus sign, by how much it moves on.
 */
export interface BlockText {
  /** Seconds: `+3600`, or `1700003600`. */
  readonly time?: string;
  readonly number?: string;
}

interface CallSettings {
  /** Name of the companion that is called; the contract itself if absent. */
  readonly to?: string;
  /** Account name or 0x address; `alice` if absent. */
  readonly caller?: string;
  /** Wei, decimal; 0 if absent. */
  readonly value?: string;
  readonly block?: BlockText;
}

/** A call of a method. */
export interface MethodCallText extends CallSettings {
  /** Method name, or its full signature where the name is overloaded. */
  readonly method: string;
  readonly args: readonly ArgumentText[];
  readonly data?: undefined;
}

/** A call with whatever data, which no method need take. */
export interface RawCallText extends CallSettings {
  /** 0x and lower-case hex, at most 128 KiB. `0x` with a value is a plain transfer. */
  readonly data: string;
  readonly method?: undefined;
  readonly args?: undefined;
}

/** One call, readable by people: what manifests and replay files are made of. */
export type CallText = MethodCallText | RawCallText;

/**
 * From the cost of a call with a little work in it to one where the call itself does not show.
 *
 * @example
 * console.log(workloadSizes.join()); // small,typical,large
 */
export const workloadSizes = ['small', 'typical', 'large'] as const;
export type WorkloadSize = (typeof workloadSizes)[number];

/** What a benchmark times: after `setup`, `calls` in order, again and again. */
export interface Workload {
  readonly id: string;
  readonly size: WorkloadSize;
  /** What one operation is, in the singular: `transfer`, `hash of 64 bytes`. */
  readonly operation: string;
  readonly operationsPerCall: number;
  readonly setup: readonly CallText[];
  readonly calls: readonly CallText[];
  /** Whether it is failing that is to be timed. If not, a workload with a call that fails is not timed at all. */
  readonly mayFail?: boolean;
}

/** Another case's contract, deployed before the one that needs it. */
export interface Companion {
  /** What calls and arguments of the case know it by. */
  readonly name: string;
  readonly contract: ContractCase;
  readonly constructorArgs: readonly ArgumentText[];
}

/** One contract whose calls are encoded as Solidity does, in the forms that there are of it. */
export interface ContractCase {
  /** Name of the folder or, in lower case with dashes, of the contract. */
  readonly id: string;
  /** One sentence; empty where nobody wrote one. */
  readonly summary: string;
  /** Absolute path of the folder or file that it was read from, and of the first where there were several. */
  readonly path: string;
  /** Solidity ABI, the call encoding of all machines. */
  readonly abi: Abi.Abi;
  readonly constructorArgs: readonly ArgumentText[];
  /** In the order in which they are deployed. */
  readonly companions: readonly Companion[];
  /** Calls that every random sequence begins with. Default none. */
  readonly setup?: readonly CallText[];
  readonly workloads: readonly Workload[];
  /** Calls that reach what random arguments would not: sampled, and changed a little, among the random ones. */
  readonly examples: readonly CallText[];
  readonly wasm: Uint8Array | undefined;
  /** How the module's constructor is entered, where it is not by an export `user_constructor`: as the Rust SDK has it. */
  readonly wasmAbi?: 'stylus-sdk' | undefined;
  readonly wasmPorts: WasmPorts;
  /** EVM creation code without constructor arguments. */
  readonly evmInitcode: Uint8Array | undefined;
  /** Absolute path of the C++ source. */
  readonly nativeSource: string | undefined;
}

/** A case that has all three forms, as those do that come with this package. */
export interface CompleteCase extends ContractCase {
  readonly wasm: Uint8Array;
  readonly evmInitcode: Uint8Array;
  readonly nativeSource: string;
}
