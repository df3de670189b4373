import { bool, Enum, Int, Null, Option, Raw, Result, Struct, Text, UInt } from '@polkadot/types';
import type { Codec } from '@polkadot/types/types';

/**
 * A SCALE value as plain JSON: integers are decimal strings, bytes and account ids 0x strings, structs objects, lists
 * and tuples arrays. `Result` is `{"Ok": ...}` or `{"Err": ...}`, `Option` the value or null; an enum is its variant's
 * name, or `{"Variant": ...}` where the variant holds something.
 */
export type Printable = string | boolean | null | readonly Printable[] | { readonly [name: string]: Printable };

export function toPrintable(value: Codec): Printable {
  if (value instanceof Null) return null;
  if (value instanceof bool) return value.isTrue;
  if (value instanceof UInt || value instanceof Int || value instanceof Text) return value.toString();
  if (value instanceof Raw) return value.toHex();
  if (value instanceof Option) return value.isSome ? toPrintable(value.unwrap()) : null;
  if (value instanceof Result) return { [value.type]: toPrintable(value.inner) };
  if (value instanceof Enum) {
    return value.inner instanceof Null ? value.type : { [value.type]: toPrintable(value.inner) };
  }
  if (value instanceof Struct) {
    return Object.fromEntries([...value.entries()].map(([name, field]) => [String(name), toPrintable(field)]));
  }
  if (value instanceof Map) return [...value.entries()].map(([key, item]) => [toPrintable(key), toPrintable(item)]);
  if (Array.isArray(value) || value instanceof Set) {
    return [...value].map((item) => toPrintable(item as Codec));
  }
  return value.toHex();
}

/** Name of the error that a result holds, however deep: ink! wraps a message's own `Result` in one of its own. */
export function errorName(value: Codec): string | undefined {
  if (!(value instanceof Result)) return undefined;
  if (value.isOk) return errorName(value.asOk);
  const error = value.asErr;
  return error instanceof Enum ? error.type : 'Err';
}
