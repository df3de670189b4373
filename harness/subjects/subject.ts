import type * as fc from 'fast-check';
import type { ArgumentText, ContractCase } from '../../contracts/contract-case.ts';
import type { ContractCode } from '../../engine/backend.ts';
import type { Event, Outcome } from '../../engine/outcome.ts';
import type { FoundValues } from '../generators/found-values.ts';
import type { Sequence } from '../session/sequence.ts';
import type { ReplayCall } from './replay-call.ts';

/** A contract that machines are to agree on, and how calls as people write them become bytes for it. */
export interface Subject {
  /** Lower case with dashes. */
  readonly id: string;
  readonly code: ContractCode;
  /** Contracts that are deployed before it, in this order. Default none. */
  readonly companions?: readonly ContractCode[];
  readonly constructorArgs: readonly ArgumentText[];
  /** Absent where nobody has written a generator. @throws InputRejected for an interface without methods. */
  readonly randomCalls?: (seen?: FoundValues) => fc.Arbitrary<readonly ReplayCall[]>;
  /** Absent where there is no choice. Those of the subject come as the very same object. */
  readonly randomConstructorArgs?: fc.Arbitrary<readonly ArgumentText[]> | undefined;
  /** The error that a call failed with, decoded, on one line; undefined for one that nobody knows. */
  describeRevert?(output: Uint8Array): string | undefined;
  /** @param constructorName Where there are several. @throws InputRejected */
  encode(constructorArgs: readonly ArgumentText[], calls: readonly ReplayCall[], constructorName?: string): Sequence;
}

/** One whose interface is known: calls can be typed in a shell, and what comes back can be read. */
export interface DescribedSubject extends Subject {
  /** Absolute path of the folder or file that it was read from. */
  readonly path: string;
  /** Absent where calls are not encoded as Solidity does. */
  readonly contract: ContractCase | undefined;
  /**
   * @param texts As typed: the parameter's type decides what they mean; arrays, tuples and structs are JSON.
   * @throws InputRejected, with the methods there are for an unknown one.
   */
  typedArguments(method: string, texts: readonly string[]): readonly ArgumentText[];
  /** The 20 bytes that an account name or a 0x address stands for. @throws InputRejected at `where`, by default `address` */
  address(text: string, where?: string): Uint8Array;
  /** What a call returned or failed with, decoded, on one line. Not yet safe for a terminal. */
  describeResult(method: string, outcome: Outcome): string;
  describeEvent(event: Event): string;
}

/** Its code and that of everything it needs. */
export function partsOf({ code, companions = [] }: Pick<Subject, 'code' | 'companions'>): readonly ContractCode[] {
  return [...companions, code];
}
