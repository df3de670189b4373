/**
 * Where things lie in an instrumented module. All that is injected comes behind the module's own; only imports of host
 * code stand in front of its functions, and move them up.
 */
import type { HostCode } from '../host-code.ts';
import { Op } from '../opcodes.ts';
import type { ModuleCode } from './read-module.ts';

export interface Placement {
  /** Globals. `dirty` is `undefined` where writes are not tracked. */
  readonly gas: number;
  readonly stack: number;
  readonly dirty: number | undefined;
  /** Function index of the first of the module's own functions. */
  readonly firstOwn: number;
  /** Of the first injected function; the types of them begin with `firstType`, in the same order. */
  readonly firstInjected: number;
  readonly firstType: number;
  readonly charge: number;
  readonly reset: number;
  readonly mark: number | undefined;
  readonly restore: number | undefined;
  /** By opcode: the function that stands for a memory operation. */
  readonly helpers: ReadonlyMap<number, number>;
  /** Functions that carry the counters, from here up to `firstHost`. */
  readonly firstCarried: number;
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
  tracksWrites: boolean,
): Placement {
  const hasMemory = original.memory !== undefined || original.importedMemory !== undefined;
  const isTracked = tracksWrites && hasMemory;
  const importCount = original.importedFunctions.length;
  const firstOwn = importCount + hostCode.imports.length;
  const firstInjected = firstOwn + original.functions.length;
  const functionCount = instrumented.importedFunctions.length + instrumented.functions.length;
  const firstHost = functionCount - hostCode.functions.length;
  let next = firstInjected;
  const place = (isThere: boolean): number | undefined => (isThere ? next++ : undefined);
  const charge = next++;
  const reset = next++;
  const mark = place(isTracked);
  const restore = place(isTracked);
  const helpers = new Map<number, number>();
  const placeHelper = (opcode: number, isThere: boolean): void => {
    if (isThere) helpers.set(opcode, next++);
  };
  placeHelper(Op.memoryGrow, hasMemory && isMetered);
  placeHelper(Op.memoryCopy, hasMemory && (isMetered || isTracked));
  placeHelper(Op.memoryFill, hasMemory && (isMetered || isTracked));
  const movedTo = (index: number): number => (index < importCount ? index : index + hostCode.imports.length);
  const standIns = new Map<number, number>();
  for (const [position, { replaces }] of hostCode.functions.entries()) {
    for (const [index, { module, name }] of original.importedFunctions.entries()) {
      if (replaces?.module === module && replaces.name === name) standIns.set(index, firstHost + position);
    }
  }
  return {
    gas: original.globals.length,
    stack: original.globals.length + 1,
    dirty: isTracked ? original.globals.length + 2 : undefined,
    firstOwn,
    firstInjected,
    firstType: original.types.length,
    charge,
    reset,
    mark,
    restore,
    helpers,
    firstCarried: next,
    firstHost,
    functionCount,
    calledAt: (index) => standIns.get(index) ?? movedTo(index),
    movedTo,
  };
}
