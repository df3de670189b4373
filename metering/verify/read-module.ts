/**
 * A module as the verifier sees it, read by the verifier's own decoder: the injector has read it with another one. Typing
 * is left to an engine (`WebAssembly.validate`), which is a third.
 */
import type { FunctionType, ValueType } from '../format/module.ts';
import { ModuleRejected } from '../format/module-rejected.ts';
import { findOpcode, Op } from '../format/opcodes.ts';
import { Reader } from '../format/reader.ts';
import { SectionId } from '../format/section-id.ts';
import { VerificationFailed } from './verification-failed.ts';

export interface CodeInstruction {
  /** As in `opcodes.ts`. */
  readonly opcode: number;
  /** Label, function, type, local or global index, constant, or offset of a memory access; 0 for all others. */
  readonly immediate: number | bigint;
  /** Of a `br_table`, the default last. */
  readonly labels: readonly number[];
  /** Of a `block`, `loop` or `if`: how many values it leaves, 0 or 1. */
  readonly arity: number;
  /** Of its first byte, and past its last one. */
  readonly offset: number;
  readonly end: number;
}

export interface FunctionCode {
  readonly typeIndex: number;
  /** Types of the declared locals, as bytes. */
  readonly locals: readonly number[];
  readonly code: readonly CodeInstruction[];
  /** Of the body, past its size. */
  readonly offset: number;
  readonly end: number;
}

interface Signature {
  readonly params: readonly number[];
  readonly results: readonly number[];
}

interface Limits {
  readonly min: number;
  readonly max: number | undefined;
}

export interface ModuleCode {
  readonly bytes: Uint8Array;
  readonly types: readonly Signature[];
  readonly importedFunctions: readonly { readonly module: string; readonly name: string; readonly typeIndex: number }[];
  readonly importedMemory: ({ readonly module: string; readonly name: string } & Limits) | undefined;
  readonly functions: readonly FunctionCode[];
  readonly table: Limits | undefined;
  readonly memory: Limits | undefined;
  readonly globals: readonly {
    readonly type: number;
    readonly isMutable: boolean;
    readonly initial: number | bigint;
  }[];
  readonly exports: readonly { readonly name: string; readonly kind: number; readonly index: number }[];
  readonly elements: readonly { readonly start: number | bigint; readonly functionIndices: readonly number[] }[];
  readonly data: readonly { readonly start: number | bigint; readonly bytes: Uint8Array }[];
  /** Passive data, behind the others. */
  readonly passiveData: readonly { readonly bytes: Uint8Array }[];
  readonly hasCustom: boolean;
}

type Draft = { -readonly [Key in keyof ModuleCode]: ModuleCode[Key] };

/** A module that an engine takes. @throws VerificationFailed `malformed` */
export function readModule(bytes: Uint8Array): ModuleCode {
  if (!WebAssembly.validate(bytes as Uint8Array<ArrayBuffer>)) throw malformed('what no engine takes');
  return readOriginal(bytes);
}

/**
 * What an instrumented module is compared with. Its engine is not asked: an old one takes an index of memory 0 in one byte only,
 * and what stays of the original is judged as part of the instrumented module. @throws VerificationFailed `malformed`
 */
export function readOriginal(bytes: Uint8Array): ModuleCode {
  try {
    return readSections(bytes);
  } catch (error) {
    // Of anything else, such as the end of the native stack, the module is not the cause.
    if (error instanceof ModuleRejected) throw malformed(error.message);
    throw error;
  }
}

function malformed(found: string): VerificationFailed {
  return new VerificationFailed('malformed', undefined, 0, 'a module of the allowed subset', found);
}

/** @throws VerificationFailed, ModuleRejected */
function readSections(bytes: Uint8Array): ModuleCode {
  const module: Draft = {
    bytes,
    types: [],
    importedFunctions: [],
    importedMemory: undefined,
    functions: [],
    table: undefined,
    memory: undefined,
    globals: [],
    exports: [],
    elements: [],
    data: [],
    passiveData: [],
    hasCustom: false,
  };
  let typeIndices: readonly number[] = [];
  const reader = new Reader(bytes, 8, bytes.length);
  while (!reader.isAtEnd()) {
    const id = reader.byte();
    const section = reader.range(reader.u32());
    switch (id) {
      case SectionId.custom:
        module.hasCustom = true;
        continue;
      case SectionId.dataCount:
        section.u32();
        break;
      case SectionId.type:
        module.types = vector(section, readSignature);
        break;
      case SectionId.import:
        readImports(section, module);
        break;
      case SectionId.function:
        typeIndices = vector(section, () => section.u32());
        break;
      case SectionId.table:
        [module.table] = single(vector(section, () => readLimits(section, section.byte())));
        break;
      case SectionId.memory:
        [module.memory] = single(vector(section, () => readLimits(section, undefined)));
        break;
      case SectionId.global:
        module.globals = vector(section, () => {
          const type = section.byte();
          const flags = section.byte();
          if (flags > 1) throw malformed(`flags ${flags} of a global`);
          return { type, isMutable: flags === 1, initial: readConstant(section) };
        });
        break;
      case SectionId.export:
        module.exports = vector(section, () => {
          const name = section.name(section.u32());
          return { name, kind: section.byte(), index: section.u32() };
        });
        break;
      case SectionId.element:
        module.elements = vector(section, () => {
          expectZero(section.u32(), 'flags of an element segment');
          return { start: readConstant(section), functionIndices: vector(section, () => section.u32()) };
        });
        break;
      case SectionId.code:
        module.functions = vector(section, (_, index) =>
          readFunction(section.range(section.u32()), typeIndices[index] ?? 0),
        );
        break;
      case SectionId.data:
        readData(section, module);
        break;
      default:
        throw malformed(`section ${id}`);
    }
    section.expectEnd('section');
  }
  if (module.memory !== undefined && module.importedMemory !== undefined) throw malformed('two memories');
  return module;
}

