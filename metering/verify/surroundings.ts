/** Everything but the guest's code: what has to be as it was, and the injected functions, which have to be these. */
import { Op, opcodeOf } from '../format/opcodes.ts';
import type { CostTable } from '../gas/cost-table.ts';
import type { HostCode } from '../host/host-code.ts';
import type { TrackingKind } from '../host/tracked-writes.ts';
import { expectCode, type HelperText } from './helper-text.ts';
import { blockImports, type Placement } from './placement.ts';
import { type ModuleCode, signatureOf } from './read-module.ts';
import type { Reading } from './reading.ts';
import { BLOCK_SHIFT, GRANULE_SHIFT, initialImage, trackingFunctions, trackingGlobals } from './tracking-code.ts';
import { VerificationFailed } from './verification-failed.ts';

/** Export names of the instrumented module, as `InjectedNames` has them. */
export interface Names {
  readonly memory: string | undefined;
  readonly entryPoints: Readonly<Record<string, string>>;
  readonly gas: string;
  readonly stack: string;
  readonly charge: string;
  readonly reset: string;
  readonly mark: string;
  readonly restore: string;
  readonly prefix: string;
}

export interface Budgets {
  readonly memoryPages: number;
  readonly stackWords: number;
}

/**
 * Costs are `undefined` for a module without meter.
 *
 * @throws VerificationFailed `surroundings` or `helper`
 */
export function checkSurroundings(
  { original, instrumented, placement, tracks }: Omit<Reading, 'byValue'>,
  names: Names,
  { memoryPages, stackWords }: Budgets,
  costs: CostTable | undefined,
  hostCode: HostCode,
): void {
  const { gas, stack, firstOwn, firstInjected, firstType, firstHost, functionCount, mark } = placement;
  const declared = original.memory ?? original.importedMemory;
  const capped = declared && { min: declared.min, max: Math.min(declared.max ?? memoryPages, memoryPages) };
  const image =
    tracks === 'nothing' ? [] : initialImage(original, 1 << (tracks === 'bits' ? GRANULE_SHIFT : BLOCK_SHIFT));
  const memoryBytes = (declared?.min ?? 0) * PAGE_BYTES;
  const injected = [
    costs === undefined ? freeCharge : charge(gas),
    reset(original, stack, stackWords),
    ...trackingFunctions(tracks, placement, memoryBytes, image, original.data.length),
    ...(capped === undefined ? [] : growAndBulk(gas, costs, capped, mark)),
  ];
  const addedImports = [...hostCode.imports, ...(tracks === 'blocks' ? blockImports : [])];
  const added = functionCount - firstInjected;

  same('no custom section', instrumented.hasCustom, false);
  same('types', instrumented.types.slice(0, firstType), original.types);
  same('the number of types', instrumented.types.length, firstType + added + addedImports.length);
  same('imported functions', instrumented.importedFunctions, [
    ...original.importedFunctions,
    ...addedImports.map(({ module, name }, index) => ({ module, name, typeIndex: firstType + added + index })),
  ]);
  const importTypes = addedImports.map(({ type }) => signatureOf(type));
  same('types of added imports', instrumented.types.slice(firstType + added), importTypes);
  const importedMemory = original.importedMemory && { ...original.importedMemory, ...capped };
  same('the imported memory', instrumented.importedMemory, importedMemory);
  same('the memory', instrumented.memory, original.memory && capped);
  same('the table', instrumented.table, original.table);
  same('globals', instrumented.globals, [
    ...original.globals,
    { type: I64, isMutable: true, initial: 0n },
    { type: I32, isMutable: true, initial: stackWords },
    ...trackingGlobals[tracks],
  ]);
  const elements = original.elements.map(({ start, functionIndices }) => ({
    start,
    functionIndices: functionIndices.map(placement.calledAt),
  }));
  same('elements', instrumented.elements, elements);
  const placesOf = ({ data }: ModuleCode): unknown => data.map(({ start }) => start);
  same('places of data segments', placesOf(instrumented), placesOf(original));
  sameBytes('data', instrumented.data, original.data);
  sameBytes('passive data', instrumented.passiveData, image);
  same('exports', instrumented.exports, exportsOf(original, names, placement, tracks, hostCode));
  same('room for the functions', firstHost >= placement.firstByValue, true);
  const typesOf = ({ functions }: ModuleCode): number[] => functions.map(({ typeIndex }) => typeIndex);
  const addedTypes = Array.from({ length: added }, (_, position) => firstType + position);
  same('types of functions', typesOf(instrumented), [...typesOf(original), ...addedTypes]);
  for (const [position, text] of injected.entries()) {
    const index = firstInjected + position;
    const helper = instrumented.functions[index - firstOwn];
    if (helper !== undefined) expectCode(instrumented, index, helper, text);
  }
}

const PAGE_BYTES = 65_536;

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

type Data = ModuleCode['passiveData'];

function sameBytes(what: string, actual: Data, expected: Data): void {
  same(`the number of segments of ${what}`, actual.length, expected.length);
  for (const [index, { bytes }] of actual.entries()) {
    const other = expected[index]?.bytes ?? new Uint8Array(0);
    const isSame = bytes.length === other.length && bytes.every((byte, at) => byte === other[at]);
    same(`segment ${index} of ${what}`, isSame, true);
  }
}

