/**
 * Makes an integer module of any WebAssembly 1.0 module: f32 becomes i32, f64 becomes i64, and each float instruction
 * an integer one of the same type. Control flow, calls, memory and table stay as they are, so that what a generator made
 * stays random and valid, and none of it is thrown away. Has its own reader: the one in `metering/` refuses floats.
 *
 * The module loses its exports and its start function, and gets a memory `memory` of few pages and an entry point `run`.
 */
import { Op } from '../../metering/format/opcodes.ts';
import { Writer } from '../../metering/format/writer.ts';

type ValueType = 'i32' | 'i64';
interface Signature {
  readonly params: readonly ValueType[];
  readonly results: readonly ValueType[];
}

export interface ImportedFunction extends Signature {
  readonly module: string;
  readonly name: string;
}

/** `run: (i32) -> ()` calls the chosen export with arguments made of `seed`, and shows its result to an import if it can. */
export interface IntegerModule {
  readonly bytes: Uint8Array;
  readonly imports: readonly ImportedFunction[];
  /** How many exported functions `run` chooses from. */
  readonly entryCount: number;
}

/** The module needs something that has no integer form or is outside the allowed subset. */
export class NotTranslated extends Error {}

const [F32, F64, I32, I64] = [0x7d, 0x7c, 0x7f, 0x7e];

/** Float opcode to integer opcode; `undefined` is nothing at all. */
const integerOpcodes: ReadonlyMap<number, number | undefined> = new Map([
  ...pairs(0x2a, [0x28, 0x29]), // loads
  ...pairs(0x38, [0x36, 0x37]), // stores
  ...pairs(0x5b, [0x46, 0x47, 0x48, 0x4a, 0x4c, 0x4e]), // f32 comparisons
  ...pairs(0x61, [0x51, 0x52, 0x53, 0x55, 0x57, 0x59]), // f64 comparisons
  ...pairs(0x8b, [0x67, 0x68, 0x69, 0xc0, 0xc1, 0x67, 0x68]), // f32 with one operand
  ...pairs(0x92, [0x6a, 0x6b, 0x6c, 0x77, 0x71, 0x72, 0x73]), // f32 with two
  ...pairs(0x99, [0x79, 0x7a, 0x7b, 0xc2, 0xc3, 0xc4, 0x79]), // f64 with one operand
  ...pairs(0xa0, [0x7c, 0x7d, 0x7e, 0x89, 0x83, 0x84, 0x85]), // f64 with two
  ...pairs(0xa8, [0xc0, 0xc1, 0xa7, 0xa7]), // i32.trunc_f*
  ...pairs(0xae, [0xac, 0xad, 0xc2, 0xc3]), // i64.trunc_f*
  ...pairs(0xb2, [0x67, 0x68, 0xa7, 0xa7, 0xa7]), // f32.convert_*, f32.demote_f64
  ...pairs(0xb7, [0xac, 0xad, 0x7a, 0x7b, 0xac]), // f64.convert_*, f64.promote_f32
  ...pairs(0xbc, [undefined, undefined, undefined, undefined]), // reinterpretations
]);

function pairs(first: number, opcodes: readonly (number | undefined)[]): [number, number | undefined][] {
  return opcodes.map((opcode, index) => [first + index, opcode]);
}

class Source {
  readonly bytes: Uint8Array;
  offset = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  byte(): number {
    const byte = this.bytes[this.offset];
    if (byte === undefined) throw new NotTranslated('the module ends too soon');
    this.offset += 1;
    return byte;
  }

  u32(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.byte();
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
  }

  /** Steps over a LEB128 number of any size and sign. */
  skipNumber(): void {
    while (this.byte() >= 0x80);
  }

  take(length: number): Uint8Array {
    this.offset += length;
    return this.bytes.subarray(this.offset - length, this.offset);
  }

  name(): string {
    return new TextDecoder().decode(this.take(this.u32()));
  }

  type(): ValueType {
    const byte = this.byte();
    if (byte === I32 || byte === F32) return 'i32';
    if (byte === I64 || byte === F64) return 'i64';
    throw new NotTranslated(`value type ${byte}`);
  }
}

/** A small deterministic source of constants. */
function random(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    return state >> (state & 0x18 ? 24 : 0);
  };
}

const PAGE_BYTES = 65_536;

/**
 * @param entryOf Which functions `run` chooses from, of those that are exported and of all that are the module's own.
 * @param exportsEntries Whether they are exported as well, which changes how they are instrumented.
 */
