/**
 * The allowed instructions, one row each: all that the decoder, the validator, the gas plan and the reference
 * interpreter know about an opcode. What has no row is refused (`refused-features.ts` names it).
 *
 * The set is the integer part of WebAssembly 1.0, the sign-extension operators, memory.copy and memory.fill.
 * Codes and types: https://webassembly.github.io/spec/core/appendix/index-instructions.html
 */
import type { ValueType } from './module.ts';

/** What follows the opcode in the binary, and so what `Instruction` holds. */
export type ImmediateKind =
  | 'none'
  | 'block-type'
  | 'label'
  | 'label-table'
  | 'function'
  | 'type' // call_indirect: a type index, then the table index 0
  | 'local'
  | 'global'
  | 'memory-argument' // alignment and offset
  | 'memory-index' // an index for each memory that is named, all of them 0
  | 'i32'
  | 'i64';

export interface Opcode {
  /** One byte, or `0xfc00 | subopcode`. */
  readonly code: number;
  /** As in the text format; the key of a cost table. */
  readonly mnemonic: string;
  readonly immediate: ImmediateKind;
  /** The operands, the last one on top of the stack; `undefined` where the types depend on the immediate or context. */
  readonly operands: readonly ValueType[] | undefined;
  /** The results, where `operands` is defined. */
  readonly results: readonly ValueType[];
  /** Loads and stores: bytes of memory touched, the largest alignment allowed. 0 otherwise. */
  readonly accessBytes: number;
  /** A basic block ends after this instruction (`docs/gas.md`). */
  readonly isBlockEnd: boolean;
}

/** The opcodes that code refers to by name, because they are more than operands and results. */
export const Op = {
  unreachable: 0x00,
  block: 0x02,
  loop: 0x03,
  if: 0x04,
  else: 0x05,
  end: 0x0b,
  br: 0x0c,
  brIf: 0x0d,
  brTable: 0x0e,
  return: 0x0f,
  call: 0x10,
  callIndirect: 0x11,
  drop: 0x1a,
  select: 0x1b,
  localGet: 0x20,
  localSet: 0x21,
  localTee: 0x22,
  globalGet: 0x23,
  globalSet: 0x24,
  memorySize: 0x3f,
  memoryGrow: 0x40,
  i32Const: 0x41,
  i64Const: 0x42,
  i32Eqz: 0x45,
  i32Eq: 0x46,
  i32Ne: 0x47,
  i32LtS: 0x48,
  i32LtU: 0x49,
  i32GtU: 0x4b,
  i64Eqz: 0x50,
  i64Eq: 0x51,
  i64LtS: 0x53,
  i64GtS: 0x55,
  i64GtU: 0x56,
  i32Add: 0x6a,
  i32Sub: 0x6b,
  i32Or: 0x72,
  i32Shl: 0x74,
  i32ShrU: 0x76,
  i64Ctz: 0x7a,
  i64Add: 0x7c,
  i64Sub: 0x7d,
  i64Mul: 0x7e,
  i64DivU: 0x80,
  i64RemU: 0x82,
  i64And: 0x83,
  i64Or: 0x84,
  i64Shl: 0x86,
  i64ShrU: 0x88,
  i32WrapI64: 0xa7,
  i64ExtendI32S: 0xac,
  i64ExtendI32U: 0xad,
  memoryCopy: 0xfc0a,
  memoryFill: 0xfc0b,
} as const;

type Types = readonly ValueType[];
const nothing: Types = [];
const i32: Types = ['i32'];
const i64: Types = ['i64'];
const i32i32: Types = ['i32', 'i32'];
const i64i64: Types = ['i64', 'i64'];
const i32i64: Types = ['i32', 'i64'];
const i32i32i32: Types = ['i32', 'i32', 'i32'];

function simple(code: number, mnemonic: string, operands: Types, results: Types): Opcode {
  return { code, mnemonic, immediate: 'none', operands, results, accessBytes: 0, isBlockEnd: false };
}

function withImmediate(
  code: number,
  mnemonic: string,
  immediate: ImmediateKind,
  operands: Types | undefined,
  results: Types,
): Opcode {
  return { code, mnemonic, immediate, operands, results, accessBytes: 0, isBlockEnd: false };
}

/** An instruction whose typing is the control stack's business. */
function control(code: number, mnemonic: string, immediate: ImmediateKind): Opcode {
  return { code, mnemonic, immediate, operands: undefined, results: nothing, accessBytes: 0, isBlockEnd: true };
}

