/**
 * How a call ended. Guest failure is data: an outcome is returned, hashed and compared. It holds no message text, no
 * stack trace and nothing else that could differ between machines.
 */

/**
 * Numbers are stable: they are part of observations and digests. Wording follows the WebAssembly spec tests.
 *
 * @example
 * const outcome = await world.call({ caller: bob, to: token, gasLimit: 10n });
 * console.log(outcome.status === 'trap' && outcome.code === TrapCode.OutOfGas); // true
 */
export const TrapCode = {
  Unreachable: 1,
  MemoryOutOfBounds: 2,
  /** call_indirect beyond the table's end. */
  TableOutOfBounds: 3,
  /** call_indirect on an empty table slot or on a function of another type. */
  IndirectCallMismatch: 4,
  IntegerDivideByZero: 5,
  /** The quotient of the smallest integer and -1. */
  IntegerOverflow: 6,
  OutOfGas: 7,
  /** The stack budget of one contract call is spent (`ModuleLimits.stackWords`). */
  StackExhausted: 8,
  /** A contract-to-contract call beyond the depth limit. */
  CallDepthExceeded: 9,
  /** A host function was given a pointer and length outside the guest's memory. */
  HostPointerOutOfBounds: 10,
  /** A host function was given another argument it does not accept. */
  HostArgumentInvalid: 11,
  /** A write, event, value transfer or creation inside a static call. */
  StaticCallViolation: 12,
  /** The account cannot pay the value it sends. */
  InsufficientBalance: 13,
  /** An EVM instruction outside the set: undefined opcode, bad jump, stack under- or overflow. */
  InvalidInstruction: 14,
  /** A creation whose address is taken, or whose code is refused. */
  CreateFailed: 15,
} as const;
Object.freeze(TrapCode);
export type TrapCode = (typeof TrapCode)[keyof typeof TrapCode];

/**
 * Name of a code, for people.
 *
 * @example
 * console.log(trapName(TrapCode.OutOfGas)); // OutOfGas
 */
export function trapName(code: TrapCode): string {
  for (const [name, value] of Object.entries(TrapCode)) if (value === code) return name;
  return `TrapCode(${code})`;
}

/** An event (an EVM log). `address` is the emitting contract; zero to four 32-byte topics. */
export interface Event {
  readonly address: Uint8Array;
  readonly topics: readonly Uint8Array[];
  readonly data: Uint8Array;
}

/** A call that returned. */
export interface Success {
  readonly status: 'success';
  readonly output: Uint8Array;
  readonly events: readonly Event[];
  readonly gasUsed: bigint;
}

/** A call that took itself back, and says why. */
export interface Revert {
  readonly status: 'revert';
  readonly output: Uint8Array;
  readonly gasUsed: bigint;
}

/** A call that was stopped. It uses all gas: `gasUsed` is the gas limit. */
export interface Trap {
  readonly status: 'trap';
  readonly code: TrapCode;
  readonly gasUsed: bigint;
}

/**
 * Result of one call. `gasUsed` is in the unit of the backend's schedule, never comparable across machines, and 0 on a
 * backend that does not meter.
 */
export type Outcome = Success | Revert | Trap;
