import type { ContractCode } from '../../engine/backend.ts';
import type { Sequence } from './run-sequence.ts';

/** An argument as people write it; what it may be is up to the subject's encoding. */
export type ReplayArgument = string | number | boolean | readonly ReplayArgument[];

/** A call as people write it. */
export interface ReplayCall {
  /** Name of the companion that is called; the contract itself if absent. */
  readonly to?: string;
  readonly method: string;
  readonly args: readonly ReplayArgument[];
  /** Account name or 0x address. */
  readonly caller?: string;
  /** Wei, decimal. */
  readonly value?: string;
  /** Decimal; see `Step.gasLimit`. */
  readonly gasLimit?: string;
}

/** A contract that machines are to agree on, and how calls as people write them become bytes for it. */
export interface Subject {
  /** Lower case with dashes. */
  readonly id: string;
  readonly code: ContractCode;
  /** Contracts that are deployed before it, in this order. Default none. */
  readonly companions?: readonly ContractCode[];
  readonly constructorArgs: readonly ReplayArgument[];
  encode(constructorArgs: readonly ReplayArgument[], calls: readonly ReplayCall[]): Sequence;
}