function load(code: number, mnemonic: string, results: Types, accessBytes: number): Opcode {
  return { code, mnemonic, immediate: 'memory-argument', operands: i32, results, accessBytes, isBlockEnd: false };
}

function store(code: number, mnemonic: string, operands: Types, accessBytes: number): Opcode {
  const immediate = 'memory-argument';
  return { code, mnemonic, immediate, operands, results: nothing, accessBytes, isBlockEnd: false };
}

export const opcodes: readonly Opcode[] = [
  control(Op.unreachable, 'unreachable', 'none'),
  simple(0x01, 'nop', nothing, nothing),
  withImmediate(Op.block, 'block', 'block-type', undefined, nothing), // nothing can jump to a block's start: no cut
  control(Op.loop, 'loop', 'block-type'),
  control(Op.if, 'if', 'block-type'),
  control(Op.else, 'else', 'none'),
  control(Op.end, 'end', 'none'),
  control(Op.br, 'br', 'label'),
  control(Op.brIf, 'br_if', 'label'),
  control(Op.brTable, 'br_table', 'label-table'),
  control(Op.return, 'return', 'none'),
  control(Op.call, 'call', 'function'),
  control(Op.callIndirect, 'call_indirect', 'type'),

  withImmediate(Op.drop, 'drop', 'none', undefined, nothing),
  withImmediate(Op.select, 'select', 'none', undefined, nothing),

  withImmediate(Op.localGet, 'local.get', 'local', undefined, nothing),
  withImmediate(Op.localSet, 'local.set', 'local', undefined, nothing),
  withImmediate(Op.localTee, 'local.tee', 'local', undefined, nothing),
  withImmediate(Op.globalGet, 'global.get', 'global', undefined, nothing),
  withImmediate(Op.globalSet, 'global.set', 'global', undefined, nothing),

  load(0x28, 'i32.load', i32, 4),
  load(0x29, 'i64.load', i64, 8),
  load(0x2c, 'i32.load8_s', i32, 1),
  load(0x2d, 'i32.load8_u', i32, 1),
  load(0x2e, 'i32.load16_s', i32, 2),
  load(0x2f, 'i32.load16_u', i32, 2),
  load(0x30, 'i64.load8_s', i64, 1),
  load(0x31, 'i64.load8_u', i64, 1),
  load(0x32, 'i64.load16_s', i64, 2),
  load(0x33, 'i64.load16_u', i64, 2),
  load(0x34, 'i64.load32_s', i64, 4),
  load(0x35, 'i64.load32_u', i64, 4),
  store(0x36, 'i32.store', i32i32, 4),
  store(0x37, 'i64.store', i32i64, 8),
  store(0x3a, 'i32.store8', i32i32, 1),
  store(0x3b, 'i32.store16', i32i32, 2),
  store(0x3c, 'i64.store8', i32i64, 1),
  store(0x3d, 'i64.store16', i32i64, 2),
  store(0x3e, 'i64.store32', i32i64, 4),
  withImmediate(Op.memorySize, 'memory.size', 'memory-index', nothing, i32),
  withImmediate(Op.memoryGrow, 'memory.grow', 'memory-index', i32, i32),
  withImmediate(Op.memoryCopy, 'memory.copy', 'memory-index', i32i32i32, nothing),
  withImmediate(Op.memoryFill, 'memory.fill', 'memory-index', i32i32i32, nothing),

  withImmediate(Op.i32Const, 'i32.const', 'i32', nothing, i32),
  withImmediate(Op.i64Const, 'i64.const', 'i64', nothing, i64),

  simple(Op.i32Eqz, 'i32.eqz', i32, i32),
  simple(Op.i32Eq, 'i32.eq', i32i32, i32),
  simple(Op.i32Ne, 'i32.ne', i32i32, i32),
  simple(Op.i32LtS, 'i32.lt_s', i32i32, i32),
  simple(Op.i32LtU, 'i32.lt_u', i32i32, i32),
  simple(0x4a, 'i32.gt_s', i32i32, i32),
  simple(Op.i32GtU, 'i32.gt_u', i32i32, i32),
  simple(0x4c, 'i32.le_s', i32i32, i32),
  simple(0x4d, 'i32.le_u', i32i32, i32),
  simple(0x4e, 'i32.ge_s', i32i32, i32),
  simple(0x4f, 'i32.ge_u', i32i32, i32),
  simple(Op.i64Eqz, 'i64.eqz', i64, i32),
  simple(Op.i64Eq, 'i64.eq', i64i64, i32),
  simple(0x52, 'i64.ne', i64i64, i32),
  simple(Op.i64LtS, 'i64.lt_s', i64i64, i32),
  simple(0x54, 'i64.lt_u', i64i64, i32),
  simple(Op.i64GtS, 'i64.gt_s', i64i64, i32),
  simple(Op.i64GtU, 'i64.gt_u', i64i64, i32),
  simple(0x57, 'i64.le_s', i64i64, i32),
  simple(0x58, 'i64.le_u', i64i64, i32),
  simple(0x59, 'i64.ge_s', i64i64, i32),
  simple(0x5a, 'i64.ge_u', i64i64, i32),

  simple(0x67, 'i32.clz', i32, i32),
  simple(0x68, 'i32.ctz', i32, i32),
  simple(0x69, 'i32.popcnt', i32, i32),
  simple(Op.i32Add, 'i32.add', i32i32, i32),
  simple(Op.i32Sub, 'i32.sub', i32i32, i32),
  simple(0x6c, 'i32.mul', i32i32, i32),
  simple(0x6d, 'i32.div_s', i32i32, i32),
  simple(0x6e, 'i32.div_u', i32i32, i32),
  simple(0x6f, 'i32.rem_s', i32i32, i32),
  simple(0x70, 'i32.rem_u', i32i32, i32),
  simple(0x71, 'i32.and', i32i32, i32),
  simple(Op.i32Or, 'i32.or', i32i32, i32),
  simple(0x73, 'i32.xor', i32i32, i32),
  simple(Op.i32Shl, 'i32.shl', i32i32, i32),
  simple(0x75, 'i32.shr_s', i32i32, i32),
  simple(Op.i32ShrU, 'i32.shr_u', i32i32, i32),
  simple(0x77, 'i32.rotl', i32i32, i32),
  simple(0x78, 'i32.rotr', i32i32, i32),
  simple(0x79, 'i64.clz', i64, i64),
  simple(Op.i64Ctz, 'i64.ctz', i64, i64),
  simple(0x7b, 'i64.popcnt', i64, i64),
  simple(Op.i64Add, 'i64.add', i64i64, i64),
  simple(Op.i64Sub, 'i64.sub', i64i64, i64),
  simple(Op.i64Mul, 'i64.mul', i64i64, i64),
  simple(0x7f, 'i64.div_s', i64i64, i64),
  simple(Op.i64DivU, 'i64.div_u', i64i64, i64),
  simple(0x81, 'i64.rem_s', i64i64, i64),
  simple(Op.i64RemU, 'i64.rem_u', i64i64, i64),
  simple(Op.i64And, 'i64.and', i64i64, i64),
  simple(Op.i64Or, 'i64.or', i64i64, i64),
  simple(0x85, 'i64.xor', i64i64, i64),
  simple(Op.i64Shl, 'i64.shl', i64i64, i64),
  simple(0x87, 'i64.shr_s', i64i64, i64),
  simple(Op.i64ShrU, 'i64.shr_u', i64i64, i64),
  simple(0x89, 'i64.rotl', i64i64, i64),
  simple(0x8a, 'i64.rotr', i64i64, i64),

  simple(Op.i32WrapI64, 'i32.wrap_i64', i64, i32),
  simple(Op.i64ExtendI32S, 'i64.extend_i32_s', i32, i64),
  simple(Op.i64ExtendI32U, 'i64.extend_i32_u', i32, i64),
  simple(0xc0, 'i32.extend8_s', i32, i32),
  simple(0xc1, 'i32.extend16_s', i32, i32),
  simple(0xc2, 'i64.extend8_s', i64, i64),
  simple(0xc3, 'i64.extend16_s', i64, i64),
  simple(0xc4, 'i64.extend32_s', i64, i64),
];

const byCode: ReadonlyMap<number, Opcode> = new Map(opcodes.map((opcode) => [opcode.code, opcode]));

/** The same without hashing: nearly every instruction is one of these, and every pass asks for its row. */
const byOneByte: readonly (Opcode | undefined)[] = Array.from({ length: 0x100 }, (_, code) => byCode.get(code));

/** The row of an allowed opcode; `undefined` for any other. */
export function findOpcode(code: number): Opcode | undefined {
  return code < 0x100 ? byOneByte[code] : byCode.get(code);
}

/** The row of an opcode that came out of the decoder. */
export function opcodeOf(code: number): Opcode {
  const opcode = findOpcode(code);
  if (opcode === undefined) throw new RangeError(`opcode 0x${code.toString(16)} is not in the table`);
  return opcode;
}
