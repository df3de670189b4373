/**
 * Functions that take gas by value: the guest's code is in a function behind all others, which gets what is left of gas as a
 * parameter behind the guest's, and returns it behind the result. At the guest's own index stands an entry, which calls it for all
 * who have gas in the global.
 *
 * The entry of bounded recursion looks once whether there are frames for all calls that can follow: they are no more than a
 * parameter's value, which falls from each call to the next (`bounded-recursion.ts`). Only the function itself passes it by.
 */
import { Op } from '../format/opcodes.ts';
import type { CallFacts } from './call-facts.ts';
import { expectCode } from './helper-text.ts';
import type { Placement } from './placement.ts';
import type { ModuleCode } from './read-module.ts';
import { VerificationFailed } from './verification-failed.ts';

export interface ByValue {
  /** In the instrumented module, of the function with the guest's code. */
  readonly functionIndex: number;
  /** The parameter that falls. */
  readonly boundedBy: number | undefined;
}

/** By position of the guest's function: an entry calls what no guest can, and ends there. */
export function findByValue(
  original: ModuleCode,
  instrumented: ModuleCode,
  { firstByValue, firstHost }: Placement,
): readonly (ByValue | undefined)[] {
  const unclaimed = new Set<number>();
  for (let index = firstByValue; index < firstHost; index += 1) unclaimed.add(index);
  const byValue = original.functions.map(({ typeIndex }, position): ByValue | undefined => {
    const paramCount = original.types[typeIndex]?.params.length ?? 0;
    const code = instrumented.functions[position]?.code ?? [];
    const [first] = code;
    const call = code.at(-3);
    const functionIndex = Number(call?.immediate);
    if (call?.opcode !== Op.call || !unclaimed.delete(functionIndex)) return undefined;
    const looksFirst = code.length > paramCount + ENTRY_LENGTH && first?.opcode === Op.localGet;
    return { functionIndex, boundedBy: looksFirst ? Number(first.immediate) : undefined };
  });
  const [extra] = unclaimed;
  if (extra === undefined) return byValue;
  throw new VerificationFailed('surroundings', undefined, 0, 'functions that are called', `function ${extra}`);
}

/** Behind the parameters: gas, the call, gas again, the end. */
const ENTRY_LENGTH = 4;
const I64 = 0x7e;

/** @throws VerificationFailed `helper` if the entry is another, or the type of the function behind it. */
export function checkEntry(
  original: ModuleCode,
  instrumented: ModuleCode,
  position: number,
  { functionIndex, boundedBy }: ByValue,
  { frameWords, reachesHost }: CallFacts,
  { firstOwn, gas, stack }: Placement,
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
  const words = frameWords[position] ?? 0;
  if (boundedBy !== undefined && (words === 0 || reachesHost[position] === true)) {
    const [wanted, found] = ['an entry that only calls', 'one that looks for frames'];
    throw new VerificationFailed('helper', index, entry.offset, wanted, found);
  }
  const expected = [...params, I64, '->', ...results, I64].join(' ');
  const actual = [...byValueType.params, '->', ...byValueType.results].join(' ');
  if (actual !== expected) throw new VerificationFailed('helper', functionIndex, byValue.offset, expected, actual);
  expectCode(instrumented, index, entry, {
    type: [params, results],
    locals: [],
    code: `
      ${boundedBy === undefined ? '' : takeFrames(stack, boundedBy, params[boundedBy], words)}
      ${params.map((_, param) => `local.get ${param}`).join('; ')}
      global.get ${gas}; call ${functionIndex}; global.set ${gas}; end`,
  });
}

/** Traps if (param + 1) * words > stack. The product is below 2^63: words are fewer than 2^31, and param is below 2^32. */
function takeFrames(stack: number, param: number, type: number | undefined, words: number): string {
  const isLong = type === I64;
  const isTooLarge = `local.get ${param}; i64.const ${2 ** 32 - 1}; i64.gt_u; if; unreachable; end`;
  return `
      ${isLong ? isTooLarge : ''}
      local.get ${param}; ${isLong ? '' : 'i64.extend_i32_u'}; i64.const 1; i64.add; i64.const ${words}; i64.mul
      global.get ${stack}; i64.extend_i32_s; i64.gt_s; if; unreachable; end`;
}
