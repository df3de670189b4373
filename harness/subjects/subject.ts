import type { ContractCase } from '../../contracts/contract-case.ts';
import type { ContractCode } from '../../engine/backend.ts';
import type { Event, Outcome } from '../../engine/outcome.ts';

/** A contract that the command line can deploy and call, whatever its call encoding. */
export interface Subject {
  readonly id: string;
  readonly code: ContractCode;
  /** What `deployer` deploys before it, in order. */
  readonly companions: readonly { readonly code: ContractCode; readonly input: Uint8Array }[];
  /** Names of the machines that have a form of it to run. */
  readonly machines: readonly string[];
  /** With its workloads and sources, where the contract has a folder. */
  readonly contract: ContractCase | undefined;
  /**
   * @param name Of the constructor, where there are several.
   * @param args As a JSON array; undefined for those of the manifest.
   * @throws InputRejected
   */
  constructorInput(name: string | undefined, args: string | undefined): Uint8Array;
  /**
   * @param args As typed: the parameter's type decides what they mean; arrays, tuples and structs are JSON.
   * @throws InputRejected, with the methods there are for an unknown one.
   */
  callInput(method: string, args: readonly string[]): Uint8Array;
  /** The 20 bytes that an account name or a 0x address stands for. @throws InputRejected at `where`, by default `address` */
  address(text: string, where?: string): Uint8Array;
  /** What a call returned or failed with, decoded, on one line. Not yet safe for a terminal. */
  describeResult(method: string, outcome: Outcome): string;
  describeEvent(event: Event): string;
}
