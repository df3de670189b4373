import type { TrapCode } from './outcome.ts';

/** How a frame ended without trapping. */
export interface GuestReturn {
  readonly status: 'success' | 'revert';
  readonly output: Uint8Array;
}

/**
 * Thrown by a host function to trap the guest that called it. It unwinds the guest and is turned into an outcome in
 * `executor.ts`; it never leaves the engine.
 */
export class GuestTrap extends Error {
  override readonly name = 'GuestTrap';
  readonly code: TrapCode;

  constructor(code: TrapCode) {
    super(`trap ${code}`);
    this.code = code;
  }
}

/** Thrown by a host function that ends the call at once (`exit_early`, `seal_return`). */
export class GuestExit extends Error {
  override readonly name = 'GuestExit';
  readonly guestReturn: GuestReturn;

  constructor(guestReturn: GuestReturn) {
    super('guest exit');
    this.guestReturn = guestReturn;
  }
}

/**
 * Thrown by a machine whose guest trapped where nothing can be said about the number: the frame has to run again on
 * `GuestModule.exact` (docs/adr/0004). It leaves neither the executor nor a trace in the state.
 */
export class InexactTrap extends Error {
  override readonly name = 'InexactTrap';

  constructor() {
    super('a trap whose number is not known');
  }
}
