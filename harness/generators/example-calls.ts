import * as fc from 'fast-check';
import type { AbiFunction } from 'ox';
import type { ArgumentText, MethodCallText } from '../../contracts/contract-case.ts';

/** What a change may leave behind, for each kind of argument: bytes as two hex digits, text as characters. */
const UNITS = {
  bytes: ['00', '01', '1f', '20', '22', '2e', '30', '41', '5c', '7b', '7d', '7f', '80', 'ff'],
  string: [' ', '"', '.', '0', 'A', '\\', '{', '}', '-', '\0', '\u001f', '\u007f', 'é'],
} as const;

type Kind = keyof typeof UNITS;

/**
 * An example of a case as it is or, half of the time, with one byte or character of one of its arguments replaced,
 * inserted or removed: inputs that are nearly right.
 */
export function exampleCall(method: AbiFunction.AbiFunction, example: MethodCallText): fc.Arbitrary<MethodCallText> {
  const editable = method.inputs.flatMap(({ type }, index) => (type in UNITS ? [{ index, kind: type as Kind }] : []));
  if (editable.length === 0) return fc.constant(example);
  const edited = fc.constantFrom(...editable).chain(({ index, kind }) => {
    const units = unitsOf(kind, example.args[index] as string);
    return fc
      .record({
        at: fc.nat(units.length),
        removed: fc.constantFrom(0, 1),
        inserted: fc.option(fc.constantFrom<string[]>(...UNITS[kind]), { nil: '' }),
      })
      .map(({ at, removed, inserted }) => {
        const text = [...units.slice(0, at), inserted, ...units.slice(at + removed)].join('');
        return withArgument(example, index, kind === 'bytes' ? `0x${text}` : text);
      });
  });
  return fc.oneof({ withCrossShrink: true }, fc.constant(example), edited);
}

function unitsOf(kind: Kind, text: string): readonly string[] {
  return kind === 'string' ? [...text] : (text.slice(2).match(/../g) ?? []);
}

function withArgument(call: MethodCallText, index: number, argument: ArgumentText): MethodCallText {
  return { ...call, args: call.args.map((old, i) => (i === index ? argument : old)) };
}
