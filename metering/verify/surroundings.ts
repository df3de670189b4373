/** Everything but the guest's code: what has to be as it was, and the injected functions, which have to be these. */
import type { CostTable } from '../cost-table.ts';
import { Op, opcodeOf } from '../opcodes.ts';
import { expectCode, type HelperText } from './helper-text.ts';
import type { ModuleCode } from './read-module.ts';
import { VerificationFailed } from './verification-failed.ts';

/** Export names of the instrumented module, as `InjectedNames` has them. */
export interface Names {
  readonly memory: string | undefined;
  readonly entryPoints: Readonly<Record<string, string>>;
  readonly gas: string;
  readonly stack: string;
  readonly charge: string;
  readonly reset: string;
}

export interface Budgets {
  readonly memoryPages: number;
  readonly stackWords: number;
}

/**
 * Costs are `undefined` for a module without meter.
 *
 * @param mayCarry More functions can follow (`carriers.ts`).
 * @returns the index of the first function behind those that are always there.
 * @throws VerificationFailed `surroundings` or `helper`
 */
export function checkSurroundings(
  original: ModuleCode,
  instrumented: ModuleCode,
  names: Names,
  { memoryPages, stackWords }: Budgets,
  costs: CostTable | undefined,
  mayCarry: boolean,
): number {
  const functionCount = original.importedFunctions.length + original.functions.length;
  const globalCount = original.globals.length;
  const declared = original.memory ?? original.importedMemory;
  const capped = declared && { min: declared.min, max: Math.min(declared.max ?? memoryPages, memoryPages) };
  const helpers = costs !== undefined && capped !== undefined ? growAndBulk(globalCount, costs, capped.max) : [];
  const injected = [
    costs === undefined ? freeCharge : charge(globalCount),
    reset(original, globalCount + 1, stackWords),
    ...helpers,
  ];

  same('types', instrumented.types.slice(0, original.types.length), original.types);
  same('imported functions', instrumented.importedFunctions, original.importedFunctions);
  same(
    'the imported memory',
    instrumented.importedMemory,
    original.importedMemory && { ...original.importedMemory, ...capped },
  );
  same('the memory', instrumented.memory, original.memory && capped);
  same('the table', instrumented.table, original.table);
  same('globals', instrumented.globals, [
    ...original.globals,
    { type: I64, isMutable: true, initial: 0n },
    { type: I32, isMutable: true, initial: stackWords },
  ]);
  same('elements', instrumented.elements, original.elements);
  same('data segments', instrumented.data.map(describeData), original.data.map(describeData));
  same('exports', instrumented.exports, exportsOf(original, names, functionCount, globalCount));
  const least = original.functions.length + injected.length;
  const found = instrumented.functions.length;
  same('the number of functions', mayCarry ? Math.min(found, least) : found, least);
  same(
    'types of functions',
    instrumented.functions.slice(0, original.functions.length).map(({ typeIndex }) => typeIndex),
    original.functions.map(({ typeIndex }) => typeIndex),
  );
  for (const [position, text] of injected.entries()) {
    const helper = instrumented.functions[original.functions.length + position];
    if (helper !== undefined) expectCode(instrumented, functionCount + position, helper, text);
  }
  return functionCount + injected.length;
}

const FUNCTION = 0;
const MEMORY = 2;
const GLOBAL = 3;

const I32 = 0x7f;
const I64 = 0x7e;

function same(what: string, actual: unknown, expected: unknown): void {
  const [left, right] = [print(actual), print(expected)];
  if (left !== right) throw new VerificationFailed('surroundings', undefined, 0, `${what}: ${right}`, left);
}

function print(value: unknown): string {
  return JSON.stringify(value, (_, item) => (typeof item === 'bigint' ? `${item}n` : item)) ?? 'none';
}

function describeData({ start, bytes }: ModuleCode['data'][number]): unknown {
  return { start, bytes: bytes.join() };
}

