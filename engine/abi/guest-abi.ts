import type { EntryPoint, MemoryBinding } from '../../metering/format/module-interface.ts';
import type { Frame } from '../frame.ts';
import type { GuestReturn } from '../guest-exit.ts';
import type { Thunks } from '../kernel/thunk.ts';
import type { HostFunction } from './host-function.ts';

/**
 * The interface between guest and host, as a value: handed to the engine with the module, so that an importer of one
 * ABI does not load the others, and a new ecosystem is a new table and not a new branch.
 *
 * @example
 * const abi: GuestAbi = {
 *   name: 'my-abi',
 *   memory: { kind: 'exported', name: 'memory' },
 *   call: { name: 'run', params: [], results: ['i32'], isRequired: true },
 *   deploy: { name: 'init', params: [], results: [], isRequired: false },
 *   hostFunctions: [],
 *   entryArguments: () => [],
 *   readReturn: ({ output }, result) => ({ status: result === 0 ? 'success' : 'revert', output }),
 * };
 * console.log(moduleInterfaceOf(abi).entryPoints.length); // 2
 */
export interface GuestAbi {
  readonly name: string;
  readonly memory: MemoryBinding;
  readonly call: EntryPoint;
  /** Runs once, when the contract is deployed. */
  readonly deploy: EntryPoint;
  /** The input that the contract sees then, made of the constructor's encoded arguments. Default: these alone. */
  deployInput?(args: Uint8Array): Uint8Array;
  readonly hostFunctions: readonly HostFunction[];
  /** What the entry point is called with. */
  entryArguments(frame: Frame): readonly (number | bigint)[];
  /** Reads a normal return of the entry point (`result` is undefined where it returns nothing). */
  readReturn(frame: Frame, result: number | bigint | undefined): GuestReturn;
  /**
   * WebAssembly that stands in for host functions where storage and events lie in a kernel; absent where there is none. Entry
   * points of such an ABI take the input's length or nothing and return nothing or a status, 0 for success and anything else
   * for a revert, and every host function that works on a frame's storage cache has a thunk.
   *
   * @internal
   */
  readonly thunks?: Thunks;
}
