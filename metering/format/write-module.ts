/** Writes a module's sections. Everything is given; nothing is decided here. */
import type { DataSegment, ElementSegment, Export, FunctionType, Global, TableType } from './module.ts';
import { Op } from './opcodes.ts';
import { SectionId } from './section-id.ts';
import { Writer } from './writer.ts';

/** A memory as the written module declares it. */
export interface CappedMemory {
  readonly minPages: number;
  readonly maxPages: number;
}

export interface FunctionImport {
  readonly module: string;
  readonly name: string;
  readonly typeIndex: number;
}

/** A function behind the module's own. */
export interface InjectedFunction {
  readonly type: FunctionType;
  /** Local declarations, instructions and `end`, without the size. */
  readonly writeBody: (writer: Writer) => void;
}

export interface ModuleParts {
  readonly types: readonly FunctionType[];
  readonly importedFunctions: readonly FunctionImport[];
  readonly importedMemory: (CappedMemory & { readonly module: string; readonly name: string }) | undefined;
  /** Of the module's own functions: type index and body, which is written without its size. */
  readonly functions: readonly { readonly typeIndex: number; readonly writeBody: (writer: Writer) => void }[];
  readonly table: TableType | undefined;
  readonly memory: CappedMemory | undefined;
  readonly globals: readonly Pick<Global, 'type' | 'isMutable' | 'initial'>[];
  readonly exports: readonly Pick<Export, 'name' | 'kind' | 'index'>[];
  readonly elements: readonly Pick<ElementSegment, 'tableOffset' | 'functionIndices'>[];
  readonly dataSegments: readonly Pick<DataSegment, 'memoryOffset' | 'bytes'>[];
  /** Behind the others; for memory.init. */
  readonly passiveData: readonly Uint8Array[];
}

const HEADER = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);

/** @param capacityBytes A guess at the size. */
export function writeModule(parts: ModuleParts, capacityBytes: number): Uint8Array {
  const writer = new Writer(capacityBytes);
  const { table, memory, dataSegments, passiveData } = parts;
  writer.bytes(HEADER);
  writeSection(writer, SectionId.type, parts.types, ({ params, results }) => {
    writer.byte(0x60);
    writer.vector(params, (type) => writer.valueType(type));
    writer.vector(results, (type) => writer.valueType(type));
  });
  writeImports(writer, parts);
  writeSection(writer, SectionId.function, parts.functions, ({ typeIndex }) => writer.u32(typeIndex));
  writeSection(writer, SectionId.table, table === undefined ? [] : [table], ({ minSize, maxSize }) => {
    writer.byte(0x70);
    writeLimits(writer, minSize, maxSize);
  });
  writeSection(writer, SectionId.memory, memory === undefined ? [] : [memory], ({ minPages, maxPages }) =>
    writeLimits(writer, minPages, maxPages),
  );
  writeSection(writer, SectionId.global, parts.globals, (global) => {
    writer.valueType(global.type);
    writer.byte(global.isMutable ? 1 : 0);
    writer.constant(global);
    writer.opcode(Op.end);
  });
  const kindBytes = { function: 0, table: 1, memory: 2, global: 3 };
  writeSection(writer, SectionId.export, parts.exports, ({ name, kind, index }) => {
    writer.name(name);
    writer.byte(kindBytes[kind]);
    writer.u32(index);
  });
  writeSection(writer, SectionId.element, parts.elements, ({ tableOffset, functionIndices }) => {
    writeActiveSegment(writer, tableOffset);
    writer.vector(functionIndices, (index) => writer.u32(index));
  });
  if (passiveData.length > 0) {
    writer.byte(SectionId.dataCount);
    writer.sized(() => writer.u32(dataSegments.length + passiveData.length));
  }
  writeSection(writer, SectionId.code, parts.functions, ({ writeBody }) => writer.sized(() => writeBody(writer)));
  const passive = passiveData.map((bytes) => ({ memoryOffset: undefined, bytes }));
  writeSection(writer, SectionId.data, [...dataSegments, ...passive], ({ memoryOffset, bytes }) => {
    if (memoryOffset === undefined) writer.byte(1);
    else writeActiveSegment(writer, memoryOffset);
    writer.u32(bytes.length);
    writer.bytes(bytes);
  });
  return writer.toBytes();
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

function writeImports(writer: Writer, { importedFunctions, importedMemory }: ModuleParts): void {
  const memories = importedMemory === undefined ? [] : [importedMemory];
  writeSection(writer, SectionId.import, [...importedFunctions, ...memories], (item) => {
    writer.name(item.module);
    writer.name(item.name);
    if ('typeIndex' in item) {
      writer.byte(0);
      writer.u32(item.typeIndex);
    } else {
      writer.byte(2);
      writeLimits(writer, item.minPages, item.maxPages);
    }
  });
}

function writeLimits(writer: Writer, min: number, max: number | undefined): void {
  writer.byte(max === undefined ? 0 : 1);
  writer.u32(min);
  if (max !== undefined) writer.u32(max);
}

/** Of table 0 or memory 0, at a constant place. */
function writeActiveSegment(writer: Writer, start: number): void {
  writer.u32(0);
  writer.constant({ type: 'i32', initial: start });
  writer.opcode(Op.end);
}
