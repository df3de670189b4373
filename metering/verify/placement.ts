/**
 * Where things lie in an instrumented module. All that is injected comes behind the module's own; only imports of host
 * code stand in front of its functions, and move them up.
 */
import { Op } from '../format/opcodes.ts';
import type { HostCode, HostImport } from '../host/host-code.ts';
import type { TrackingKind } from '../host/tracked-writes.ts';
import type { ModuleCode } from './read-module.ts';

/** Where writes are tracked by blocks: what hears of a range, and what says which address is to be put back next. */
export const blockImports: readonly HostImport[] = [
  { module: 'metering', name: 'mark', type: { params: ['i32', 'i32'], results: [] } },
  { module: 'metering', name: 'next', type: { params: [], results: ['i32'] } },
];

/** Those that charge by themselves. */
const memoryOperations: readonly number[] = [Op.memoryGrow, Op.memoryCopy, Op.memoryFill];

export function isMemoryOperation(opcode: number): boolean {
  return memoryOperations.includes(opcode);
}

export interface Placement {
  /** Globals; those of tracked writes begin with the last. */
  readonly gas: number;
  readonly stack: number;
  readonly tracking: number;
  /** Function index of the first of the module's own functions. */
  readonly firstOwn: number;
  /** Of the first injected function; the types of them begin with `firstType`, in the same order. */
  readonly firstInjected: number;
  readonly firstType: number;
  readonly charge: number;
  readonly reset: number;
  /** Where writes are tracked: the function that marks a range, and the one that puts back. */
  readonly mark: number | undefined;
  readonly restore: number | undefined;
  /** Where they are by blocks: the import that says what to put back, and the function that marks an address. */
  readonly next: number | undefined;
  readonly touch: number | undefined;
  /** By opcode: the function that stands for a memory operation. */
  readonly helpers: ReadonlyMap<number, number>;
  /** Functions that take the counters by value, from here up to `firstHost`. */
  readonly firstByValue: number;
  readonly firstHost: number;
  readonly functionCount: number;
  /** Where a function of the original is called. */
  readonly calledAt: (functionIndex: number) => number;
  /** The function itself, not what stands in for it. */
  readonly movedTo: (functionIndex: number) => number;
}

export function placementOf(
  original: ModuleCode,
  instrumented: ModuleCode,
  hostCode: HostCode,
  isMetered: boolean,
  tracks: TrackingKind,
): Placement {
  const hasMemory = original.memory !== undefined || original.importedMemory !== undefined;
  const importCount = original.importedFunctions.length;
  const firstBlockImport = importCount + hostCode.imports.length;
  const addedImports = hostCode.imports.length + (tracks === 'blocks' ? blockImports.length : 0);
  const firstOwn = importCount + addedImports;
  const firstInjected = firstOwn + original.functions.length;
  const functionCount = instrumented.importedFunctions.length + instrumented.functions.length;
  const firstHost = functionCount - hostCode.functions.length;
  const charge = firstInjected;
  const reset = charge + 1;
  const firstTracking = reset + 1;
  const restore = tracks === 'nothing' ? undefined : firstTracking + 1;
  let next = restore === undefined ? firstTracking : restore + 1;
  const helpers = new Map<number, number>();
  for (const opcode of memoryOperations) {
    if (!hasMemory || !(isMetered || (opcode !== Op.memoryGrow && tracks !== 'nothing'))) continue;
    helpers.set(opcode, next);
    next += 1;
  }
  const movedTo = (index: number): number => (index < importCount ? index : index + addedImports);
  const standIns = new Map<number, number>();
  for (const [position, { replaces }] of hostCode.functions.entries()) {
    for (const [index, { module, name }] of original.importedFunctions.entries()) {
      if (replaces?.module === module && replaces.name === name) standIns.set(index, firstHost + position);
    }
  }
  return {
    gas: original.globals.length,
    stack: original.globals.length + 1,
    tracking: original.globals.length + 2,
    firstOwn,
    firstInjected,
    firstType: original.types.length,
    charge,
    reset,
    mark: tracks === 'nothing' ? undefined : tracks === 'bits' ? firstTracking : firstBlockImport,
    restore,
    next: tracks === 'blocks' ? firstBlockImport + 1 : undefined,
    touch: tracks === 'blocks' ? firstTracking : undefined,
    helpers,
    firstByValue: next,
    firstHost,
    functionCount,
    calledAt: (index) => standIns.get(index) ?? movedTo(index),
    movedTo,
  };
}
