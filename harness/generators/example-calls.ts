import * as fc from 'fast-check';
import type { AbiFunction } from 'ox';
import type { ArgumentText, MethodCallText } from '../../contracts/contract-case.ts';
import { type FoundValues, nothingFound } from './found-values.ts';

/** What a change may leave behind, for each kind of argument: bytes as two hex digits, text as characters. */
const UNITS = {
  bytes: ['00', '01', '20', '22', '2e', '30', '41', '5c', '7b', '7d', '7f', '80', 'ff'],
  string: [' ', '"', '.', '0', 'A', '\\', '{', '}', '-', '\0', '\u007f', 'é'],
} as const;

type Kind = keyof typeof UNITS;

/**
 * An example of a case as it is or, half of the time, with one byte or character of one of its arguments replaced,
 * inserted or removed: inputs that are nearly right.
 */
export function exampleCall(
  method: AbiFunction.AbiFunction,
  example: MethodCallText,
  { integers }: FoundValues = nothingFound,
): fc.Arbitrary<MethodCallText> {
  const editable = method.inputs.flatMap(({ type }, index) => (type in UNITS ? [{ index, kind: type as Kind }] : []));
  if (editable.length === 0) return fc.constant(example);
  const edited = fc.constantFrom(...editable).chain(({ index, kind }) => {
    const units = unitsOf(kind, example.args[index] as string);
    return fc
      .record({
        at: fc.nat(units.length),
        removed: fc.constantFrom(0, 1),
        inserted: fc.option(insertedUnit(kind, integers), { nil: '' }),
      })
      .map(({ at, removed, inserted }) => {
        const text = [...units.slice(0, at), inserted, ...units.slice(at + removed)].join('');
        return withArgument(example, index, kind === 'bytes' ? `0x${text}` : text);
      });
  });
  return fc.oneof({ withCrossShrink: true }, fc.constant(example), edited);
}

/** One of those, or as often one near a constant of the code, which a parser compares what it reads with. */
function insertedUnit(kind: Kind, integers: readonly bigint[]): fc.Arbitrary<string> {
  const usual = fc.constantFrom<string[]>(...UNITS[kind]);
  const near = integers
    .flatMap((value) => [value, value - 1n, value + 1n])
    .map(Number)
    .filter((value) => value < (kind === 'bytes' ? 0x100 : 0x80))
    .map((value) => (kind === 'bytes' ? value.toString(16).padStart(2, '0') : String.fromCharCode(value)));
  return near.length === 0 ? usual : fc.oneof({ withCrossShrink: true }, usual, fc.constantFrom(...near));
}

function unitsOf(kind: Kind, text: string): readonly string[] {
  return kind === 'string' ? [...text] : (text.slice(2).match(/../g) ?? []);
}

function withArgument(call: MethodCallText, index: number, argument: ArgumentText): MethodCallText {
  return { ...call, args: call.args.map((old, i) => (i === index ? argument : old)) };
}
