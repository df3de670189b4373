/** The original and the instrumented module, side by side. */
import { Op } from '../opcodes.ts';
import type { Carrier } from './carriers.ts';
import { erase, type Token } from './erase.ts';
import type { FunctionCode, ModuleCode } from './read-module.ts';
import { VerificationFailed } from './verification-failed.ts';

export interface Reading {
  readonly original: ModuleCode;
  readonly instrumented: ModuleCode;
  readonly carriers: readonly (Carrier | undefined)[];
  readonly isMetered: boolean;
}

export function functionAt(module: ModuleCode, position: number): FunctionCode {
  const found = module.functions[position];
  if (found === undefined) throw new RangeError(`no function ${position}`);
  return found;
}

/** In the instrumented module, of the function with the guest's code. */
export function indexOf({ original, carriers }: Reading, position: number): number {
  return carriers[position]?.functionIndex ?? original.importedFunctions.length + position;
}

export function paramCount(module: ModuleCode, position: number): number {
  return module.types[functionAt(module, position).typeIndex]?.params.length ?? 0;
}

/** The counter, two numbers on the way, what is left of the stack. */
const MAX_ADDED_LOCALS = 4;

/** @throws VerificationFailed `guest-code` or `injected-state` */
export function tokensOf(read: Reading, position: number): readonly Token[] {
  const { original, instrumented, carriers, isMetered } = read;
  const imported = original.importedFunctions.length;
  const functionIndex = indexOf(read, position);
  const body = functionAt(original, position);
  const found = functionAt(instrumented, functionIndex - imported);
  const firstFunction = imported + original.functions.length;
  const kept = found.locals.slice(0, body.locals.length);
  const added = found.locals.length - body.locals.length;
  // More would make native frames larger than the words that are taken for them.
  const isExtended = added >= 0 && added <= (isMetered ? MAX_ADDED_LOCALS : 0);
  if (!isExtended || kept.join() !== body.locals.join()) {
    const expected = `locals ${body.locals.join()} and at most ${MAX_ADDED_LOCALS} more`;
    throw new VerificationFailed('guest-code', functionIndex, found.offset, expected, found.locals.join());
  }
  const memoryOperations = isMetered ? [Op.memoryGrow, Op.memoryCopy, Op.memoryFill] : [];
  const carrier = carriers[position];
  return erase(
    original.bytes,
    body,
    instrumented.bytes,
    found,
    {
      functionIndex,
      gasGlobal: original.globals.length,
      stackGlobal: original.globals.length + 1,
      paramCount: paramCount(original, position),
      localCount: body.locals.length,
      addedParams: carrier === undefined ? 0 : carrier.takesStack ? 2 : 1,
    },
    {
      byOpcode: new Map(memoryOperations.map((opcode, index) => [opcode, firstFunction + 2 + index])),
      firstFunction,
      carrierOf: (index) => carriers[index - imported]?.functionIndex,
    },
  );
}
