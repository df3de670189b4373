/**
 * Random modules of several layers of functions. Each calls those below it, some call themselves or each other, at the
 * bottom most of all; between two recursions there are bridges with counted loops. Only the upper layers of a module call the
 * host, down to a layer that is drawn: below it nobody observes the counters, so that all techniques are used.
 */
import type { FunctionType, ValueType } from '../../metering/format/module.ts';
import { Op } from '../../metering/format/opcodes.ts';
import { writeModule } from '../../metering/format/write-module.ts';
import type { Writer } from '../../metering/format/writer.ts';
import type { Random } from '../random.ts';
import type { ImportedFunction, IntegerModule } from './integer-module.ts';
import { type Callee, type Scope, within, writeStatements } from './statements.ts';

const imports: readonly ImportedFunction[] = [
  { module: 'test', name: 'observe', params: ['i32'], results: [] },
  { module: 'test', name: 'number', params: [], results: ['i32'] },
];

/** The first is that of `run` and of what is called through the table. */
const types: readonly FunctionType[] = [
  { params: ['i32'], results: [] },
  { params: [], results: ['i32'] },
  { params: ['i32', 'i32'], results: [] },
  { params: ['i32', 'i32'], results: ['i32'] },
  { params: ['i64', 'i32'], results: ['i64'] },
];

interface Planned {
  readonly index: number;
  readonly layer: number;
  readonly typeIndex: number;
  readonly recursion: 'none' | 'self' | 'mutual';
  /** It takes a frame, and has the counters in the globals. */
  readonly isExported: boolean;
  /** It calls no function but of the layer below. */
  readonly isBridge: boolean;
}

const FUEL = 0;
const ENTRIES = 4;
const VARIABLES = 3;
const COUNTERS = 4;
/** Where recursion has a second bound. */
const MOST_DEPTH = 60;

export interface LayeredSizes {
  readonly leastLayers: number;
  readonly mostLayers: number;
  readonly mostStatements: number;
}

const USUAL: LayeredSizes = { leastLayers: 2, mostLayers: 7, mostStatements: 14 };

export function layeredModule(random: Random, sizes: LayeredSizes = USUAL): IntegerModule {
  const { leastLayers, mostLayers, mostStatements } = sizes;
  const layerCount = random.between(leastLayers, mostLayers);
  const functions: Planned[] = [];
  for (let layer = 0; layer < layerCount; layer += 1) {
    const isBridge = layer < layerCount - 1 && random.chance(60);
    for (let count = random.between(1, 2); count > 0; count -= 1) {
      const isBottom = layer === layerCount - 1;
      const recursion = random.pickWeighted([
        [isBottom ? 3 : 5, 'none'],
        [isBridge ? 0 : 6, 'self'],
        [isBridge ? 0 : 1, 'mutual'],
      ] as const);
      const typeIndex = random.pick([0, 2, 2, 3, 3, 4]);
      const isExported = !isBridge && random.chance(15);
      functions.push({ index: imports.length + functions.length, layer, typeIndex, recursion, isExported, isBridge });
    }
  }
  const hostLayers = random.pick([0, 0, 1, 1, 2, layerCount]);
  const usesTable = random.chance(30);
  const inTable = functions.filter(({ typeIndex }) => typeIndex === 0 && random.chance(60)).map(({ index }) => index);
  const exported = functions.filter(({ isExported }) => isExported);
  const runIndex = imports.length + functions.length;
  const hasMemory = random.chance(50);

  const calleesOf = (planned: Planned): readonly Callee[] => {
    const callsHost = planned.layer < hostLayers;
    const host: readonly Callee[] = callsHost ? imports.map((type, index) => ({ ...type, index, weight: 2 })) : [];
    const below = functions.flatMap((each): Callee[] => {
      const isNext = each.layer === planned.layer + 1;
      if (each.layer <= planned.layer || (planned.isBridge && !isNext)) return [];
      return [{ ...typeAt(each.typeIndex), index: each.index, weight: isNext ? 4 : 1 }];
    });
    return [...below, ...host];
  };

  const scopeOf = (writer: Writer, planned: Planned): Scope => {
    const params = paramsOf(planned.typeIndex);
    const firstLocal = params.length;
    const ofType = params.flatMap((type, index) => (type === 'i32' ? [index] : []));
    return {
      random,
      writer,
      results: typeAt(planned.typeIndex).results,
      locals: [...ofType, ...upFrom(firstLocal, VARIABLES)],
      counters: upFrom(firstLocal + VARIABLES, COUNTERS),
      fuel: FUEL,
      labels: [],
      callees: calleesOf(planned),
      tableType: usesTable && planned.layer < hostLayers && inTable.length > 0 ? 0 : undefined,
      hasMemory,
      budget: random.between(2, mostStatements),
    };
  };

  const writeBody = (planned: Planned) => (writer: Writer) => {
    const { results } = typeAt(planned.typeIndex);
    const scope = scopeOf(writer, planned);
    writeLocals(writer);
    const isLast = random.chance(50);
    if (isLast) writeStatements(scope, 4);
    if (planned.recursion !== 'none') writeRecursion(scope, planned, functions);
    if (!isLast || random.chance(30)) writeStatements(scope, 4);
    for (const type of results) {
      writer.opcode(Op.localGet);
      writer.u32(0);
      if (type === 'i64' && paramsOf(planned.typeIndex)[0] !== 'i64') writer.opcode(Op.i64ExtendI32U);
    }
    writer.opcode(Op.end);
  };

  /** Calls a function of the upper layers, and is one with statements itself: exported, so that it never takes the counters by value. */
  const writeRun = (writer: Writer): void => {
    const run: Planned = { index: 0, layer: 0, typeIndex: 0, recursion: 'none', isExported: true, isBridge: false };
    const scope = { ...scopeOf(writer, run), callees: calleesOf({ ...run, layer: -1 }) };
    writeLocals(writer);
    for (let choice = 0; choice < ENTRIES; choice += 1) {
      writer.opcode(Op.localGet);
      writer.u32(0);
      writeI32(writer, choice);
      writer.opcode(Op.i32Eq);
      within(scope, Op.if, () => {
        scope.budget = random.between(1, mostStatements);
        if (random.chance(70)) writeStatements(scope, 2);
        writeTop(writer);
        if (random.chance(50)) writeStatements(scope, 2);
      });
    }
    writer.opcode(Op.end);
  };

  const writeTop = (writer: Writer): void => {
    const top = random.pick(functions.filter(({ layer }) => layer <= 1));
    const { params, results } = typeAt(top.typeIndex);
    for (const type of params) {
      writeI32(writer, random.pick([0, 1, 2, 4, 9, 17, 40]));
      if (type === 'i64') writer.opcode(Op.i64ExtendI32U);
    }
    writer.opcode(Op.call);
    writer.u32(top.index);
    for (const type of results) {
      if (type === 'i64') writer.opcode(Op.i32WrapI64);
      writer.opcode(Op.call);
      writer.u32(0);
    }
  };

  const bytes = writeModule(
    {
      types,
      importedFunctions: imports.map(({ module, name }, typeIndex) => ({ module, name, typeIndex })),
      importedMemory: undefined,
      functions: [
        ...functions.map((planned) => ({ typeIndex: planned.typeIndex, writeBody: writeBody(planned) })),
        { typeIndex: 0, writeBody: writeRun },
      ],
      table: { minSize: 4, maxSize: 4 },
      memory: { minPages: 1, maxPages: 3 },
      globals: [{ type: 'i32', isMutable: true, initial: 5 }],
      exports: [
        { name: 'memory', kind: 'memory', index: 0 },
        { name: 'run', kind: 'function', index: runIndex },
        ...exported.map(({ index }) => ({ name: `function ${index}`, kind: 'function' as const, index })),
      ],
      elements: usesTable ? [{ tableOffset: 0, functionIndices: inTable.slice(0, 4) }] : [],
      dataSegments: [],
      passiveData: [],
    },
    4_096,
  );
  return { bytes, imports, entryCount: ENTRIES };
}