function exportsOf(
  original: ModuleCode,
  names: Names,
  placement: Placement,
  tracks: TrackingKind,
  hostCode: HostCode,
): unknown {
  const { gas, stack, charge, reset, mark, restore, movedTo, firstHost } = placement;
  const entryPoints = original.exports.flatMap(({ name, kind, index }) => {
    const injected = Object.hasOwn(names.entryPoints, name) ? names.entryPoints[name] : undefined;
    return kind === FUNCTION && injected !== undefined ? [{ name: injected, kind, index: movedTo(index) }] : [];
  });
  return [
    { name: names.gas, kind: GLOBAL, index: gas },
    { name: names.stack, kind: GLOBAL, index: stack },
    { name: names.charge, kind: FUNCTION, index: charge },
    { name: names.reset, kind: FUNCTION, index: reset },
    ...(tracks === 'bits' ? [{ name: names.mark, kind: FUNCTION, index: mark }] : []),
    ...(restore === undefined ? [] : [{ name: names.restore, kind: FUNCTION, index: restore }]),
    ...(names.memory === undefined ? [] : [{ name: names.memory, kind: MEMORY, index: 0 }]),
    ...entryPoints,
    ...hostCode.functions.flatMap(({ exportName }, position) =>
      exportName === undefined
        ? []
        : [{ name: `${names.prefix}_${exportName}`, kind: FUNCTION, index: firstHost + position }],
    ),
  ];
}

const freeCharge: HelperText = { type: [[I32, I32], [I32]], locals: [], code: 'i32.const 0; end' };

/** gas -= high << 32 | low, both unsigned; -1 and 1 if there is less, or was. */
function charge(gas: number): HelperText {
  return {
    type: [[I32, I32], [I32]],
    locals: [I64],
    code: `
      local.get 1; i64.extend_i32_u; i64.const 32; i64.shl; local.get 0; i64.extend_i32_u; i64.or; local.tee 2
      global.get ${gas}; i64.gt_u; global.get ${gas}; i64.const 0; i64.lt_s; i32.or
      if; i64.const -1; global.set ${gas}; i32.const 1; return; end
      global.get ${gas}; local.get 2; i64.sub; global.set ${gas}
      i32.const 0; end`,
  };
}

function reset({ globals }: ModuleCode, stack: number, stackWords: number): HelperText {
  const mutable = globals.flatMap(({ type, isMutable, initial }, index) =>
    isMutable ? [`${type === I32 ? 'i32' : 'i64'}.const ${initial}; global.set ${index}`] : [],
  );
  return {
    type: [[], []],
    locals: [],
    code: [...mutable, `i32.const ${stackWords}; global.set ${stack}; end`].join('\n'),
  };
}

/** gas -= amount; traps below zero. */
function charged(gas: number, amount: string): string {
  return `
      global.get ${gas}; ${amount}; i64.sub; global.set ${gas}
      global.get ${gas}; i64.const 0; i64.lt_s; if; unreachable; end`;
}

/** @param mark The function that is told what was written, if writes are tracked. */
function growAndBulk(
  gas: number,
  costs: CostTable | undefined,
  { min, max }: { readonly min: number; readonly max: number },
  mark: number | undefined,
): readonly HelperText[] {
  if (costs === undefined && mark === undefined) return [];
  const grow = ({ memoryGrowPerPage, memoryGrowPerHeldPage }: CostTable): string => {
    const added = `local.get 0; i64.extend_i32_u; i64.const ${memoryGrowPerPage + memoryGrowPerHeldPage}; i64.mul`;
    const held = `i64.extend_i32_u; i64.const ${min * memoryGrowPerHeldPage}; i64.mul; i64.add`;
    return `
      local.get 0; i32.const ${max}; memory.size; i32.sub; i32.gt_u; if; i32.const -1; return; end
      local.get 0; i32.eqz; if; memory.size; return; end
      ${charged(gas, `${added}; memory.size; i32.const ${min}; i32.eq; ${held}`)}
      local.get 0; memory.grow; local.tee 1; i32.const -1; i32.eq
      if; i32.const ${-(2 ** 31)}; global.set ${gas + 1}; unreachable; end
      local.get 1; end`;
  };
  const perByte = (weight: number): string => `local.get 2; i64.extend_i32_u; i64.const ${weight}; i64.mul`;
  const bulk = (opcode: number): HelperText => ({
    type: [[I32, I32, I32], []],
    locals: [],
    code: `
      ${costs === undefined ? '' : charged(gas, perByte(costs.bulkMemoryPerByte))}
      local.get 0; local.get 1; local.get 2; ${opcodeOf(opcode).mnemonic}
      ${mark === undefined ? '' : `local.get 0; local.get 2; call ${mark}`}
      end`,
  });
  const growth: HelperText[] = costs === undefined ? [] : [{ type: [[I32], [I32]], locals: [I32], code: grow(costs) }];
  return [...growth, bulk(Op.memoryCopy), bulk(Op.memoryFill)];
}