function single<Item>(items: readonly Item[]): readonly Item[] {
  if (items.length > 1) throw malformed(`${items.length} of what there is one of`);
  return items;
}

function readData(reader: Reader, module: Draft): void {
  const active: ModuleCode['data'][number][] = [];
  const passive: ModuleCode['passiveData'][number][] = [];
  for (let left = reader.count(); left > 0; left -= 1) {
    const flags = reader.u32();
    if (flags === 1) {
      passive.push({ bytes: reader.take(reader.u32()) });
      continue;
    }
    expectZero(flags + passive.length, 'flags of a data segment, or passive ones before it');
    active.push({ start: readConstant(reader), bytes: reader.take(reader.u32()) });
  }
  module.data = active;
  module.passiveData = passive;
}

function vector<Item>(reader: Reader, readItem: (reader: Reader, index: number) => Item): Item[] {
  return Array.from({ length: reader.count() }, (_, index) => readItem(reader, index));
}

function expectZero(value: number, what: string): void {
  if (value !== 0) throw malformed(`${what}: ${value}`);
}

function readSignature(reader: Reader): Signature {
  if (reader.byte() !== 0x60) throw malformed('a type of no function');
  return { params: vector(reader, () => reader.byte()), results: vector(reader, () => reader.byte()) };
}

/** As the bytes have it. */
export function signatureOf({ params, results }: FunctionType): Signature {
  const byteOf = (type: ValueType): number => (type === 'i32' ? 0x7f : 0x7e);
  return { params: params.map(byteOf), results: results.map(byteOf) };
}

function readLimits(reader: Reader, elementType: number | undefined): Limits {
  if (elementType !== undefined && elementType !== 0x70) throw malformed(`table of type ${elementType}`);
  const flags = reader.byte();
  if (flags > 1) throw malformed(`flags ${flags} of limits`);
  return { min: reader.u32(), max: flags === 1 ? reader.u32() : undefined };
}

function readImports(reader: Reader, module: Draft): void {
  const functions: ModuleCode['importedFunctions'][number][] = [];
  for (let left = reader.count(); left > 0; left -= 1) {
    const from = reader.name(reader.u32());
    const name = reader.name(reader.u32());
    const kind = reader.byte();
    if (kind === 0) functions.push({ module: from, name, typeIndex: reader.u32() });
    else if (kind === 2 && module.importedMemory === undefined)
      module.importedMemory = { module: from, name, ...readLimits(reader, undefined) };
    else throw malformed(`import of kind ${kind}`);
  }
  module.importedFunctions = functions;
}

function readConstant(reader: Reader): number | bigint {
  const opcode = reader.byte();
  if (opcode !== Op.i32Const && opcode !== Op.i64Const) throw malformed(`constant by opcode ${opcode}`);
  const value = opcode === Op.i32Const ? reader.s32() : reader.s64();
  if (reader.byte() !== Op.end) throw malformed('a longer constant');
  return value;
}

function readFunction(reader: Reader, typeIndex: number): FunctionCode {
  const { offset, end } = reader;
  const locals: number[] = [];
  for (let runs = reader.count(); runs > 0; runs -= 1) {
    const length = reader.u32();
    const type = reader.byte();
    for (let local = 0; local < length; local += 1) locals.push(type);
  }
  const code: CodeInstruction[] = [];
  while (!reader.isAtEnd()) code.push(readInstruction(reader));
  return { typeIndex, locals, code, offset, end };
}

function readInstruction(reader: Reader): CodeInstruction {
  const { offset } = reader;
  const first = reader.byte();
  const opcode = first === 0xfc ? 0xfc00 | reader.u32() : first;
  const row = opcode === MEMORY_INIT ? memoryInit : findOpcode(opcode);
  if (row === undefined) throw malformed(`opcode ${opcode}`);
  let immediate: number | bigint = 0;
  let labels: readonly number[] = none;
  let arity = 0;
  switch (row.immediate) {
    case 'none':
      break;
    case 'block-type': {
      const type = reader.byte();
      if (type !== 0x40 && type !== 0x7f && type !== 0x7e) throw malformed(`block of type ${type}`);
      arity = type === 0x40 ? 0 : 1;
      break;
    }
    case 'label-table':
      labels = [...vector(reader, () => reader.u32()), reader.u32()];
      break;
    case 'type':
      immediate = reader.u32();
      expectZero(reader.u32(), 'table');
      break;
    case 'memory-argument':
      if (reader.u32() > MAX_ALIGNMENT) throw malformed('an alignment of more than 8 bytes, or a memory');
      immediate = reader.u32();
      break;
    case 'memory-index':
      expectZero(reader.u32(), 'memory');
      if (opcode === Op.memoryCopy) expectZero(reader.u32(), 'memory');
      break;
    case 'i32':
      immediate = reader.s32();
      break;
    case 'i64':
      immediate = reader.s64();
      break;
    default:
      immediate = reader.u32();
      if (opcode === MEMORY_INIT) expectZero(reader.byte(), 'memory');
  }
  return { opcode, immediate, labels, arity, offset, end: reader.offset };
}

/** As a power of two. */
const MAX_ALIGNMENT = 3;

/** Not among the opcodes that a guest may use. The immediate is a data segment. */
export const MEMORY_INIT = 0xfc08;
const memoryInit = { immediate: 'data' } as const;

const none: readonly number[] = [];
