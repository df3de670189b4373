/** The original and the instrumented module, side by side. */
import type { TrackingKind } from '../host/tracked-writes.ts';
import type { ByValue } from './by-value.ts';
import { erase, type Token } from './erase.ts';
import { isStore, unmarkedStore } from './marked-stores.ts';
import type { Placement } from './placement.ts';
import type { FunctionCode, ModuleCode } from './read-module.ts';
import { trackingLocals } from './tracking-code.ts';
import { VerificationFailed } from './verification-failed.ts';

export interface Reading {
  readonly original: ModuleCode;
  readonly instrumented: ModuleCode;
  /** By position: the function with the guest's code, if it takes gas by value. */
  readonly byValue: readonly (ByValue | undefined)[];
  readonly isMetered: boolean;
  readonly placement: Placement;
  readonly tracks: TrackingKind;
}

export function functionAt(module: ModuleCode, position: number): FunctionCode {
  const found = module.functions[position];
  if (found === undefined) throw new RangeError(`no function ${position}`);
  return found;
}

/** In the instrumented module, of the function with the guest's code. */
export function indexOf({ placement, byValue }: Reading, position: number): number {
  return byValue[position]?.functionIndex ?? placement.firstOwn + position;
}

/** The function with the guest's code in the instrumented module. */
export function bodyOf(read: Reading, position: number): FunctionCode {
  return functionAt(read.instrumented, indexOf(read, position) - read.placement.firstOwn);
}

export function paramCount(module: ModuleCode, position: number): number {
  return module.types[functionAt(module, position).typeIndex]?.params.length ?? 0;
}

/** The counter, two numbers on the way, what is left of the stack. */
const MAX_ADDED_LOCALS = 4;

/** @throws VerificationFailed `guest-code`, `injected-state` or `writes` */
export function tokensOf(read: Reading, position: number): readonly Token[] {
  const { original, instrumented, byValue, isMetered, placement, tracks } = read;
  const functionIndex = indexOf(read, position);
  const body = functionAt(original, position);
  const found = bodyOf(read, position);
  const isTracked = tracks !== 'nothing' && body.code.some(({ opcode }) => isStore(opcode));
  const forTracking = isTracked ? trackingLocals[tracks] : [];
  const kept = found.locals.slice(0, body.locals.length);
  const added = found.locals.slice(body.locals.length);
  const addedForTracking = added.splice(Math.max(0, added.length - forTracking.length));
  // More would make native frames larger than the words that are taken for them.
  const isExtended = added.length <= (isMetered ? MAX_ADDED_LOCALS : 0) && added.every(isInteger);
  if (!isExtended || kept.join() !== body.locals.join() || addedForTracking.join() !== forTracking.join()) {
    const expected = `locals ${body.locals.join()}, at most ${MAX_ADDED_LOCALS} more, and ${forTracking.join()}`;
    throw new VerificationFailed('guest-code', functionIndex, found.offset, expected, found.locals.join());
  }
  const addedParams = byValue[position] === undefined ? 0 : 1;
  const params = paramCount(original, position);
  const firstAdded = params + addedParams + body.locals.length;
  const tokens = erase(original.bytes, body, instrumented.bytes, found, {
    functionIndex,
    placement,
    paramCount: params,
    localCount: body.locals.length,
    addedParams,
    trackingLocal: isTracked ? firstAdded + added.length : undefined,
    byValueOf: (index) => byValue[index - original.importedFunctions.length]?.functionIndex,
  });
  if (isTracked) expectMarked(read, position, tokens);
  return tokens;
}

function expectMarked(read: Reading, position: number, tokens: readonly Token[]): void {
  const { original } = read;
  const ofGuest = tokens.filter((token) => token.kind === 'guest');
  const marks = new Map(ofGuest.map(({ index, mark }) => [index, mark]));
  const unmarked = unmarkedStore(original, functionAt(original, position).code, marks);
  if (unmarked === undefined) return;
  const { offset = 0 } = ofGuest.find(({ index }) => index === unmarked) ?? {};
  throw new VerificationFailed('writes', indexOf(read, position), offset, 'a mark for every store', 'one without');
}

function isInteger(type: number): boolean {
  return type === 0x7f || type === 0x7e;
}
