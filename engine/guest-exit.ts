import type { TrapCode } from './outcome.ts';

/** How a frame ended without trapping. */
export interface GuestReturn {
  readonly status: 'success' | 'revert';
  readonly output: Uint8Array;
}

// What is thrown here unwinds a guest, is caught in the engine and never leaves it. None of it is an `Error`: taking down the
// stack for a trace that nobody reads is most of what an ordinary revert would cost.

/**
 * Thrown by a host function to trap the guest that called it. It is turned into an outcome in `executor.ts`.
 *
 * @example
 * const abort = hostFunction(
 *   { module: 'my_host', name: 'abort', params: [], result: undefined },
 *   () => { throw new GuestTrap(TrapCode.Unreachable); },
 * );
 * console.log(abort.name); // abort
 */
export class GuestTrap {
  readonly code: TrapCode;

  constructor(code: TrapCode) {
    this.code = code;
  }
}

/**
 * Thrown by a host function that ends the call at once (`exit_early`, `seal_return`).
 *
 * @example
 * const exit = hostFunction(
 *   { module: 'my_host', name: 'exit', params: [], result: undefined },
 *   ({ output }) => { throw new GuestExit({ status: 'success', output }); },
 * );
 * console.log(exit.name); // exit
 */
export class GuestExit {
  readonly guestReturn: GuestReturn;

  constructor(guestReturn: GuestReturn) {
    this.guestReturn = guestReturn;
  }
}

/**
 * Thrown by a machine whose guest trapped where nothing can be said about the number: that frame, or all of the call from
 * outside, has to run again on `GuestModule.exact` (docs/adr/0004, 0014).
 */
export class InexactTrap {}

/** Whether what was thrown out of an instance is the guest's end and no host failure: the instance can be put back. */
export function isGuestEnd(error: unknown): boolean {
  return (
    error instanceof GuestTrap ||
    error instanceof GuestExit ||
    error instanceof InexactTrap ||
    error instanceof WebAssembly.RuntimeError
  );
}
