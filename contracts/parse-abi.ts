import type { Abi } from 'ox';
import { InputRejected } from './input-rejected.ts';
import { readList, readMatching, readObject, readOneOf, show } from './json-fields.ts';
import { parseStrictJson } from './strict-json.ts';

/** Lists in lists and tuples in tuples, counted together. Solidity's own stack limit comes much earlier. */
const MAX_TYPE_DEPTH = 16;
/** Items of all fixed-size lists of one parameter together: every call has to write them all. */
const MAX_FIXED_ITEMS = 4096;

const itemTypes = ['function', 'constructor', 'event', 'error', 'fallback', 'receive'] as const;
const mutabilities = ['pure', 'view', 'nonpayable', 'payable'] as const;

const identifier = /^[A-Za-z_$][\w$]{0,199}$/;
/** https://docs.soliditylang.org/en/latest/abi-spec.html#types, without what follows in brackets. */
const elementary = /^(?:address|bool|string|bytes|function|tuple|bytes([1-9]\d?)|u?int([1-9]\d{0,2})|u?fixed\d+x\d+)$/;

type Fields = Readonly<Record<string, unknown>>;

/**
 * Reads a Solidity ABI (https://docs.soliditylang.org/en/latest/abi-spec.html#json). Only what calls, errors and events
 * are encoded by reaches the result: compilers add fields of their own.
 *
 * @param where the file, named in errors
 * @throws InputRejected
 */
export function parseAbi(text: string, where: string): Abi.Abi {
  return readAbi(parseStrictJson(text, where), where);
}

/** As `parseAbi`, of a value that was JSON. @throws InputRejected */
export function readAbi(value: unknown, where: string): Abi.Abi {
  const isItem = (item: unknown) => typeof item === 'object' && item !== null && 'type' in item;
  if (!Array.isArray(value) || !value.every(isItem)) {
    throw new InputRejected(where, 'expected a Solidity ABI: a list of objects with a type');
  }
  // Those that are merged of several contracts (proxies, diamonds) say some things twice, which would be overloads.
  const items = new Map(readList(value, where, readItem).map((item) => [JSON.stringify(item), item]));
  return [...items.values()] as readonly unknown[] as Abi.Abi;
}

function readItem(value: unknown, where: string): Fields {
  const item = readObject(value, where, { required: ['type'], hasOthers: true });
  const type = readOneOf(item['type'], `${where}.type`, itemTypes);
  const inputs = readParameters(item['inputs'] ?? [], `${where}.inputs`, 0);
  const stateMutability = readOneOf(item['stateMutability'] ?? 'nonpayable', `${where}.stateMutability`, mutabilities);
  switch (type) {
    case 'function': {
      const outputs = readParameters(item['outputs'] ?? [], `${where}.outputs`, 0);
      return { type, name: readName(item['name'], `${where}.name`), inputs, outputs, stateMutability };
    }
    case 'event':
    case 'error':
      return { type, name: readName(item['name'], `${where}.name`), inputs };
    case 'constructor':
      return { type, inputs, stateMutability };
    default:
      return { type, stateMutability };
  }
}

function readParameters(value: unknown, where: string, depth: number): readonly Fields[] {
  return readList(value, where, (item, at) => readParameter(item, at, depth));
}

function readParameter(value: unknown, where: string, depth: number): Fields {
  const parameter = readObject(value, where, { required: ['type'], hasOthers: true });
  const name = parameter['name'] ?? '';
  const { indexed } = parameter;
  const type = readMatching(parameter['type'], `${where}.type`, /^[\w[\]]{1,200}$/, 'a Solidity type');
  const isTuple = checkType(type, `${where}.type`, depth) === 'tuple';
  return {
    type,
    name: name === '' ? name : readName(name, `${where}.name`),
    ...(indexed === true && { indexed }),
    ...(isTuple && { components: readParameters(parameter['components'], `${where}.components`, depth + 1) }),
  };
}

/** Returns the type inside the brackets. */
function checkType(type: string, where: string, depth: number): string {
  const bracket = type.indexOf('[');
  const [element, brackets] = bracket === -1 ? [type, ''] : [type.slice(0, bracket), type.slice(bracket)];
  const [, bytes = '1', bits = '8'] = elementary.exec(element) ?? [];
  const isKnown = elementary.test(element) && Number(bytes) <= 32 && Number(bits) <= 256 && Number(bits) % 8 === 0;
  if (!isKnown || !/^(?:\[(?:[1-9]\d{0,8})?\])*$/.test(brackets)) {
    throw new InputRejected(where, `expected a Solidity type, got ${show(type)}`);
  }
  const lengths = brackets.match(/\[\d*\]/g) ?? [];
  if (depth + lengths.length > MAX_TYPE_DEPTH) {
    throw new InputRejected(where, `is nested deeper than ${MAX_TYPE_DEPTH} levels: ${show(type)}`);
  }
  const items = lengths.reduce((product, length) => product * Number(length.slice(1, -1) || 1), 1);
  if (items > MAX_FIXED_ITEMS) throw new InputRejected(where, `has more than ${MAX_FIXED_ITEMS} items: ${show(type)}`);
  return element;
}

/** `__proto__` is a name in Solidity, and none for a field of a decoded value. */
function readName(value: unknown, where: string): string {
  const name = readMatching(value, where, identifier, 'an identifier');
  if (name === '__proto__') throw new InputRejected(where, `the name ${show(name)} is refused`);
  return name;
}
