import * as fc from 'fast-check';
import type { AbiFunction, AbiParameters } from 'ox';
import * as AbiItem from 'ox/AbiItem';
import { encodeCaseCall } from '../../contracts/case-calls.ts';
import type { CallText, MethodCallText, RawCallText } from '../../contracts/contract-case.ts';
import { bigintToBytes, bytesToBigint, concatBytes, toHex } from '../../engine/bytes.ts';
import type { FoundValues } from './found-values.ts';
import { type CalledContract, randomCaller, randomWei } from './method-calls.ts';

const SELECTOR_BYTES = 4;
const WORD_BYTES = 32;
const MOST_OF_FIRST = 8;
/**
 * Where no length of a dynamic argument may be. For an argument that it copies to memory solc then panics with 0x41, as
 * docs/contracts.md says, and does so already for lengths that come near 2^64 when they are rounded up, or times 32.
 */
const LENGTH_LIMIT = 1n << 56n;

/**
 * Calls that no caller with an ABI would make: nothing at all, or value alone; unknown selectors, those that occur in the code
 * among them; and calls of methods with call data that is cut off, too long, or wrong in a word.
 */
export function rawCall(
  contract: CalledContract & { readonly abi: CalledContract['abi'] },
  call: fc.Arbitrary<CallText> | undefined,
  { selectors }: FoundValues,
): fc.Arbitrary<RawCallText> {
  const methods = contract.abi.filter((item) => item.type === 'function');
  const known = methods.map((method) => Number.parseInt(AbiItem.getSelector(method), 16));
  const nothing = fc.constant({ data: new Uint8Array(0) });
  const cases = fc.oneof(
    { withCrossShrink: true },
    { weight: 2, arbitrary: nothing },
    { weight: 5, arbitrary: unknownCall(known, selectors) },
    ...(call === undefined ? [] : [{ weight: 4, arbitrary: damagedCall(contract, methods, call) }]),
  );
  return fc.record({ made: cases, caller: randomCaller(), value: randomWei(2) }).map(({ made, caller, value }) => ({
    ...('to' in made && made.to !== undefined && { to: made.to }),
    data: toHex(made.data),
    caller,
    ...(value !== '0' && { value }),
  }));
}

interface RawMessage {
  readonly to?: string | undefined;
  readonly data: Uint8Array;
}

function unknownCall(known: readonly number[], selectors: readonly number[]): fc.Arbitrary<RawMessage> {
  const anySelector = fc.constantFrom(0, 0xffff_ffff, ...known);
  const neighbour = fc.tuple(anySelector, fc.nat(31)).map(([selector, bit]) => selector ^ (1 << bit));
  const next = fc.tuple(anySelector, fc.constantFrom(1, -1)).map(([selector, step]) => selector + step);
  // Those come first that the ABI does not have. A method that only one form has is there.
  const inCode = [
    { weight: 6, list: selectors.slice(0, MOST_OF_FIRST) },
    { weight: 1, list: selectors },
  ]
    .filter(({ list }) => list.length > 0)
    .map(({ weight, list }) => ({ weight, arbitrary: fc.constantFrom(...list) }));
  const selector = fc.oneof(
    { weight: 1, arbitrary: fc.oneof(neighbour, next) },
    { weight: 1, arbitrary: fc.integer({ min: 0, max: 0xffff_ffff }) },
    ...inCode,
  );
  const words = fc.array(fc.oneof(fc.nat(3), fc.constant(0xa11ce)), { maxLength: 4 });
  const whole = fc.tuple(selector, words).map(([id, list]) => ({
    data: concatBytes([selectorBytes(id), ...list.map((word) => wordBytes(BigInt(word)))]),
  }));
  const cutOff = fc.tuple(selector, fc.integer({ min: 1, max: 3 })).map(([id, length]) => ({
    data: selectorBytes(id).subarray(0, length),
  }));
  return fc.oneof({ weight: 5, arbitrary: whole }, { weight: 1, arbitrary: cutOff });
}

/** Most changes are refused, by all machines alike; some are not seen by a decoder, like a tail that lies elsewhere. */
function damagedCall(
  contract: CalledContract,
  methods: readonly AbiFunction.AbiFunction[],
  call: fc.Arbitrary<CallText>,
): fc.Arbitrary<RawMessage> {
  const changes = fc.array(change(), { minLength: 1, maxLength: 2 });
  return fc.tuple(call, changes).map(([text, list]) => {
    const { to } = text;
    const { input } = encodeCaseCall(contract, text);
    if (text.data !== undefined) return { to, data: input };
    const data = list.reduce((bytes, { apply }) => apply(bytes), input);
    const inputs = to === undefined ? inputsOf(methods, text) : [];
    return { to, data: claimsTooMuch(inputs, data.subarray(SELECTOR_BYTES)) ? input : data };
  });
}

function inputsOf(
  methods: readonly AbiFunction.AbiFunction[],
  { method }: MethodCallText,
): AbiFunction.AbiFunction['inputs'] {
  return methods.find((item) => item.name === method || AbiItem.getSignature(item) === method)?.inputs ?? [];
}

interface Change {
  readonly apply: (data: Uint8Array) => Uint8Array;
}

