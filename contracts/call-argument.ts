import type { AbiParameters } from 'ox';
import * as Address from 'ox/Address';
import { type AddressBook, accounts } from './accounts.ts';
import type { ArgumentText } from './contract-case.ts';
import { isHexBytes } from './hex-digits.ts';
import { InputRejected } from './input-rejected.ts';
import { show } from './json-fields.ts';

/** A value as the ABI encoder takes it. */
type ArgumentValue = string | boolean | bigint | readonly ArgumentValue[];

/**
 * A name or a 0x address, as 20 bytes of lower-case hex. Mixed case is a checksum (EIP-55) and has to be right.
 *
 * @throws InputRejected
 *
 * @example
 * console.log(resolveAddress('bob')); // 0x0000000000000000000000000000000000000b0b
 */
export function resolveAddress(text: string, where = 'address', names: AddressBook = accounts): `0x${string}` {
  const known = Object.hasOwn(names, text) ? names[text] : undefined;
  if (known !== undefined) return known;
  if (/^0x[0-9a-fA-F]{40}$/.test(text)) {
    const lower = text.toLowerCase() as `0x${string}`;
    if (text === lower || Address.validate(text)) return lower;
    throw new InputRejected(where, `${text} has a wrong checksum`);
  }
  throw new InputRejected(where, `expected 0x and 40 hex digits, or one of ${Object.keys(names)}, got ${show(text)}`);
}

/**
 * The values of a list of parameters.
 *
 * @throws InputRejected that names the argument and what was given
 */
export function readArguments(
  parameters: readonly AbiParameters.Parameter[],
  args: readonly ArgumentText[],
  where: string,
  addresses: AddressBook,
): readonly ArgumentValue[] {
  if (args.length !== parameters.length) {
    const names = parameters.map((parameter) => `${parameter.type} ${parameter.name ?? ''}`.trim()).join(', ');
    throw new InputRejected(where, `expected ${parameters.length} arguments (${names}), got ${args.length}`);
  }
  return parameters.map((parameter, i) =>
    readArgument(parameter, args[i] as ArgumentText, `${where}: ${parameter.name || `argument ${i}`}`, addresses),
  );
}

function readArgument(
  parameter: AbiParameters.Parameter,
  text: ArgumentText,
  where: string,
  addresses: AddressBook,
): ArgumentValue {
  const { type } = parameter;
  const array = /^(.*)\[(\d*)\]$/.exec(type);
  if (array !== null) {
    const item = { ...parameter, type: array[1] ?? '' };
    return readList(text, type, array[2], where).map((part, i) =>
      readArgument(item, part, `${where}[${i}]`, addresses),
    );
  }
  if (type === 'tuple' && 'components' in parameter) {
    const { components } = parameter as { readonly components: readonly AbiParameters.Parameter[] };
    return readArguments(components, readList(text, type, '', where), where, addresses);
  }
  const integer = /^(u?)int(\d+)$/.exec(type);
  if (integer !== null) return readInteger(text, type, integer[1] === '', Number(integer[2]), where);
  const fixedBytes = /^bytes(\d*)$/.exec(type);
  if (fixedBytes !== null) return readBytes(text, type, fixedBytes[1] ?? '', where);
  if (type === 'address' && typeof text === 'string') return resolveAddress(text, where, addresses);
  if (type === 'string' && typeof text === 'string') return text;
  if (type === 'bool' && typeof text === 'boolean') return text;
  if (type === 'bool' && (text === 'true' || text === 'false')) return text === 'true';
  throw mismatch(type, text, where);
}

function readList(
  text: ArgumentText,
  type: string,
  length: string | undefined,
  where: string,
): readonly ArgumentText[] {
  // From a shell come any values of JSON.
  if (!Array.isArray(text) || (length !== undefined && length !== '' && text.length !== Number(length))) {
    throw mismatch(type, text, where);
  }
  return text;
}

function readInteger(text: ArgumentText, type: string, isSigned: boolean, bits: number, where: string): bigint {
  const isText = typeof text === 'string' && /^(-?\d{1,78}|0x[0-9a-fA-F]{1,64})$/.test(text);
  if (!isText && !Number.isSafeInteger(text)) throw mismatch(type, text, where);
  const value = BigInt(text as string | number);
  const fits = isSigned ? BigInt.asIntN(bits, value) === value : BigInt.asUintN(bits, value) === value;
  if (!fits) throw new InputRejected(where, `${show(text)} does not fit ${type}`);
  return value;
}

function readBytes(text: ArgumentText, type: string, length: string, where: string): string {
  if (typeof text !== 'string' || !text.startsWith('0x') || !isHexBytes(text.slice(2)))
    throw mismatch(type, text, where);
  const bytes = (text.length - 2) / 2;
  if (length !== '' && bytes !== Number(length))
    throw new InputRejected(where, `${type} has ${length} bytes, got ${bytes}`);
  return text.toLowerCase();
}

const written: readonly (readonly [RegExp, string])[] = [
  [/\]$/, 'a list of as many items'],
  [/^tuple$/, 'a list with one item for each component'],
  [/int\d+$/, 'a decimal or 0x string, or a safe integer'],
  [/^bytes/, 'a 0x string with two hex digits for each byte'],
  [/^address$/, 'a 0x string or an account name'],
  [/^string$/, 'a string'],
  [/^bool$/, 'true or false'],
];

function mismatch(type: string, text: ArgumentText, where: string): InputRejected {
  const expected = written.find(([pattern]) => pattern.test(type))?.[1];
  if (expected === undefined) return new InputRejected(where, `arguments of type ${type} cannot be written`);
  return new InputRejected(where, `${type} is written as ${expected}, got ${show(text)}`);
}
