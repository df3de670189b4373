/**
 * Bytes to `Module`. One pass, no recursion, and nothing is allocated for a size that the bytes do not back.
 *
 * The folder is WebAssembly as a guest may use it, read and written: the table of allowed instructions (`opcodes.ts`), what is
 * refused by name (`refused-features.ts`), static limits (`limits.ts`), and three questions to bytes from anyone. Are they a
 * module of the allowed subset (here)? Does it type-check (`validate.ts`)? Does it ask of its host what the host offers
 * (`check-interface.ts`)? What has come through all three is never doubted again by what follows. The way back to bytes is
 * `write-module.ts`, which decides nothing, over `writer.ts`.
 *
 * Spec: https://webassembly.github.io/spec/core/binary/modules.html
 */
import { decodeBody } from './decode-body.ts';
import {
  decodeConstant,
  decodeFunctionType,
  decodeLimits,
  decodeTableElementType,
  decodeValueType,
} from './decode-type.ts';
import { checkLimit, type ModuleLimits } from './limits.ts';
import type { DataSegment, ElementSegment, Export, Global, MemoryType, Module, TableType } from './module.ts';
import { ModuleRejected } from './module-rejected.ts';
import { Reader } from './reader.ts';
import { memoryLimits, refusedImportKinds, tableLimits } from './refused-features.ts';
import { SectionId, sectionName, sectionOrder } from './section-id.ts';

/** The module under construction. */
type Draft = { -readonly [Key in keyof Module]: Mutable<Module[Key]> } & {
  /** Of the function section, until the code section brings the bodies. */
  typeIndices: number[];
  dataCount: number | undefined;
};
type Mutable<Type> = Type extends readonly (infer Item)[] ? Item[] : Type;

/** `\0asm`, version 1. A component has the same magic and another version. */
const header: readonly number[] = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];

const exportKinds = ['function', 'table', 'memory', 'global'] as const;

/**
 * @throws ModuleRejected `malformed`, `unsupported`, `limit-exceeded`, `start-not-allowed`, `import-not-allowed` (an
 * imported table or global), or `invalid` for the few typing rules whose subject a `Module` does not keep.
 */
export function decodeModule(bytes: Uint8Array, limits: ModuleLimits): Module {
  checkLimit(limits, 'moduleBytes', bytes.length, 0);
  const reader = new Reader(bytes, 0, bytes.length);
  for (const expected of header) {
    const offset = reader.offset;
    if (reader.byte() !== expected)
      throw new ModuleRejected('malformed', offset, 'the magic and version 1', 'other bytes');
  }
  const draft: Draft = {
    bytes,
    sections: [],
    types: [],
    importedFunctions: [],
    importedMemory: undefined,
    functions: [],
    table: undefined,
    memory: undefined,
    globals: [],
    exports: [],
    elements: [],
    dataSegments: [],
    typeIndices: [],
    dataCount: undefined,
  };
  let lastOrder = -1;
  while (!reader.isAtEnd()) {
    const idOffset = reader.offset;
    const id = reader.byte();
    const section = reader.range(reader.u32());
    draft.sections.push({ id, offset: section.offset, end: section.end });
    if (id === SectionId.custom) {
      // It never reaches an engine, but a module that engines call malformed must not pass here either.
      section.name(section.u32());
      continue;
    }
    const order = sectionOrder(id);
    if (order === undefined) throw new ModuleRejected('malformed', idOffset, 'a section id', id);
    if (order <= lastOrder) {
      throw new ModuleRejected('malformed', idOffset, 'each section once and in order', sectionName(id));
    }
    lastOrder = order;
    decodeSection(id, section, draft, limits);
    section.expectEnd(`${sectionName(id)} section`);
  }
  if (draft.functions.length !== draft.typeIndices.length) {
    throw new ModuleRejected('malformed', bytes.length, `${draft.typeIndices.length} bodies`, draft.functions.length);
  }
  if (draft.dataCount !== undefined && draft.dataCount !== draft.dataSegments.length) {
    throw new ModuleRejected('malformed', bytes.length, `${draft.dataCount} data segments`, draft.dataSegments.length);
  }
  const { typeIndices: _typeIndices, dataCount: _dataCount, ...module } = draft;
  return module;
}