function change(): fc.Arbitrary<Change> {
  const place = fc.nat(0xffff);
  const cut = fc.record({ place, isAtWord: fc.boolean() }).map(({ place, isAtWord }) => ({
    apply: (data: Uint8Array) => {
      const length = place % Math.max(data.length, 1);
      return data.subarray(0, isAtWord ? length - ((length - SELECTOR_BYTES) % WORD_BYTES) : length);
    },
  }));
  const longer = fc.uint8Array({ minLength: 1, maxLength: 64 }).map((rest) => ({
    apply: (data: Uint8Array) => concatBytes([data, rest]),
  }));
  const bit = fc.constantFrom(1, 8, 16, 32, 64, 128, 160, 255);
  const dirty = fc.tuple(place, bit).map(([at, bit]) => changeWord(at, (word) => word ^ (1n << BigInt(bit))));
  // Offsets and lengths: somewhere else, at the end of the data, beyond it, and beyond what 32 and 64 bits hold.
  const moved = fc
    .tuple(
      place,
      fc.constantFrom<(word: bigint, size: bigint) => bigint>(
        () => 0n,
        () => 1n,
        (word) => word + 1n,
        (word) => word + 32n,
        (word) => word - 32n,
        (_, size) => size,
        (_, size) => size - 32n,
        (_, size) => size - 31n,
        (word) => word + (1n << 32n),
        (word) => word + (1n << 64n),
        () => (1n << 32n) - 1n,
        () => (1n << 64n) - 1n,
        () => (1n << 256n) - 1n,
      ),
    )
    .map(([at, move]) => changeWord(at, move));
  const selector = fc.nat(31).map((bit) => ({
    apply: (data: Uint8Array) => {
      const changed = data.slice();
      const byte = bit >> 3;
      if (byte < changed.length) changed[byte] = (changed[byte] as number) ^ (1 << (bit & 7));
      return changed;
    },
  }));
  return fc.oneof(
    { weight: 2, arbitrary: cut },
    { weight: 2, arbitrary: longer },
    { weight: 3, arbitrary: dirty },
    { weight: 3, arbitrary: moved },
    { weight: 1, arbitrary: selector },
  );
}

function changeWord(place: number, change: (word: bigint, argumentBytes: bigint) => bigint): Change {
  return {
    apply: (data) => {
      const words = Math.floor((data.length - SELECTOR_BYTES) / WORD_BYTES);
      if (words < 1) return data;
      // Heads come first, and are where most can go wrong.
      const at = SELECTOR_BYTES + WORD_BYTES * (place % Math.min(words, 8));
      const changed = data.slice();
      const word = change(bytesToBigint(data.subarray(at, at + WORD_BYTES)), BigInt(data.length - SELECTOR_BYTES));
      changed.set(wordBytes(BigInt.asUintN(256, word)), at);
      return changed;
    },
  };
}

/** Whether a length in the arguments is not below the limit, wherever their offsets lead. */
function claimsTooMuch(inputs: readonly AbiParameters.Parameter[], bytes: Uint8Array): boolean {
  let head = 0;
  for (const input of inputs) {
    if (isDynamic(input) && lengthsOf(input, bytes, 0, head).some((length) => length >= LENGTH_LIMIT)) return true;
    head += headBytes(input);
  }
  return false;
}

/** Of a dynamic value whose offset, from `base`, is at `head`. Of arrays in arrays as many as random ones have. */
function lengthsOf(type: AbiParameters.Parameter, bytes: Uint8Array, base: number, head: number): readonly bigint[] {
  const offset = readWord(bytes, head);
  if (offset === undefined || offset > BigInt(bytes.length)) return [];
  const start = base + Number(offset);
  const parts = partsOf(type);
  const isCounted = !/\[\d+\]$/.test(type.type) && type.type !== 'tuple';
  const length = isCounted ? readWord(bytes, start) : BigInt(parts.length);
  if (length === undefined) return [];
  const first = isCounted ? start + WORD_BYTES : start;
  const lengths = [length];
  let at = first;
  for (const part of parts) {
    if (isDynamic(part)) lengths.push(...lengthsOf(part, bytes, first, at));
    at += headBytes(part);
  }
  return lengths;
}

const MOST_PARTS = 4;

function partsOf(type: AbiParameters.Parameter): readonly AbiParameters.Parameter[] {
  const array = /^(.*)\[(\d*)\]$/.exec(type.type);
  if (array === null) return componentsOf(type);
  const count = array[2] === '' ? MOST_PARTS : Math.min(Number(array[2]), MOST_PARTS);
  return Array.from({ length: count }, () => ({ ...type, type: array[1] as string }));
}

function componentsOf(type: AbiParameters.Parameter): readonly AbiParameters.Parameter[] {
  return type.type === 'tuple' && 'components' in type ? (type.components as readonly AbiParameters.Parameter[]) : [];
}

function isDynamic(type: AbiParameters.Parameter): boolean {
  if (/^(?:bytes|string)$|\[\]$/.test(type.type)) return true;
  const array = /^(.*)\[\d+\]$/.exec(type.type);
  if (array !== null) return isDynamic({ ...type, type: array[1] as string });
  return componentsOf(type).some(isDynamic);
}

function headBytes(type: AbiParameters.Parameter): number {
  if (isDynamic(type)) return WORD_BYTES;
  const array = /^(.*)\[(\d+)\]$/.exec(type.type);
  if (array !== null) return Number(array[2]) * headBytes({ ...type, type: array[1] as string });
  return type.type === 'tuple' ? componentsOf(type).reduce((sum, part) => sum + headBytes(part), 0) : WORD_BYTES;
}

function readWord(bytes: Uint8Array, at: number): bigint | undefined {
  return at + WORD_BYTES <= bytes.length ? bytesToBigint(bytes.subarray(at, at + WORD_BYTES)) : undefined;
}

function selectorBytes(selector: number): Uint8Array {
  return bigintToBytes(BigInt(selector >>> 0), SELECTOR_BYTES);
}

function wordBytes(word: bigint): Uint8Array {
  return bigintToBytes(word, WORD_BYTES);
}
