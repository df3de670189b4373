import { TrapCode } from '../outcome.ts';

/**
 * The sentence an engine gives to a trap, to its number. The JavaScript API offers nothing else to tell traps apart; the
 * sentence ends here and is never part of an outcome. An unknown sentence is a host failure and never a guess, so a
 * reworded engine stops the work and cannot change a result.
 */
const trapSentences: ReadonlyMap<string, TrapCode> = new Map([
  // V8 11 to 14 (Node 20 to 26): src/common/message-template.h
  ['unreachable', TrapCode.Unreachable],
  ['memory access out of bounds', TrapCode.MemoryOutOfBounds],
  ['divide by zero', TrapCode.IntegerDivideByZero],
  ['remainder by zero', TrapCode.IntegerDivideByZero],
  ['divide result unrepresentable', TrapCode.IntegerOverflow],
  ['table index is out of bounds', TrapCode.TableOutOfBounds],
  ['null function or function signature mismatch', TrapCode.IndirectCallMismatch],
  // From V8 14.6 (Node 26) on, for an empty slot as well as for another type.
  ['function signature mismatch', TrapCode.IndirectCallMismatch],
]);

/** The code of an engine's trap, or undefined for a sentence that is not in the table. */
export function trapCodeOf(error: WebAssembly.RuntimeError): TrapCode | undefined {
  return trapSentences.get(error.message);
}