export function integerModule(
  bytes: Uint8Array,
  seed: number,
  entryOf: (exported: readonly number[], own: readonly number[]) => readonly number[] = (exported) => exported,
  exportsEntries = false,
): IntegerModule {
  const sections = new Map<number, Source>();
  const whole = new Source(bytes);
  whole.take(8);
  while (whole.offset < bytes.length) {
    const id = whole.byte();
    const content = whole.take(whole.u32());
    if (id !== 0) sections.set(id, new Source(content));
  }
  const vector = <Item>(id: number, read: (source: Source) => Item): Item[] => {
    const source = sections.get(id);
    return source === undefined ? [] : Array.from({ length: source.u32() }, () => read(source));
  };

  const types = vector(1, readSignature);
  const allImports = vector(2, (source) => {
    const [module, name] = [source.name(), source.name()];
    const kind = source.byte();
    if (kind === 0) return [{ module, name, typeIndex: source.u32() }];
    if (kind !== 2) throw new NotTranslated(`import ${module}.${name} is neither function nor memory`);
    // It gets one of its own.
    readLimits(source);
    return [];
  });
  const imports = allImports.flat();
  const functions = vector(3, (source) => source.u32());
  const tables = vector(4, (source) => {
    if (source.byte() !== 0x70) throw new NotTranslated('a table of another kind');
    return readLimits(source);
  });
  vector(5, readLimits);
  const globals = vector(6, (source) => {
    const type = source.type();
    const isMutable = source.byte();
    return { type, isMutable, writeInitial: constantExpression(source) };
  });
  const exported = vector(7, (source) => {
    source.name();
    return { kind: source.byte(), index: source.u32() };
  });
  const elements = vector(9, (source) => {
    if (source.u32() !== 0) throw new NotTranslated('an element segment that is not active');
    const writeOffset = constantExpression(source);
    return { writeOffset, indices: Array.from({ length: source.u32() }, () => source.u32()) };
  });
  const bodies = vector(10, (source) => new Source(source.take(source.u32())));
  const data = vector(11, (source) => {
    if (source.u32() !== 0) throw new NotTranslated('a data segment that is not active');
    const start = source.offset;
    const writeOffset = constantExpression(source);
    const at = new Source(source.bytes.subarray(start + 1));
    const memoryOffset = at.u32();
    return { writeOffset, memoryOffset, bytes: source.take(source.u32()) };
  });

  const entries = entryOf(
    exported.flatMap(({ kind, index }) => (kind === 0 && index >= imports.length ? [index] : [])),
    functions.map((_, position) => imports.length + position),
  );
  const typeOf = (functionIndex: number): Signature => {
    const typeIndex = imports[functionIndex]?.typeIndex ?? functions[functionIndex - imports.length];
    const type = typeIndex === undefined ? undefined : types[typeIndex];
    if (type === undefined) throw new NotTranslated(`function ${functionIndex} has no type`);
    return type;
  };
  const importedFunctions = imports.map(({ module, name }, index) => ({ module, name, ...typeOf(index) }));
  const runIndex = imports.length + functions.length;
  const dataEnd = Math.max(0, ...data.map(({ memoryOffset, bytes }) => memoryOffset + bytes.length));

  const writer = new Writer(bytes.length * 2 + 1024);
  writer.bytes(bytes.subarray(0, 8));
  writeSection(writer, 1, [...types, { params: ['i32'], results: [] } as Signature], ({ params, results }) => {
    writer.byte(0x60);
    writer.vector(params, (type) => writer.valueType(type));
    writer.vector(results, (type) => writer.valueType(type));
  });
  writeSection(writer, 2, imports, ({ module, name, typeIndex }) => {
    writer.name(module);
    writer.name(name);
    writer.byte(0);
    writer.u32(typeIndex);
  });
  writeSection(writer, 3, [...functions, types.length], (typeIndex) => writer.u32(typeIndex));
  writeSection(writer, 4, tables, ({ min, max }) => {
    writer.byte(0x70);
    writeLimits(writer, min, max);
  });
  const pages = Math.max(1, Math.ceil(dataEnd / PAGE_BYTES));
  writeSection(writer, 5, [pages], () => writeLimits(writer, pages, pages + 2));
  writeSection(writer, 6, globals, ({ type, isMutable, writeInitial }) => {
    writer.valueType(type);
    writer.byte(isMutable);
    writeInitial(writer);
  });
  const exports = [
    { name: 'memory', kind: 2, index: 0 },
    { name: 'run', kind: 0, index: runIndex },
    ...(exportsEntries ? [...new Set(entries)].map((index) => ({ name: `entry ${index}`, kind: 0, index })) : []),
  ];
  writeSection(writer, 7, exports, ({ name, kind, index }) => {
    writer.name(name);
    writer.byte(kind);
    writer.u32(index);
  });
  writeSection(writer, 9, elements, ({ writeOffset, indices }) => {
    writer.u32(0);
    writeOffset(writer);
    writer.vector(indices, (index) => writer.u32(index));
  });
  const writeRun = (): void => {
    const next = random(seed);
    writer.u32(0);
    for (const [choice, index] of entries.entries()) {
      const { params, results } = typeOf(index);
      writer.bytes(new Uint8Array([0x20, 0]));
      writer.opcode(Op.i32Const);
      writer.s32(choice);
      writer.bytes(new Uint8Array([Op.i32Eq, Op.if, 0x40]));
      for (const param of params) {
        writer.opcode(param === 'i32' ? Op.i32Const : Op.i64Const);
        if (param === 'i32') writer.s32(next());
        else writer.s64(BigInt(next()) * BigInt(next()));
      }
      writer.opcode(Op.call);
      writer.u32(index);
      const [result] = results;
      if (result !== undefined) {
        const log = importedFunctions.findIndex(
          ({ params, results: none }) => none.length === 0 && params.join() === result,
        );
        writer.opcode(log < 0 ? Op.drop : Op.call);
        if (log >= 0) writer.u32(log);
      }
      writer.opcode(Op.end);
    }
    writer.opcode(Op.end);
  };
  const writeBodies = [...bodies.map((source) => () => translateBody(source, writer)), writeRun];
  writeSection(writer, 10, writeBodies, (write) => writer.sized(write));
  writeSection(writer, 11, data, ({ writeOffset, bytes }) => {
    writer.u32(0);
    writeOffset(writer);
    writer.u32(bytes.length);
    writer.bytes(bytes);
  });
  return { bytes: writer.toBytes(), imports: importedFunctions, entryCount: entries.length };
}

