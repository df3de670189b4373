/**
 * The decoded form of a WebAssembly module: plain readonly data that keeps byte offsets, so that every later
 * statement about the module (a refusal, a charge, a trap) can point at the original bytes.
 *
 * Only the allowed subset can be represented: i32 and i64, one function table, one memory, at most one result.
 * Spec: https://webassembly.github.io/spec/core/binary/modules.html
 */

export type ValueType = 'i32' | 'i64';

/** A function signature. `results` holds zero or one type: multi-value is refused. */
export interface FunctionType {
  readonly params: readonly ValueType[];
  readonly results: readonly ValueType[];
}

/** What a `block`, `loop` or `if` leaves on the operand stack: nothing or one value. */
export type BlockType = ValueType | undefined;

export interface Instruction {
  /** One byte, or `0xfc00 | subopcode` for the 0xFC prefix. Rows of `opcodes.ts`. */
  readonly opcode: number;
  /** Offset of the opcode's first byte in the module. */
  readonly offset: number;
  /** Offset just past the last immediate byte. */
  readonly end: number;
  /**
   * The one scalar immediate, by opcode: label depth (br, br_if), function, local, global or type index,
   * memory offset (loads and stores, in bytes, 0 to 2^32-1), constant (i32.const signed, i64.const as a signed bigint).
   * 0 where there is none.
   */
  readonly immediate: number | bigint;
  /** br_table only: the label depths, the default last. */
  readonly labels: readonly number[] | undefined;
  /** block, loop and if only. */
  readonly blockType: BlockType;
}

export interface FunctionBody {
  readonly typeIndex: number;
  /** Declared locals, without the parameters. */
  readonly locals: readonly ValueType[];
  /** The body's instructions; the last one is the function's own `end`. */
  readonly instructions: readonly Instruction[];
  /** Offset of the body (its local declarations) and of its end, past the size field. */
  readonly offset: number;
  readonly end: number;
}

export interface ImportedFunction {
  readonly module: string;
  readonly name: string;
  readonly typeIndex: number;
  readonly offset: number;
}

export interface MemoryType {
  readonly minPages: number;
  readonly maxPages: number | undefined;
}

export interface ImportedMemory extends MemoryType {
  readonly module: string;
  readonly name: string;
  readonly offset: number;
}

export interface TableType {
  readonly minSize: number;
  readonly maxSize: number | undefined;
}

export interface Global {
  readonly type: ValueType;
  readonly isMutable: boolean;
  /** i32 as a signed number, i64 as a signed bigint. */
  readonly initial: number | bigint;
  readonly offset: number;
}

export interface Export {
  readonly name: string;
  readonly kind: 'function' | 'table' | 'memory' | 'global';
  readonly index: number;
  readonly offset: number;
}

export interface ElementSegment {
  readonly tableOffset: number;
  readonly functionIndices: readonly number[];
  readonly offset: number;
}

export interface DataSegment {
  readonly memoryOffset: number;
  readonly bytes: Uint8Array;
  readonly offset: number;
}

/** A section as it lies in the file: `offset` is that of its content, past id and size. */
export interface Section {
  readonly id: number;
  readonly offset: number;
  readonly end: number;
}

export interface Module {
  readonly bytes: Uint8Array;
  readonly sections: readonly Section[];
  readonly types: readonly FunctionType[];
  readonly importedFunctions: readonly ImportedFunction[];
  readonly importedMemory: ImportedMemory | undefined;
  /** Defined functions: function index = importedFunctions.length + position here. */
  readonly functions: readonly FunctionBody[];
  readonly table: TableType | undefined;
  /** The defined memory; `importedMemory` otherwise. */
  readonly memory: MemoryType | undefined;
  readonly globals: readonly Global[];
  readonly exports: readonly Export[];
  readonly elements: readonly ElementSegment[];
  readonly dataSegments: readonly DataSegment[];
}

/** Signature of any function index, imported or defined. */
export function functionType(module: Module, functionIndex: number): FunctionType {
  const importCount = module.importedFunctions.length;
  const typeIndex =
    functionIndex < importCount
      ? module.importedFunctions[functionIndex]?.typeIndex
      : module.functions[functionIndex - importCount]?.typeIndex;
  const type = typeIndex === undefined ? undefined : module.types[typeIndex];
  if (type === undefined) throw new RangeError(`function index ${functionIndex} is not in the module`);
  return type;
}
