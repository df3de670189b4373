import type { GuestAbi } from './abi/guest-abi.ts';
import type { FrameContext } from './frame.ts';
import type { GuestReturn } from './guest-exit.ts';
import type { GuestObserver } from './guest-observer.ts';
import type { Schedule } from './schedule.ts';
import type { WorldState } from './state/world-state.ts';

/** Which of the ABI's entry points to enter. */
export type EntryName = 'call' | 'deploy';

/** A guest module made ready by a machine. */
export interface GuestModule {
  readonly abi: GuestAbi;
  /** SHA-256 of the original module, hex. */
  readonly moduleHash: string;
  /** The original module. */
  readonly bytes: Uint8Array;
  hasEntry(entry: EntryName): boolean;
  /**
   * Runs one frame with the given budgets, on memory and globals as the module initialises them.
   *
   * @throws GuestTrap when the guest traps, InexactTrap if it traps and `exact` has to find out how, EngineError on
   * host failure.
   */
  run(entry: EntryName, budget: Budget, context: FrameContext): GuestRun;
  /** The same module, slower, in a form that knows more of its traps. Undefined if this one never throws InexactTrap. */
  readonly exact: (() => GuestModule) | undefined;
  /** The same module, quicker, for one world. Undefined if there is none. */
  readonly inWorld: ((state: WorldState) => GuestModule) | undefined;
}

/** What a frame may use. */
export interface Budget {
  readonly gas: bigint;
  readonly stackWords: number;
}

/** A run that did not trap: the entry point returned, or a host function threw GuestExit. */
export interface GuestRun {
  readonly guestReturn: GuestReturn;
  readonly gasLeft: bigint;
}

/** Something that executes WebAssembly guests: V8, or the reference interpreter. */
export interface Machine {
  readonly name: string;
  readonly description: string;
  readonly isMetered: boolean;
  /** @throws ModuleRejected */
  prepare(bytes: Uint8Array, abi: GuestAbi, schedule: Schedule): GuestModule;
  /** The same machine, slower, whose guests are looked at while they run. Undefined for one that counts no gas. */
  readonly observed?: ((observer: GuestObserver) => Machine) | undefined;
  /** Whether that runs modules in the form in which they usually run. */
  readonly isObservedAsUsual?: boolean;
}
