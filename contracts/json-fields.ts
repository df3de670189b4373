/** Readers of values from JSON. Each throws InputRejected with the place, what was expected and what was seen. */
import { InputRejected } from './input-rejected.ts';

/** For `readObject`: an object with whatever is in it. */
export const anyFields = { required: [], hasOthers: true } as const;

/** An object with the required fields, and with no unknown ones unless it may have others. */
export function readObject(
  value: unknown,
  where: string,
  keys: { readonly required: readonly string[]; readonly optional?: readonly string[]; readonly hasOthers?: boolean },
): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new InputRejected(where, `expected an object, got ${show(value)}`);
  }
  const known = [...keys.required, ...(keys.optional ?? [])];
  for (const key of Object.keys(value)) {
    if (keys.hasOthers !== true && !known.includes(key)) {
      throw new InputRejected(where, `unknown field ${show(key)}; there are ${known.join(', ')}`);
    }
  }
  for (const key of keys.required) {
    if (!Object.hasOwn(value, key)) throw new InputRejected(where, `the field ${JSON.stringify(key)} is missing`);
  }
  return value as Readonly<Record<string, unknown>>;
}

export function readList<T>(
  value: unknown,
  where: string,
  readItem: (item: unknown, where: string) => T,
): readonly T[] {
  if (!Array.isArray(value)) throw new InputRejected(where, `expected a list, got ${show(value)}`);
  return value.map((item, i) => readItem(item, `${where}[${i}]`));
}

/** Text that is not empty. */
export function readText(value: unknown, where: string): string {
  if (typeof value !== 'string' || value === '') throw new InputRejected(where, `expected text, got ${show(value)}`);
  return value;
}

export function readMatching(value: unknown, where: string, pattern: RegExp, expected: string): string {
  if (typeof value !== 'string' || !pattern.test(value)) {
    throw new InputRejected(where, `expected ${expected}, got ${show(value)}`);
  }
  return value;
}

export function readOneOf<T extends string>(value: unknown, where: string, known: readonly T[]): T {
  const found = known.find((name) => name === value);
  if (found === undefined) throw new InputRejected(where, `expected one of ${known.join(', ')}, got ${show(value)}`);
  return found;
}

/** A positive safe integer. */
export function readCount(value: unknown, where: string): number {
  if (!Number.isSafeInteger(value) || (value as number) < 1) {
    throw new InputRejected(where, `expected a positive integer, got ${show(value)}`);
  }
  return value as number;
}

/** A value on one line, cut short. */
export function show(value: unknown): string {
  const text = jsonText(value);
  return text.length <= 60 ? text : `${text.slice(0, 57)}...`;
}

function jsonText(value: unknown): string {
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    // The parser of JSON takes any depth, and what writes it does not.
    return 'values nested too deep';
  }
}
