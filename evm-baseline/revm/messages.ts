import type { BatchSummary } from '../../engine/backend.ts';
import type { BlockContext, FullCallMessage, FullDeployMessage } from '../../engine/context.ts';
import type { EngineErrorCode } from '../../engine/errors.ts';
import type { Deployment, UnguardedWorld } from '../../engine/world-guard.ts';

type SameAsWorld =
  | 'setBlock'
  | 'setBalance'
  | 'balanceOf'
  | 'call'
  | 'callMany'
  | 'storageOf'
  | 'stateDigest'
  | 'snapshot'
  | 'restore';

/** What the process that EDR runs in can be asked for. It has one world at a time. */
export interface Requests extends Pick<UnguardedWorld, SameAsWorld> {
  /** Begins a new world. */
  open(block: BlockContext): Promise<void>;
  /** `initcode` has the constructor's arguments at its end. */
  deploy(initcode: Uint8Array, message: FullDeployMessage): Promise<Deployment>;
  /** Adds calls to the batch that `loadBatch` makes next, so that no message has to hold them all. */
  addCalls(messages: readonly FullCallMessage[]): Promise<void>;
  /** Index of a new batch. */
  loadBatch(): Promise<number>;
  runBatch(batch: number): Promise<BatchSummary>;
  /** Drops the world. */
  close(): Promise<void>;
}

export type Method = keyof Requests;

/** Requests are answered in order. */
export interface Request {
  readonly method: Method;
  readonly args: readonly unknown[];
}

/** The first answer, to no request, says whether EDR is there. */
export type Answer = { readonly result: unknown } | { readonly code: EngineErrorCode; readonly message: string };
