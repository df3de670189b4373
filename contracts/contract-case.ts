import type { Abi } from 'ox';

/**
 * An argument as written in a manifest, a replay file or on the command line. Integers are decimal or 0x strings (or
 * JSON numbers when safe), bytes are 0x strings, addresses are 0x strings or an account name (`accounts.ts`), arrays
 * and tuples are JSON arrays.
 */
export type ArgumentText = string | number | boolean | readonly ArgumentText[];

/** One call, readable by people: what manifests and replay files are made of. */
export interface CallText {
  /** Method name, or its full signature where the name is overloaded. */
  readonly method: string;
  readonly args: readonly ArgumentText[];
  /** Account name or 0x address; `alice` if absent. */
  readonly caller?: string;
  /** Wei, decimal; 0 if absent. */
  readonly value?: string;
}

/** What a benchmark times: after `setup`, `calls` in order, again and again. */
export interface Workload {
  readonly id: string;
  /** What one operation is, in the singular: `transfer`, `hash of 64 bytes`. */
  readonly operation: string;
  readonly operationsPerCall: number;
  readonly setup: readonly CallText[];
  readonly calls: readonly CallText[];
}

/** One contract in all its forms, read from a folder (format: docs/contracts.md) with its artifact hashes checked. */
export interface ContractCase {
  /** Folder name, lower case with dashes. */
  readonly id: string;
  /** One sentence. */
  readonly summary: string;
  readonly directory: string;
  /** Solidity ABI, the call encoding of all three machines. */
  readonly abi: Abi.Abi;
  readonly constructorArgs: readonly ArgumentText[];
  readonly workloads: readonly Workload[];
  readonly wasm: Uint8Array;
  /** EVM creation code without constructor arguments. */
  readonly evmInitcode: Uint8Array;
  /** Absolute path of the C++ source. */
  readonly nativeSource: string;
}
