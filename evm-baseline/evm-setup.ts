import type { EVMInterface } from '@ethereumjs/evm';
import type { EvmState } from './evm-state.ts';

/** A way to set @ethereumjs up, all of them with the rules of mainnet's Prague hardfork. */
export interface EvmSetup {
  /** Of the backend. */
  readonly name: string;
  readonly description: string;
  createState(): EvmState;
  /** A new EVM on a state that may have been in use. */
  createEvm(state: EvmState, chainId: bigint): Promise<EVMInterface>;
}
