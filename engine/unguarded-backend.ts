import type { Backend, Batch, Program, World } from './backend.ts';
import type { BlockContext, FullCallMessage, FullDeployMessage } from './context.ts';
import type { Outcome } from './outcome.ts';

/** A machine's side of the border: always handed a block, and messages that are whole and right. */
export type UnguardedBackend = Omit<Backend, 'createWorld'> & {
  createWorld(block: BlockContext): Promise<UnguardedWorld>;
};

export interface UnguardedWorld extends Omit<World, 'deploy' | 'call' | 'callMany' | 'loadBatch'> {
  deploy(program: Program, message: FullDeployMessage): Promise<Deployment>;
  call(message: FullCallMessage): Promise<Outcome>;
  callMany(messages: readonly FullCallMessage[]): Promise<readonly Outcome[]>;
  loadBatch(messages: readonly FullCallMessage[]): Promise<Batch>;
}

/** A `DeployResult` with the address that the contract has, or would have. */
export interface Deployment {
  readonly address: Uint8Array;
  readonly outcome: Outcome;
  /** Default true. */
  readonly hasCode?: boolean | undefined;
}