function exportsOf(original: ModuleCode, names: Names, functionCount: number, globalCount: number): unknown {
  const entryPoints = original.exports.flatMap(({ name, kind, index }) => {
    const injected = Object.hasOwn(names.entryPoints, name) ? names.entryPoints[name] : undefined;
    return kind === FUNCTION && injected !== undefined ? [{ name: injected, kind, index }] : [];
  });
  return [
    { name: names.gas, kind: GLOBAL, index: globalCount },
    { name: names.stack, kind: GLOBAL, index: globalCount + 1 },
    { name: names.charge, kind: FUNCTION, index: functionCount },
    { name: names.reset, kind: FUNCTION, index: functionCount + 1 },
    ...(names.memory === undefined ? [] : [{ name: names.memory, kind: MEMORY, index: 0 }]),
    ...entryPoints,
  ];
}

const freeCharge: HelperText = { type: [[I32, I32], [I32]], locals: [], code: 'i32.const 0\nend' };

/** gas -= high << 32 | low, both unsigned; -1 and 1 if there is less, or was. */
function charge(gas: number): HelperText {
  return {
    type: [[I32, I32], [I32]],
    locals: [I64],
    code: `
      local.get 1
      i64.extend_i32_u
      i64.const 32
      i64.shl
      local.get 0
      i64.extend_i32_u
      i64.or
      local.tee 2
      global.get ${gas}
      i64.gt_u
      global.get ${gas}
      i64.const 0
      i64.lt_s
      i32.or
      if
      i64.const -1
      global.set ${gas}
      i32.const 1
      return
      end
      global.get ${gas}
      local.get 2
      i64.sub
      global.set ${gas}
      i32.const 0
      end`,
  };
}

function reset({ globals }: ModuleCode, stack: number, stackWords: number): HelperText {
  const mutable = globals.flatMap(({ type, isMutable, initial }, index) =>
    isMutable ? [`${type === I32 ? 'i32' : 'i64'}.const ${initial}\nglobal.set ${index}`] : [],
  );
  return {
    type: [[], []],
    locals: [],
    code: [...mutable, `i32.const ${stackWords}\nglobal.set ${stack}\nend`].join('\n'),
  };
}

/** gas -= local * perUnit; traps below zero. */
function scaledCharge(gas: number, local: number, perUnit: number): string {
  return `
      global.get ${gas}
      local.get ${local}
      i64.extend_i32_u
      i64.const ${perUnit}
      i64.mul
      i64.sub
      global.set ${gas}
      global.get ${gas}
      i64.const 0
      i64.lt_s
      if
      unreachable
      end`;
}

function growAndBulk(gas: number, costs: CostTable, maxPages: number): readonly HelperText[] {
  const grow = `
      local.get 0
      i32.const ${maxPages}
      memory.size
      i32.sub
      i32.gt_u
      if
      i32.const -1
      return
      end
      local.get 0
      i32.eqz
      if
      memory.size
      return
      end
      ${scaledCharge(gas, 0, costs.memoryGrowPerPage)}
      local.get 0
      memory.grow
      local.tee 1
      i32.const -1
      i32.eq
      if
      i32.const ${-(2 ** 31)}
      global.set ${gas + 1}
      unreachable
      end
      local.get 1
      end`;
  const bulk = (mnemonic: string): string => `
      ${scaledCharge(gas, 2, costs.bulkMemoryPerByte)}
      local.get 0
      local.get 1
      local.get 2
      ${mnemonic}
      end`;
  const ofThree: HelperText['type'] = [[I32, I32, I32], []];
  return [
    { type: [[I32], [I32]], locals: [I32], code: grow },
    { type: ofThree, locals: [], code: bulk(opcodeOf(Op.memoryCopy).mnemonic) },
    { type: ofThree, locals: [], code: bulk(opcodeOf(Op.memoryFill).mnemonic) },
  ];
}
