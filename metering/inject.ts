/**
 * Writes the instrumented module. Everything that is injected comes after the module's own (types, functions, globals),
 * so that no index in the guest's code changes its meaning. Custom sections and the guest's export names stay behind.
 */

import { type Carrier, carriedType } from './carried.ts';
import type { CostTable } from './cost-table.ts';
import type { Step } from './edge-plan.ts';
import { type BodyPlan, injectBody } from './inject-body.ts';
import {
  type CarriedCalls,
  type CarriedFunction,
  injectCarriedBody,
  writeCarriedEntry,
} from './inject-carried-body.ts';
import {
  bulkFunction,
  chargeFunction,
  freeChargeFunction,
  growFunction,
  type InjectedFunction,
  resetFunction,
  writeConstant,
} from './injected-functions.ts';
import type { InjectedNames } from './injected-names.ts';
import type { MeterIndices } from './meter-code.ts';
import { type Export, functionType, type Global, type MemoryType, type Module } from './module.ts';
import { Op } from './opcodes.ts';
import { SectionId } from './section-id.ts';
import type { StackPlan } from './stack-plan.ts';
import { whatReaches } from './what-reaches.ts';
import { Writer } from './writer.ts';

/** What the code is to be metered by. */
export interface Meter {
  /** By position in `module.functions`. */
  readonly steps: readonly (readonly Step[])[];
  /** By position: how the function carries the counters; undefined if it does not. */
  readonly carriers: readonly (Carrier | undefined)[];
  /** By position: whether a call of it needs the gas counter in the global. */
  readonly usesCounter: readonly boolean[];
  readonly stack: StackPlan;
  readonly costs: CostTable;
}

export interface InjectOptions {
  readonly names: InjectedNames;
  readonly memoryPages: number;
  readonly stackWords: number;
  /** `undefined` leaves the guest's code as it is. */
  readonly meter: Meter | undefined;
}

/** @returns the bytes of the instrumented module. */
export function inject(module: Module, { names, memoryPages, stackWords, meter }: InjectOptions): Uint8Array {
  const functionCount = module.importedFunctions.length + module.functions.length;
  const globalCount = module.globals.length;
  const charge = functionCount;
  const reset = functionCount + 1;
  const indices: MeterIndices = {
    gas: globalCount,
    stack: globalCount + 1,
    grow: functionCount + 2,
    copy: functionCount + 3,
    fill: functionCount + 4,
  };
  const declaredMemory = module.memory ?? module.importedMemory;
  const memory = declaredMemory === undefined ? undefined : cappedMemory(declaredMemory, memoryPages);
  const injected: InjectedFunction[] = [
    meter === undefined ? freeChargeFunction : chargeFunction(indices),
    resetFunction(module.globals, indices.stack, stackWords),
  ];
  if (meter !== undefined && memory !== undefined) {
    injected.push(growFunction(indices, meter.costs, memory.maxPages));
    injected.push(bulkFunction(indices, meter.costs, Op.memoryCopy));
    injected.push(bulkFunction(indices, meter.costs, Op.memoryFill));
  }
  const own = meter === undefined ? [] : ownBodies(module, meter, functionCount + injected.length, indices);
  for (const { carried } of own) if (carried !== undefined) injected.push(carried);
  const globals: Pick<Global, 'type' | 'isMutable' | 'initial'>[] = [
    ...module.globals,
    { type: 'i64', isMutable: true, initial: 0n },
    { type: 'i32', isMutable: true, initial: stackWords },
  ];
  const exports: Pick<Export, 'name' | 'kind' | 'index'>[] = [
    { name: names.gas, kind: 'global', index: indices.gas },
    { name: names.stack, kind: 'global', index: indices.stack },
    { name: names.charge, kind: 'function', index: charge },
    { name: names.reset, kind: 'function', index: reset },
  ];
  if (names.memory !== undefined) exports.push({ name: names.memory, kind: 'memory', index: 0 });
  for (const { name, index } of module.exports) {
    const injectedName = Object.hasOwn(names.entryPoints, name) ? names.entryPoints[name] : undefined;
    if (injectedName !== undefined) exports.push({ name: injectedName, kind: 'function', index });
  }

  const writer = new Writer(module.bytes.length * 2 + 512);
  writer.bytes(module.bytes.subarray(0, 8));
  writeTypes(writer, module, injected);
  writeImports(writer, module, memory);
  writeFunctions(writer, module, injected);
  writeTable(writer, module);
  if (module.memory !== undefined && memory !== undefined) writeMemory(writer, memory);
  writeGlobals(writer, globals);
  writeExports(writer, exports);
  writeElements(writer, module);
  writeCode(writer, module, own, injected);
  writeData(writer, module);
  return writer.toBytes();
}

