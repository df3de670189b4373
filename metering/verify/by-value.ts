/**
 * Functions that take gas by value: the guest's code is in a function behind all others, which gets what is left of gas as a
 * parameter behind the guest's, and returns it behind the result. At the guest's own index stands an entry, which calls it for all
 * who have gas in the global.
 */
import { Op } from '../format/opcodes.ts';
import { expectCode } from './helper-text.ts';
import type { Placement } from './placement.ts';
import type { ModuleCode } from './read-module.ts';
import { VerificationFailed } from './verification-failed.ts';

/** By position of the guest's function, the index of the one with its code: an entry calls what no guest can, and ends there. */
export function findByValue(
  original: ModuleCode,
  instrumented: ModuleCode,
  { firstByValue, firstHost }: Placement,
): readonly (number | undefined)[] {
  const unclaimed = new Set<number>();
  for (let index = firstByValue; index < firstHost; index += 1) unclaimed.add(index);
  const byValue = original.functions.map(({ typeIndex }, position): number | undefined => {
    const paramCount = original.types[typeIndex]?.params.length ?? 0;
    const code = instrumented.functions[position]?.code ?? [];
    const call = code[paramCount + 1];
    const functionIndex = Number(call?.immediate);
    if (call?.opcode !== Op.call || code.length !== paramCount + ENTRY_LENGTH) return undefined;
    return unclaimed.delete(functionIndex) ? functionIndex : undefined;
  });
  const [extra] = unclaimed;
  if (extra === undefined) return byValue;
  throw new VerificationFailed('surroundings', undefined, 0, 'functions that are called', `function ${extra}`);
}

/** Behind the parameters. */
const ENTRY_LENGTH = 4;
const I64 = 0x7e;

/** @throws VerificationFailed `helper` if the entry is another, or the type of the function behind it. */
export function checkEntry(
  original: ModuleCode,
  instrumented: ModuleCode,
  position: number,
  functionIndex: number,
  { firstOwn, gas }: Placement,
): void {
  const index = firstOwn + position;
  const byValue = instrumented.functions[functionIndex - firstOwn];
  const entry = instrumented.functions[position];
  const type = original.types[original.functions[position]?.typeIndex ?? -1];
  const byValueType = instrumented.types[byValue?.typeIndex ?? -1];
  if (entry === undefined || byValue === undefined || type === undefined || byValueType === undefined) {
    throw new RangeError(`no function ${index}`);
  }
  const { params, results } = type;
  const expected = [...params, I64, '->', ...results, I64].join(' ');
  const actual = [...byValueType.params, '->', ...byValueType.results].join(' ');
  if (actual !== expected) throw new VerificationFailed('helper', functionIndex, byValue.offset, expected, actual);
  expectCode(instrumented, index, entry, {
    type: [params, results],
    locals: [],
    code: `
      ${params.map((_, param) => `local.get ${param}`).join('\n')}
      global.get ${gas}
      call ${functionIndex}
      global.set ${gas}
      end`,
  });
}