function writeSection<Item>(writer: Writer, id: number, items: readonly Item[], write: (item: Item) => void): void {
  if (items.length === 0) return;
  writer.byte(id);
  writer.sized(() => writer.vector(items, write));
}

function readSignature(source: Source): Signature {
  if (source.byte() !== 0x60) throw new NotTranslated('a type that is no function');
  const params = Array.from({ length: source.u32() }, () => source.type());
  const results = Array.from({ length: source.u32() }, () => source.type());
  return { params, results };
}

function readLimits(source: Source): { readonly min: number; readonly max: number | undefined } {
  const hasMax = source.byte();
  return { min: source.u32(), max: hasMax === 0 ? undefined : source.u32() };
}

function writeLimits(writer: Writer, min: number, max: number | undefined): void {
  writer.byte(max === undefined ? 0 : 1);
  writer.u32(min);
  if (max !== undefined) writer.u32(max);
}

/** Reads a constant and the `end` after it; gives what writes it again. */
function constantExpression(source: Source): (writer: Writer) => void {
  const opcode = source.byte();
  const start = source.offset;
  if (opcode === 0x43) source.take(4);
  else if (opcode === 0x44) source.take(8);
  else if (opcode === 0x41 || opcode === 0x42) source.skipNumber();
  else throw new NotTranslated(`constant expression with opcode ${opcode}`);
  const constant = source.bytes.subarray(start, source.offset);
  if (source.byte() !== Op.end) throw new NotTranslated('a longer constant expression');
  return (writer) => {
    writeConstant(writer, opcode, constant);
    writer.opcode(Op.end);
  };
}

/** A float's bits are the integer. */
function writeConstant(writer: Writer, opcode: number, bytes: Uint8Array): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (opcode === 0x43) {
    writer.opcode(Op.i32Const);
    writer.s32(view.getInt32(0, true));
  } else if (opcode === 0x44) {
    writer.opcode(Op.i64Const);
    writer.s64(view.getBigInt64(0, true));
  } else {
    writer.opcode(opcode);
    writer.bytes(bytes);
  }
}

function translateBody(source: Source, writer: Writer): void {
  const runs = Array.from({ length: source.u32() }, () => ({ count: source.u32(), type: source.type() }));
  writer.vector(runs, ({ count, type }) => {
    writer.u32(count);
    writer.valueType(type);
  });
  while (source.offset < source.bytes.length) {
    const opcode = source.byte();
    const start = source.offset;
    skipImmediate(source, opcode);
    const immediate = source.bytes.subarray(start, source.offset);
    if (opcode === 0x43 || opcode === 0x44) {
      writeConstant(writer, opcode, immediate);
    } else if (opcode === Op.block || opcode === Op.loop || opcode === Op.if) {
      writer.opcode(opcode);
      const [type] = immediate;
      writer.byte(type === F32 ? I32 : type === F64 ? I64 : (type ?? 0x40));
    } else {
      const translated = integerOpcodes.has(opcode) ? integerOpcodes.get(opcode) : opcode;
      if (translated === undefined) continue;
      writer.byte(translated);
      writer.bytes(immediate);
    }
  }
}

function skipImmediate(source: Source, opcode: number): void {
  if (opcode === 0x43) source.take(4);
  else if (opcode === 0x44) source.take(8);
  else if (opcode === Op.brTable) for (let left = source.u32() + 1; left > 0; left -= 1) source.skipNumber();
  else if (opcode === 0xfc) {
    const subopcode = source.u32();
    if (subopcode !== 10 && subopcode !== 11) throw new NotTranslated(`instruction 0xfc ${subopcode}`);
    source.take(subopcode === 10 ? 2 : 1);
  } else if (opcode >= 0x28 && opcode <= 0x3e) {
    source.skipNumber();
    source.skipNumber();
  } else if (opcode === Op.callIndirect) {
    source.skipNumber();
    source.skipNumber();
  } else if (hasOneNumber.has(opcode)) source.skipNumber();
}

const hasOneNumber: ReadonlySet<number> = new Set([
  ...[Op.block, Op.loop, Op.if, Op.br, Op.brIf, Op.call, Op.localGet, Op.localSet, Op.localTee, Op.globalGet],
  ...[Op.globalSet, Op.memorySize, Op.memoryGrow, Op.i32Const, Op.i64Const],
]);