/** if (n) { call itself, or another of its layer, with less } */
function writeRecursion(scope: Scope, planned: Planned, functions: readonly Planned[]): void {
  const { random, writer } = scope;
  const layer = functions.filter((other) => other.layer === planned.layer);
  const callee = planned.recursion === 'self' ? planned : random.pick(layer);
  const { params, results } = typeAt(callee.typeIndex);
  const readCountdown = (): void => {
    writer.opcode(Op.localGet);
    writer.u32(0);
    if (paramsOf(planned.typeIndex)[0] === 'i64') writer.opcode(Op.i32WrapI64);
  };
  const recurse = (): void =>
    within(scope, Op.if, () => {
      if (random.chance(30)) writeStatements(scope, 2);
      for (const [position, type] of params.entries()) {
        readCountdown();
        if (position === 0 || random.chance(50)) {
          writeI32(writer, random.pick([1, 1, 1, 2]));
          writer.opcode(Op.i32Sub);
        }
        if (type === 'i64') writer.opcode(Op.i64ExtendI32U);
      }
      writer.opcode(Op.call);
      writer.u32(callee.index);
      for (const _ of results) writer.opcode(Op.drop);
      if (random.chance(30)) writeStatements(scope, 2);
      if (!random.chance(40)) return;
      writer.opcode(Op.else);
      writeStatements(scope, 3);
    });
  readCountdown();
  if (random.chance(70)) {
    recurse();
    return;
  }
  writeI32(writer, MOST_DEPTH);
  writer.opcode(Op.i32LtU);
  within(scope, Op.if, () => {
    readCountdown();
    recurse();
  });
}

function writeLocals(writer: Writer): void {
  writer.u32(1);
  writer.u32(VARIABLES + COUNTERS);
  writer.valueType('i32');
}

function typeAt(index: number): FunctionType {
  return types[index] ?? { params: [], results: [] };
}

function paramsOf(typeIndex: number): readonly ValueType[] {
  return typeAt(typeIndex).params;
}

function upFrom(first: number, count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => first + index);
}

function writeI32(writer: Writer, value: number): void {
  writer.opcode(Op.i32Const);
  writer.s32(value);
}
