/**
 * Functions that take the counters by value: the guest's code is in a function behind all others, which gets what is left of gas
 * and of the stack budget as parameters behind the guest's, and returns what is left of gas behind the result. At the
 * guest's own index stands an entry, which calls it for all who know nothing of that.
 *
 * One of bounded recursion has no parameter for the stack. Its entry looks once whether there are frames for all calls
 * that can follow: they are no more than a parameter's value, which falls from each call to the next (`bounded-recursion.ts`). One
 * that takes no frame has none either, and everyone may call it without its entry: it leaves the stack global as it is.
 */
import { Op } from '../format/opcodes.ts';
import type { CallFacts } from './call-facts.ts';
import { expectCode, type HelperText } from './helper-text.ts';
import type { Placement } from './placement.ts';
import type { ModuleCode } from './read-module.ts';
import { VerificationFailed } from './verification-failed.ts';

export interface Convention {
  /** In the instrumented module. */
  readonly functionIndex: number;
  /** What is left of the stack budget is a parameter as well. */
  readonly takesStack: boolean;
  /** The parameter that falls. */
  readonly boundedBy: number | undefined;
}

/** By position of the guest's function: an entry calls a function that no guest can, as no other function does. */
export function findConventions(
  original: ModuleCode,
  instrumented: ModuleCode,
  { firstByValue, firstHost, gas }: Placement,
  { frameWords }: CallFacts,
): readonly (Convention | undefined)[] {
  const unclaimed = new Set<number>();
  for (let index = firstByValue; index < firstHost; index += 1) unclaimed.add(index);
  const conventions = original.functions.map(({ typeIndex }, position): Convention | undefined => {
    const paramCount = original.types[typeIndex]?.params.length ?? 0;
    const code = instrumented.functions[position]?.code ?? [];
    const takesFrame = frameWords[position] !== 0;
    const [first] = code;
    const boundedBy = takesFrame && first?.opcode === Op.localGet ? Number(first.immediate) : undefined;
    const takesStack = takesFrame && boundedBy === undefined;
    const isGas = (at: number): boolean => code[at]?.opcode === Op.globalGet && code[at]?.immediate === gas;
    const call = code.findIndex(({ opcode, immediate }, at) => {
      if (opcode !== Op.call || !unclaimed.has(Number(immediate))) return false;
      if (takesStack) return isGas(at - 2) && code[at - 1]?.opcode === Op.localGet;
      return isGas(at - 1) && (takesFrame || at === paramCount + 1) && at === code.length - 3;
    });
    if (call === -1) return undefined;
    const functionIndex = Number(code[call]?.immediate);
    unclaimed.delete(functionIndex);
    return { functionIndex, takesStack, boundedBy };
  });
  const [extra] = unclaimed;
  if (extra === undefined) return conventions;
  throw new VerificationFailed('surroundings', undefined, 0, 'functions that are called', `function ${extra}`);
}

const I32 = 0x7f;
const I64 = 0x7e;

/** @throws VerificationFailed `helper` if the entry is another, or the type of the function behind it. */
export function checkEntry(
  original: ModuleCode,
  instrumented: ModuleCode,
  position: number,
  { functionIndex, takesStack, boundedBy }: Convention,
  { frameWords, isExported, reachesHost }: CallFacts,
  { firstOwn, gas, stack }: Placement,
): void {
  const index = firstOwn + position;
  const words = frameWords[position] ?? 0;
  const body = original.functions[position];
  const byValue = instrumented.functions[functionIndex - firstOwn];
  const entry = instrumented.functions[position];
  const type = original.types[body?.typeIndex ?? -1];
  const byValueType = instrumented.types[byValue?.typeIndex ?? -1];
  if (entry === undefined || byValue === undefined || type === undefined || byValueType === undefined) {
    throw new RangeError(`no function ${index}`);
  }
  if (words > 0 && reachesHost[position] === true) {
    throw new VerificationFailed(
      'helper',
      index,
      entry.offset,
      'a function that cannot take the counters by value',
      'one that does',
    );
  }
  const added = takesStack ? [I64, I32] : [I64];
  const [expected, actual] = [
    [...type.params, ...added, '->', ...type.results, I64].join(' '),
    [...byValueType.params, '->', ...byValueType.results].join(' '),
  ];
  if (actual !== expected) throw new VerificationFailed('helper', functionIndex, byValue.offset, expected, actual);
  const { params, results } = type;
  const frame = params.length;
  const text: HelperText = {
    type: [params, results],
    locals: words === 0 ? [] : [I32],
    code: `
      ${takesStack ? takeFrame(stack, frame, words) : ''}
      ${boundedBy === undefined ? '' : takeFrames(stack, boundedBy, params[boundedBy], words)}
      ${params.map((_, param) => `local.get ${param}`).join('\n')}
      global.get ${gas}
      ${takesStack ? `local.get ${frame}` : ''}
      call ${functionIndex}
      global.set ${gas}
      ${takesStack && isExported[position] === true ? giveBack(stack, frame, words) : ''}
      end`,
  };
  expectCode(instrumented, index, entry, text);
}

function takeFrame(stack: number, frame: number, words: number): string {
  return `
      global.get ${stack}
      i32.const ${words}
      i32.sub
      local.tee ${frame}
      i32.const 0
      i32.lt_s
      if
      local.get ${frame}
      global.set ${stack}
      unreachable
      end`;
}

function giveBack(stack: number, frame: number, words: number): string {
  return `
      local.get ${frame}
      i32.const ${words}
      i32.add
      global.set ${stack}`;
}

/** Traps if (param + 1) * words > stack. The product is below 2^63: words are fewer than 2^31, and param is below 2^32. */
function takeFrames(stack: number, param: number, type: number | undefined, words: number): string {
  const isLong = type === I64;
  return `
      ${isLong ? `local.get ${param}\ni64.const ${2 ** 32 - 1}\ni64.gt_u\nif\nunreachable\nend` : ''}
      local.get ${param}
      ${isLong ? '' : 'i64.extend_i32_u'}
      i64.const 1
      i64.add
      i64.const ${words}
      i64.mul
      global.get ${stack}
      i64.extend_i32_s
      i64.gt_s
      if
      unreachable
      end`;
}
