import type { HostCodeIndices } from '../../metering/host/host-code.ts';
import type { Schedule } from '../schedule.ts';
import type { KernelFunctionForGuests } from './kernel-exports.ts';
import type { Code } from './thunk-code.ts';

/**
 * A host function that needs no JavaScript: WebAssembly that is linked into the guest, takes words out of its memory and
 * hands them to the kernel in registers. The ABI's row of the same name defines what it does, its type and its price.
 * Whatever that row would refuse makes the thunk trap, and the frame runs again with the row itself (docs/adr/0004).
 */
export interface Thunk {
  readonly module: string;
  readonly name: string;
  /** The function's body, whose first locals are the row's parameters. */
  readonly write: (link: ThunkLink) => Code;
}

/** What an ABI adds to its table of host functions so that its guests run on the kernel. */
export interface Thunks {
  readonly functions: readonly Thunk[];
  /** What a thunk that makes a call is told: the ABI's numbers for how a child ended. */
  readonly callStatus: Readonly<Record<'success' | 'revert' | 'trap', number>>;
}

/** What the thunks of one module are linked to. */
export interface ThunkLink {
  readonly at: HostCodeIndices;
  readonly schedule: Schedule;
  readonly kernel: (name: KernelFunctionForGuests) => Code;
  /** See `preparedCall`. */
  readonly callPrepared: Code;
  /** (buffer, from, pointer, bytes) -> (): from a kernel buffer to memory. */
  readonly copyOut: Code;
  /** (buffer, pointer, bytes) -> (): from memory to the beginning of a kernel buffer. */
  readonly copyIn: Code;
  /** Takes the row's `base` and, for as many bytes as a local says, its `perByte`; traps below zero. */
  readonly charge: (lengthLocal?: number) => Code;
  /** (address, bytes) -> (): that range of memory counts as written. It goes before the copy, which may trap half way. */
  readonly markRange: Code;
}
