import type { BlockText } from '../contracts/contract-case.ts';
import { EngineError } from '../engine/errors.ts';
import { type CallArgument, writtenArgument } from '../harness/session/call-argument.ts';
import type { ReplayCall } from '../harness/subjects/replay-call.ts';

/** A call as in a replay file, and integers as bigints too: `{ method: 'transfer', args: ['bob', 5n], caller: 'alice' }`. */
export interface TestCall {
  /** A name, or a signature where the name is overloaded. A call has this or `data`. */
  readonly method?: string | undefined;
  /** Default none. */
  readonly args?: readonly CallArgument[] | undefined;
  /** 0x hex, in place of a method. */
  readonly data?: string | undefined;
  /** An account's name or a 0x address; default `alice`. */
  readonly caller?: string | undefined;
  /** Wei; default 0. */
  readonly value?: bigint | string | undefined;
  /** Name of the companion that is called; default the contract itself. */
  readonly to?: string | undefined;
  /** Where this call and all after it run, if that is not where those before did. */
  readonly block?: BlockText | undefined;
  /** In the machine's unit. Only where gas is counted in one. */
  readonly gasLimit?: bigint | string | undefined;
}

/** @throws EngineError `bad-argument` for a call with a method and data, or with neither. */
export function writtenCall(call: TestCall): ReplayCall {
  const { method, args = [], data, caller, value, to, block, gasLimit } = call;
  const settings = {
    ...(caller !== undefined && { caller }),
    ...(value !== undefined && { value: String(value) }),
    ...(to !== undefined && { to }),
    ...(block !== undefined && { block }),
    ...(gasLimit !== undefined && { gasLimit: String(gasLimit) }),
  };
  if (method !== undefined && data === undefined) return { method, args: args.map(writtenArgument), ...settings };
  if (method === undefined && data !== undefined) return { data, ...settings };
  throw new EngineError('bad-argument', 'a call has a method or data, and not both');
}