/** A memory as the instrumented module declares it. */
export interface CappedMemory {
  readonly minPages: number;
  readonly maxPages: number;
}

/** Growth beyond the limits is impossible by declaration. */
export function cappedMemory({ minPages, maxPages }: MemoryType, memoryPages: number): CappedMemory {
  return { minPages, maxPages: Math.min(maxPages ?? memoryPages, memoryPages) };
}

function writeSection<Item>(
  writer: Writer,
  id: number,
  items: readonly Item[],
  writeItem: (item: Item, index: number) => void,
): void {
  if (items.length === 0) return;
  writer.byte(id);
  writer.sized(() => writer.vector(items, writeItem));
}

function writeTypes(writer: Writer, module: Module, injected: readonly InjectedFunction[]): void {
  writeSection(
    writer,
    SectionId.type,
    [...module.types, ...injected.map(({ type }) => type)],
    ({ params, results }) => {
      writer.byte(0x60);
      writer.vector(params, (type) => writer.valueType(type));
      writer.vector(results, (type) => writer.valueType(type));
    },
  );
}

function writeImports(writer: Writer, module: Module, memory: CappedMemory | undefined): void {
  const imports: { readonly module: string; readonly name: string; readonly writeType: () => void }[] = [];
  for (const { module: moduleName, name, typeIndex } of module.importedFunctions) {
    const writeType = (): void => {
      writer.byte(0);
      writer.u32(typeIndex);
    };
    imports.push({ module: moduleName, name, writeType });
  }
  if (module.importedMemory !== undefined && memory !== undefined) {
    const writeType = (): void => {
      writer.byte(2);
      writeLimits(writer, memory.minPages, memory.maxPages);
    };
    imports.push({ module: module.importedMemory.module, name: module.importedMemory.name, writeType });
  }
  writeSection(writer, SectionId.import, imports, ({ module: moduleName, name, writeType }) => {
    writer.name(moduleName);
    writer.name(name);
    writeType();
  });
}

function writeFunctions(writer: Writer, module: Module, injected: readonly InjectedFunction[]): void {
  const typeIndices = module.functions.map(({ typeIndex }) => typeIndex);
  for (const index of injected.keys()) typeIndices.push(module.types.length + index);
  writeSection(writer, SectionId.function, typeIndices, (typeIndex) => writer.u32(typeIndex));
}

function writeTable(writer: Writer, { table }: Module): void {
  writeSection(writer, SectionId.table, table === undefined ? [] : [table], ({ minSize, maxSize }) => {
    writer.byte(0x70);
    writeLimits(writer, minSize, maxSize);
  });
}

function writeMemory(writer: Writer, memory: CappedMemory): void {
  writeSection(writer, SectionId.memory, [memory], ({ minPages, maxPages }) => writeLimits(writer, minPages, maxPages));
}

function writeLimits(writer: Writer, min: number, max: number | undefined): void {
  writer.byte(max === undefined ? 0 : 1);
  writer.u32(min);
  if (max !== undefined) writer.u32(max);
}

function writeGlobals(writer: Writer, globals: readonly Pick<Global, 'type' | 'isMutable' | 'initial'>[]): void {
  writeSection(writer, SectionId.global, globals, (global) => {
    writer.valueType(global.type);
    writer.byte(global.isMutable ? 1 : 0);
    writeConstant(writer, global);
    writer.opcode(Op.end);
  });
}

