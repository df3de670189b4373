import { TrapCode } from '../outcome.ts';

const { Unreachable, MemoryOutOfBounds, IntegerDivideByZero, IntegerOverflow, TableOutOfBounds, IndirectCallMismatch } =
  TrapCode;

/**
 * The sentence an engine gives to a trap, to its number. The JavaScript API offers nothing else to tell traps apart; the
 * sentence ends here and is never part of an outcome. An unknown sentence is never a guess: the reference interpreter then
 * finds the number (docs/adr/0011), so that a reworded engine costs time and cannot change a result.
 */
const v8Sentences: ReadonlyMap<string, TrapCode> = new Map([
  // src/common/message-template.h; seen in V8 11.3, 12.4, 13.6, 14.6 (Node 20 to 26) and 15.6 (Chromium 156)
  ['unreachable', Unreachable],
  ['memory access out of bounds', MemoryOutOfBounds],
  ['divide by zero', IntegerDivideByZero],
  ['remainder by zero', IntegerDivideByZero],
  ['divide result unrepresentable', IntegerOverflow],
  ['table index is out of bounds', TableOutOfBounds],
  // Up to V8 13.6, for an empty slot as well as for another type.
  ['null function or function signature mismatch', IndirectCallMismatch],
  // V8 14.6: for both. V8 15: for another type.
  ['function signature mismatch', IndirectCallMismatch],
  // V8 15: for an empty slot.
  ['null function', IndirectCallMismatch],
]);

const javaScriptCoreSentences: ReadonlyMap<string, TrapCode> = new Map([
  // Source/JavaScriptCore/wasm/WasmExceptionType.h; seen in bun 1.4.5
  ['Unreachable code should not be executed', Unreachable],
  ['Out of bounds memory access', MemoryOutOfBounds],
  ['Division by zero', IntegerDivideByZero],
  ['Integer overflow', IntegerOverflow],
  ['Out of bounds call_indirect', TableOutOfBounds],
  // For an empty slot as well as for another type.
  ['call_indirect to a signature that does not match', IndirectCallMismatch],
]);

/** What JavaScriptCore puts behind a sentence: the JavaScript that called the guest. */
const EVALUATED = { start: " (evaluating '", end: "')" } as const;

/** The code of an engine's trap, or undefined for a sentence that is not in the tables. */
export function trapCodeOf({ message }: WebAssembly.RuntimeError): TrapCode | undefined {
  const known = v8Sentences.get(message) ?? javaScriptCoreSentences.get(message);
  if (known !== undefined) return known;
  const suffixAt = message.indexOf(EVALUATED.start);
  if (suffixAt === -1 || !message.endsWith(EVALUATED.end)) return undefined;
  return javaScriptCoreSentences.get(message.slice(0, suffixAt));
}

const MAX_SENTENCES = 32;
const OTHERS = 'others';
const unknown = new Map<string, number>();

/** For `unknownTraps`. */
export function countUnknownTrap({ message }: WebAssembly.RuntimeError): void {
  const sentence = unknown.has(message) || unknown.size < MAX_SENTENCES ? message : OTHERS;
  unknown.set(sentence, (unknown.get(sentence) ?? 0) + 1);
}

/**
 * How often in this process the engine said what is not in the tables, by its sentence. Outcomes are right all the same, and
 * slow to come by. Anything but empty deserves a row in a table.
 *
 * @example
 * console.log([...unknownTraps().keys()]); // []
 */
export function unknownTraps(): ReadonlyMap<string, number> {
  return new Map(unknown);
}
