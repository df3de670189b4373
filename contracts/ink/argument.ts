import { bool, Int, Option, Raw, Text, UInt } from '@polkadot/types';
import type { Codec } from '@polkadot/types/types';

/**
 * An argument as written by people: integers are decimal or 0x strings (or safe JSON numbers), bytes and 32-byte
 * account ids 0x strings (account ids also SS58), absent options null, enums a variant's name or `{"Variant": ...}`.
 */
export type InkArgument =
  | string
  | number
  | boolean
  | null
  | readonly InkArgument[]
  | { readonly [name: string]: InkArgument };

/**
 * Whether an encoded value says what was written. The encoder is lenient: it takes 'false' for true, any text for bytes
 * and letters for digits.
 */
export function saysWhatWasWritten(value: Codec, written: InkArgument | undefined): boolean {
  if (value instanceof bool) return written === value.isTrue;
  if (value instanceof UInt || value instanceof Int) return integerOf(written) === BigInt(value.toString());
  if (value instanceof Text) return written === value.toString();
  if (value instanceof Raw) return typeof written === 'string' && isSameBytes(value, written);
  if (value instanceof Option) {
    return value.isSome ? saysWhatWasWritten(value.unwrap(), written) : written === null;
  }
  if (Array.isArray(value)) {
    const items: readonly Codec[] = [...value];
    return (
      Array.isArray(written) &&
      written.length === items.length &&
      items.every((item, i) => saysWhatWasWritten(item, written[i]))
    );
  }
  return true;
}

function integerOf(written: InkArgument | undefined): bigint | undefined {
  if (Number.isSafeInteger(written)) return BigInt(written as number);
  if (typeof written !== 'string' || !/^(?:-?\d+|0x[0-9a-fA-F]+)$/.test(written)) return undefined;
  return BigInt(written);
}

function isSameBytes(value: Raw, written: string): boolean {
  if (/^0x/.test(written)) return written.toLowerCase() === value.toHex();
  // SS58, whose checksum the encoder has verified.
  return value.toRawType() === 'AccountId';
}