function writeExports(writer: Writer, exports: readonly Pick<Export, 'name' | 'kind' | 'index'>[]): void {
  const kindBytes = { function: 0, table: 1, memory: 2, global: 3 };
  writeSection(writer, SectionId.export, exports, ({ name, kind, index }) => {
    writer.name(name);
    writer.byte(kindBytes[kind]);
    writer.u32(index);
  });
}

function writeElements(writer: Writer, module: Module): void {
  writeSection(writer, SectionId.element, module.elements, ({ tableOffset, functionIndices }) => {
    writeActiveSegment(writer, tableOffset);
    writer.vector(functionIndices, (index) => writer.u32(index));
  });
}

function writeData(writer: Writer, module: Module): void {
  writeSection(writer, SectionId.data, module.dataSegments, ({ memoryOffset, bytes }) => {
    writeActiveSegment(writer, memoryOffset);
    writer.u32(bytes.length);
    writer.bytes(bytes);
  });
}

/** Of table 0 or memory 0, at a constant place. */
function writeActiveSegment(writer: Writer, start: number): void {
  writer.u32(0);
  writeConstant(writer, { type: 'i32', initial: start });
  writer.opcode(Op.end);
}

function writeCode(
  writer: Writer,
  module: Module,
  own: readonly OwnBody[],
  injected: readonly InjectedFunction[],
): void {
  const bodies: (() => void)[] = [];
  for (const [position, { offset, end }] of module.functions.entries()) {
    const metered = own[position];
    if (metered === undefined) bodies.push(() => writer.bytes(module.bytes.subarray(offset, end)));
    else bodies.push(() => metered.writeBody(writer));
  }
  for (const { writeBody } of injected) bodies.push(() => writeBody(writer));
  writeSection(writer, SectionId.code, bodies, (writeBody) => writer.sized(writeBody));
}

/** What becomes of one of the module's own functions. */
interface OwnBody {
  readonly writeBody: (writer: Writer) => void;
  /** The function with its code, if that moves out because it carries the counters. */
  readonly carried: InjectedFunction | undefined;
}

/** @param firstCarried Index of the first function that carries the counters; the others follow. */
function ownBodies(module: Module, meter: Meter, firstCarried: number, indices: MeterIndices): readonly OwnBody[] {
  const exported = new Set(module.exports.flatMap(({ kind, index }) => (kind === 'function' ? [index] : [])));
  const importCount = module.importedFunctions.length;
  const looksAtStack = whatReaches(module, (position) => (meter.stack[position] ?? 0) > 0);
  const wordsOf = (index: number): number => meter.stack[index - importCount] ?? 0;
  const carried = new Map<number, CarriedFunction>();
  for (const [position, carrier] of meter.carriers.entries()) {
    if (carrier !== undefined) carried.set(importCount + position, { index: firstCarried + carried.size, ...carrier });
  }
  const calls: CarriedCalls = {
    carriedFunction: (index) => carried.get(index),
    usesCounter: (index) => meter.usesCounter[index - importCount] ?? true,
    wordsOf,
  };
  return module.functions.map((body, position) => {
    const index = importCount + position;
    const type = functionType(module, index);
    const plan: BodyPlan = {
      type,
      steps: meter.steps[position] ?? [],
      frameWords: wordsOf(index),
      isExported: exported.has(index),
      takesFrame: (callee) => wordsOf(callee) > 0,
      looksAtStack: (callee) => looksAtStack[callee - importCount] ?? true,
    };
    const carrier = carried.get(index);
    if (carrier === undefined) {
      return { writeBody: (writer) => injectBody(writer, module.bytes, body, plan, indices), carried: undefined };
    }
    return {
      writeBody: (writer) => writeCarriedEntry(writer, plan, carrier, indices),
      carried: {
        type: carriedType(type, carrier),
        writeBody: (writer) => injectCarriedBody(writer, module.bytes, body, plan, carrier, calls, indices),
      },
    };
  });
}