function decodeSection(id: number, section: Reader, draft: Draft, limits: ModuleLimits): void {
  const forEachUpTo = (limit: keyof ModuleLimits, decodeItem: () => void): void =>
    forEach(section, (offset, index) => {
      checkLimit(limits, limit, index + 1, offset);
      decodeItem();
    });
  switch (id) {
    case SectionId.type:
      forEachUpTo('types', () => draft.types.push(decodeFunctionType(section, limits)));
      break;
    case SectionId.import:
      forEach(section, () => decodeImport(section, draft, limits));
      break;
    case SectionId.function:
      forEachUpTo('functions', () => draft.typeIndices.push(section.u32()));
      break;
    case SectionId.table:
      forEach(section, (offset, index) => {
        if (index > 0) throw new ModuleRejected('unsupported', offset, 'one table', 'more (reference types)');
        draft.table = decodeTable(section, limits);
      });
      break;
    case SectionId.memory:
      forEach(section, (offset) => {
        refuseSecondMemory(draft, offset);
        draft.memory = decodeMemory(section, limits);
      });
      break;
    case SectionId.tag:
      throw new ModuleRejected('unsupported', section.offset, 'no tag section', 'a tag section (exception handling)');
    case SectionId.global:
      forEachUpTo('globals', () => draft.globals.push(decodeGlobal(section)));
      break;
    case SectionId.export:
      forEachUpTo('exports', () => draft.exports.push(decodeExport(section, limits)));
      break;
    case SectionId.start:
      // A start function would run before there is a gas limit.
      throw new ModuleRejected('start-not-allowed', section.offset, 'no start function', 'a start section');
    case SectionId.element:
      forEachUpTo('elementSegments', () => draft.elements.push(decodeElement(section)));
      break;
    case SectionId.dataCount:
      draft.dataCount = section.u32();
      break;
    case SectionId.code:
      decodeCode(section, draft, limits);
      break;
    case SectionId.data:
      forEachUpTo('dataSegments', () => draft.dataSegments.push(decodeData(section)));
      break;
  }
}

/** Reads a vector: its count, then `decodeItem` for each element with the offset and index of it. */
function forEach(section: Reader, decodeItem: (offset: number, index: number) => void): void {
  const count = section.count();
  for (let index = 0; index < count; index += 1) decodeItem(section.offset, index);
}

function decodeName(section: Reader, limits: ModuleLimits): string {
  const offset = section.offset;
  const lengthBytes = section.count();
  checkLimit(limits, 'nameBytes', lengthBytes, offset);
  return section.name(lengthBytes);
}

function decodeImport(section: Reader, draft: Draft, limits: ModuleLimits): void {
  const offset = section.offset;
  const module = decodeName(section, limits);
  const name = decodeName(section, limits);
  const kindOffset = section.offset;
  const kind = section.byte();
  if (kind === 0) {
    checkLimit(limits, 'importedFunctions', draft.importedFunctions.length + 1, offset);
    draft.importedFunctions.push({ module, name, typeIndex: section.u32(), offset });
  } else if (kind === 2) {
    refuseSecondMemory(draft, offset);
    draft.importedMemory = { module, name, ...decodeMemory(section, limits), offset };
  } else if (kind === 1 || kind === 3) {
    throw new ModuleRejected('import-not-allowed', offset, 'a function or memory', kind === 1 ? 'a table' : 'a global');
  } else {
    const proposal = refusedImportKinds.get(kind);
    if (proposal === undefined) throw new ModuleRejected('malformed', kindOffset, 'an import kind', kind);
    throw new ModuleRejected('unsupported', kindOffset, 'a function or memory', proposal);
  }
}

