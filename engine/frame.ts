import { EMPTY } from './bytes.ts';
import type { BlockContext } from './context.ts';
import type { GasMeter } from './gas.ts';
import type { GuestMemory } from './guest-memory.ts';
import type { TrapCode } from './outcome.ts';
import type { Schedule } from './schedule.ts';
import type { Account, WorldState } from './state/world-state.ts';

/** What stays the same for all frames of one call from outside. */
export interface Transaction {
  readonly block: BlockContext;
  /** The account that signed; 20 bytes. */
  readonly origin: Uint8Array;
  /** Wei per gas. */
  readonly gasPrice: bigint;
}

/** One contract call as the contract sees it. Addresses are 20 bytes. */
export interface Message {
  readonly caller: Uint8Array;
  /** Whose storage and balance this frame works on. */
  readonly self: Uint8Array;
  /** Wei. */
  readonly value: bigint;
  readonly input: Uint8Array;
  readonly isStatic: boolean;
  /** 0 for the outermost call. */
  readonly depth: number;
}

/** A call from one contract to another; the kinds are those of the EVM. */
export interface ChildCall {
  readonly kind: 'call' | 'static' | 'delegate';
  readonly to: Uint8Array;
  /** Wei; 0 unless the kind is `call`. */
  readonly value: bigint;
  readonly input: Uint8Array;
  /** What the caller is willing to give; at most 63/64 of what it has left is given (EIP-150). */
  readonly gas: bigint;
  /** What the child gets on top of that. The caller pays for what of it is used, and runs out of gas if it cannot. */
  readonly stipend: bigint;
}

/**
 * A call from one contract to another that the caller's machine has prepared in a form of its own. It is the budget of the child's
 * run as well, so that a module of the same machine recognises it and finds everything in place. For others its properties are
 * made when they are read, which has to be before the child makes a call.
 */
export interface PreparedCall extends Pick<ChildCall, 'kind' | 'value' | 'input'> {
  /** That of the address called. */
  readonly account: Account;
  /** What the child gets: at most 63/64 of what the caller has left, and the stipend. */
  readonly gas: bigint;
  readonly stackWords: number;
}

/** What one frame, or a call that never became one, came to. A trap leaves nothing, a call that cannot start leaves all. */
export interface Execution {
  readonly status: 'success' | 'revert' | 'trap';
  readonly trapCode: TrapCode | undefined;
  /** Empty after a trap. */
  readonly output: Uint8Array;
  readonly gasLeft: bigint;
}

/** A creation from inside a contract. */
export interface ChildCreate {
  /** SHA-256 of the module (32 bytes), which must have been deployed in this world. */
  readonly moduleHash: Uint8Array;
  /** Constructor input. */
  readonly input: Uint8Array;
  /** Wei. */
  readonly value: bigint;
  /** 32 bytes for CREATE2's address, absent for CREATE's. */
  readonly salt: Uint8Array | undefined;
  readonly gas: bigint;
}

/** How a child ended; its gas is already deducted from the caller. */
export interface ChildResult extends Omit<Execution, 'gasLeft'> {
  /** The new contract, after a successful creation. */
  readonly address: Uint8Array | undefined;
}

/** What a frame may ask of the engine beyond its own state. */
export interface ContractCalls {
  call(from: Frame, call: ChildCall): ChildResult;
  /** A call that is prepared. Its machine takes the gas used from the caller and keeps the return data. @internal */
  callPrepared(from: Frame, call: PreparedCall): Execution;
  create(from: Frame, create: ChildCreate): ChildResult;
  /** The module at an address; empty where there is none. */
  codeAt(address: Uint8Array): Uint8Array;
  /** Uploads nothing: makes an already prepared module the code of the frame's own account. False if it is unknown. */
  setCode(from: Frame, moduleHash: Uint8Array): boolean;
  /** SHA-256 of the module at an address, 32 bytes. */
  codeHashAt(address: Uint8Array): Uint8Array | undefined;
  /** Whether the frame's contract is already running further out. */
  isReentrant(frame: Frame): boolean;
}

/** What a frame is about, whatever machine runs it. */
export interface FrameContext {
  readonly transaction: Transaction;
  readonly message: Message;
  readonly schedule: Schedule;
  readonly state: WorldState;
  /** The account of `message.self`. */
  readonly account: Account;
  /** SHA-256 (hex) of the module that runs, also while it constructs and the account has no code yet. */
  readonly moduleHash: string;
  readonly calls: ContractCalls;
}

/** A running contract call: what host functions work on. `memory` and `gas` belong to the machine that runs it. */
export interface Frame extends FrameContext {
  readonly memory: GuestMemory;
  readonly gas: GasMeter;
  /** What `write_result` has set. */
  output: Uint8Array;
  /** Of the last call or creation that this frame made. */
  returnData: Uint8Array;
  /** Storage writes not yet flushed to the state, by storage key. */
  readonly storageCache: Map<string, Uint8Array>;
  /** Words that a static frame has loaded from the state, by storage key. */
  readonly loadedWords: Map<string, Uint8Array>;
}

export function newFrame(context: FrameContext, memory: GuestMemory, gas: GasMeter): Frame {
  // That of a prepared call is gone when this frame makes one itself.
  const message = { ...context.message, input: context.message.input };
  return {
    ...context,
    message,
    memory,
    gas,
    output: EMPTY,
    returnData: EMPTY,
    storageCache: new Map(),
    loadedWords: new Map(),
  };
}
