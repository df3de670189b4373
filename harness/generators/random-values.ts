import * as fc from 'fast-check';
import type { AbiParameter } from 'ox/AbiParameter';
import type { ArgumentText } from '../../contracts/contract-case.ts';
import { InputRejected } from '../../contracts/input-rejected.ts';
import { type FoundValues, nothingFound } from './found-values.ts';

/** Lengths at the borders of words and of hash blocks (SHA-256 pads at 55/56, keccak-256 absorbs 136), and zero. */
const BORDER_LENGTHS: readonly number[] = [0, 1, 31, 32, 33, 55, 56, 63, 64, 65, 135, 136, 137, 200];
const MAX_LENGTH = 200;
/** Simplest first. */
const SMALL: readonly bigint[] = Array.from({ length: 17 }, (_, i) => BigInt(i)).concat([-1n, -2n, -3n, -10n]);
const MAX_ARRAY_LENGTH = 4;
/** A list as long as a limit in the code, if that is not too long to be of use. */
const MOST_ITEMS_FOUND = 129n;

/** Parameters with these names say how often to do something. */
const COUNT_NAMES: ReadonlySet<string> = new Set(['n', 'count', 'rounds']);
const MAX_COUNT = 8n;
/** Those that the ABI does not have come first: identifiers of interfaces are among them. */
const MOST_SELECTORS = 16;
/** A limit that is in the code is worth that many rounds; one of a million is not. */
const MOST_COUNT_FOUND = 2048n;

/**
 * Arguments for one ABI parameter, as people would write them: often at the edges of the type or near a value that was
 * found somewhere, and simplest first, so that shrinking ends at values one can read. Counts are small, near a small
 * constant of the code, or so large that a contract must refuse them.
 *
 * @throws InputRejected for a type that this page of the ABI specification does not have:
 * https://docs.soliditylang.org/en/latest/abi-spec.html#types
 */
export function randomValue(
  parameter: AbiParameter,
  addresses: readonly string[],
  found: FoundValues = nothingFound,
): fc.Arbitrary<ArgumentText> {
  const { type, name = '' } = parameter;
  const array = /^(.*)\[(\d*)\]$/.exec(type);
  if (array !== null) {
    const element = randomValue({ ...parameter, type: array[1] as string }, addresses, found);
    const length = array[2] === '' ? undefined : Number(array[2]);
    const short = fc.array(element, { minLength: length ?? 0, maxLength: length ?? MAX_ARRAY_LENGTH });
    const limits = (found.limits ?? []).filter((value) => value < MOST_ITEMS_FOUND).map(Number);
    if (length !== undefined || limits.length === 0) return short;
    const long = fc
      .tuple(fc.constantFrom(...limits), fc.constantFrom(0, 1))
      .chain(([limit, more]) => fc.array(element, { minLength: limit + more, maxLength: limit + more }));
    return fc.oneof({ withCrossShrink: true }, { weight: 12, arbitrary: short }, { weight: 1, arbitrary: long });
  }
  if (type === 'tuple') {
    const components = 'components' in parameter ? parameter.components : [];
    return fc.tuple(...components.map((component) => randomValue(component, addresses, found)));
  }
  if (type === 'bool') return fc.boolean();
  if (type === 'address') return fc.constantFrom(...addresses);
  if (type === 'string') return randomString();
  if (type === 'bytes') return randomLength().chain(randomBytes);
  const [, kind, digits] = /^(u?int|bytes)(\d+)$/.exec(type) ?? [];
  const size = Number(digits);
  switch (kind) {
    case 'bytes':
      return withFound(
        randomBytes(size),
        size === 4
          ? found.selectors.slice(0, MOST_SELECTORS).map((selector) => hexOf(BigInt(selector), size))
          : found.words.filter((word) => word >> BigInt(8 * size) === 0n).map((word) => hexOf(word, size)),
      );
    case 'uint':
      return COUNT_NAMES.has(name) ? randomCount(size, found) : randomInteger(0n, (1n << BigInt(size)) - 1n, found);
    case 'int':
      return randomInteger(-(1n << BigInt(size - 1)), (1n << BigInt(size - 1)) - 1n, found);
    default:
      throw new InputRejected(name, `there are no random values of type ${type}`);
  }
}