function refuseSecondMemory(draft: Draft, offset: number): void {
  if (draft.memory === undefined && draft.importedMemory === undefined) return;
  throw new ModuleRejected('unsupported', offset, 'one memory', 'more (multiple memories)');
}

function decodeMemory(section: Reader, limits: ModuleLimits): MemoryType {
  const offset = section.offset;
  const { min, max } = decodeLimits(section, memoryLimits);
  checkLimit(limits, 'memoryPages', min, offset);
  return { minPages: min, maxPages: max };
}

function decodeTable(section: Reader, limits: ModuleLimits): TableType {
  const offset = section.offset;
  decodeTableElementType(section);
  const { min, max } = decodeLimits(section, tableLimits);
  // Nothing can grow a table, so its maximum costs nothing.
  checkLimit(limits, 'tableSize', min, offset);
  return { minSize: min, maxSize: max };
}

function decodeGlobal(section: Reader): Global {
  const offset = section.offset;
  const type = decodeValueType(section);
  const mutabilityOffset = section.offset;
  const mutability = section.byte();
  if (mutability > 1) throw new ModuleRejected('malformed', mutabilityOffset, 'mutability 0 or 1', mutability);
  return { type, isMutable: mutability === 1, initial: decodeConstant(section, type), offset };
}

function decodeExport(section: Reader, limits: ModuleLimits): Export {
  const offset = section.offset;
  const name = decodeName(section, limits);
  const kindOffset = section.offset;
  const kindByte = section.byte();
  if (kindByte === 4)
    throw new ModuleRejected('unsupported', kindOffset, 'an export kind', 'a tag (exception handling)');
  const kind = exportKinds[kindByte];
  if (kind === undefined) throw new ModuleRejected('malformed', kindOffset, 'an export kind', kindByte);
  return { name, kind, index: section.u32(), offset };
}

function decodeElement(section: Reader): ElementSegment {
  const offset = section.offset;
  const flags = section.u32();
  if (flags > 7) throw new ModuleRejected('malformed', offset, 'an element segment', `flags ${flags}`);
  if (flags !== 0) {
    const found = `flags ${flags} (reference types)`;
    throw new ModuleRejected('unsupported', offset, 'an active segment of functions', found);
  }
  const tableOffset = Number(decodeConstant(section, 'i32')) >>> 0;
  const functionIndices: number[] = [];
  forEach(section, () => functionIndices.push(section.u32()));
  return { tableOffset, functionIndices, offset };
}

function decodeCode(section: Reader, draft: Draft, limits: ModuleLimits): void {
  let totalLocals = 0;
  let totalBrTableLabels = 0;
  forEach(section, (offset, index) => {
    const typeIndex = draft.typeIndices[index];
    if (typeIndex === undefined) {
      throw new ModuleRejected('malformed', offset, `${draft.typeIndices.length} bodies`, 'more');
    }
    const body = decodeBody(section.range(section.u32()), typeIndex, limits);
    totalLocals += body.locals.length;
    checkLimit(limits, 'totalLocals', totalLocals, offset);
    for (const { labels } of body.instructions) totalBrTableLabels += labels?.length ?? 0;
    checkLimit(limits, 'totalBrTableLabels', totalBrTableLabels, offset);
    draft.functions.push(body);
  });
}

function decodeData(section: Reader): DataSegment {
  const offset = section.offset;
  const flags = section.u32();
  if (flags > 2) throw new ModuleRejected('malformed', offset, 'a data segment', `flags ${flags}`);
  if (flags !== 0) {
    const found = flags === 1 ? 'a passive segment' : 'a memory index (multiple memories)';
    throw new ModuleRejected('unsupported', offset, 'an active segment of memory 0', found);
  }
  const memoryOffset = Number(decodeConstant(section, 'i32')) >>> 0;
  return { memoryOffset, bytes: section.take(section.u32()), offset };
}