/** Mostly small: two small amounts meet often enough for a transfer to find a balance, or a read what was written. */
export function randomInteger(min: bigint, max: bigint, found: FoundValues = nothingFound): fc.Arbitrary<string> {
  const { integers, words } = found;
  const hasFound = found !== nothingFound;
  // The smallest integer by -1 is the one quotient that overflows.
  const edges = min === 0n ? [max, max - 1n] : [min, -1n, max];
  const inRange = (values: readonly bigint[]) => oneOf(values.filter((value) => value >= min && value <= max));
  // By distance from zero, so that shrinking walks towards it.
  const landmarks = [0n];
  for (let power = 1n; power <= max + 1n; power <<= 1n)
    landmarks.push(power - 1n, -power, power, -power - 1n, power + 1n);
  const near = [...integers.flatMap((value) => [value, value - 1n, value + 1n]), ...words].filter(
    (value) => value >= min && value <= max,
  );
  return fc
    .oneof(
      { withCrossShrink: true },
      { weight: 4, arbitrary: inRange(SMALL) },
      { weight: 2, arbitrary: inRange(landmarks) },
      { weight: 1, arbitrary: fc.bigInt({ min, max }) },
      ...(near.length === 0 ? [] : [{ weight: 2, arbitrary: fc.constantFrom(...near) }]),
      // Of so many landmarks that it would hardly ever be this one: no limit, and one less.
      ...(hasFound ? [{ weight: 2, arbitrary: fc.constantFrom(...edges) }] : []),
      // Indices: what was put first is there most often.
      ...(hasFound ? [{ weight: 2, arbitrary: fc.constantFrom(0n, 1n, 2n) }] : []),
    )
    .map(String);
}

function randomCount(bits: number, { limits = [] }: FoundValues): fc.Arbitrary<string> {
  const max = (1n << BigInt(bits)) - 1n;
  const counts = fc
    .oneof(
      { withCrossShrink: true },
      { weight: 8, arbitrary: fc.bigInt({ min: 0n, max: MAX_COUNT }) },
      { weight: 1, arbitrary: fc.constantFrom(max, max - 1n, (max + 1n) / 2n) },
    )
    .map(String);
  // One more than a limit costs nothing where it is refused.
  const above = limits.map((value) => value + 1n).filter((value) => value <= max);
  const at = limits.filter((value) => value <= MOST_COUNT_FOUND);
  if (above.length === 0) return counts;
  // Seldom: as many rounds as are allowed may take seconds.
  const near = [at, above].filter((values) => values.length > 0);
  const limit = near.map((values) => ({ weight: 1, arbitrary: fc.constantFrom(...values).map(String) }));
  return fc.oneof({ withCrossShrink: true }, { weight: 20, arbitrary: counts }, ...limit);
}

/** As `fc.constantFrom`, but shrinking tries every earlier value and not just the first. */
function oneOf<T>(values: readonly T[]): fc.Arbitrary<T> {
  return fc.nat(values.length - 1).map((index) => values[index] as T);
}

function randomLength(): fc.Arbitrary<number> {
  return simplestFirst(fc.constantFrom(...BORDER_LENGTHS), fc.integer({ min: 0, max: MAX_LENGTH }));
}

/** 0x hex, often at the edges of a byte. */
export function randomBytes(length: number): fc.Arbitrary<string> {
  const byte = fc.oneof(fc.constantFrom(0, 1, 0x7f, 0x80, 0xff), fc.integer({ min: 0, max: 0xff }));
  return fc
    .array(byte, { minLength: length, maxLength: length })
    .map((bytes) => `0x${bytes.map((value) => value.toString(16).padStart(2, '0')).join('')}`);
}

const SURROGATES = 0xd800;
const AFTER_SURROGATES = 0xe000;
const CODE_POINTS = 0x110000 - (AFTER_SURROGATES - SURROGATES);

/**
 * Any code point but surrogates: what UTF-8 can hold. The same as the unit `binary` of fast-check, which makes a table of a
 * million entries, in seconds, to find the way back.
 */
const codePoint: fc.Arbitrary<string> = fc.nat(CODE_POINTS - 1).map(
  (index) => String.fromCodePoint(index < SURROGATES ? index : index + AFTER_SURROGATES - SURROGATES),
  (text) => {
    const point = typeof text === 'string' ? text.codePointAt(0) : undefined;
    if (point === undefined || text !== String.fromCodePoint(point)) throw new TypeError('no code point');
    if (point >= SURROGATES && point < AFTER_SURROGATES) throw new TypeError('a surrogate');
    return point < SURROGATES ? point : point - (AFTER_SURROGATES - SURROGATES);
  },
);

function randomString(): fc.Arbitrary<string> {
  const ascii = randomLength().chain((length) =>
    fc.string({ unit: 'grapheme-ascii', minLength: length, maxLength: length }),
  );
  return simplestFirst(ascii, fc.string({ unit: codePoint, maxLength: MAX_LENGTH / 4 }));
}

function withFound(random: fc.Arbitrary<string>, found: readonly string[]): fc.Arbitrary<string> {
  if (found.length === 0) return random;
  const known = { weight: 1, arbitrary: fc.constantFrom(...found) };
  return fc.oneof({ withCrossShrink: true }, { weight: 2, arbitrary: random }, known);
}

function hexOf(word: bigint, bytes: number): string {
  return `0x${word.toString(16).padStart(2 * bytes, '0')}`;
}

function simplestFirst<T>(...arbitraries: fc.Arbitrary<T>[]): fc.Arbitrary<T> {
  return fc.oneof({ withCrossShrink: true }, ...arbitraries);
}
