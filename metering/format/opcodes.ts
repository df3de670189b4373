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

/**
 * By mnemonic: the code; the operands and results; what follows, if anything; of loads and stores the bytes of memory
 * touched. The typing of `control` is the control stack's business, and all but these end no basic block; `by context` is
 * that of a local, a global or another operand.
 */
const table = {
  unreachable: [0x00, 'control'],
  nop: [0x01, '->'],
  block: [0x02, 'by context', 'block-type'], // nothing can jump to a block's start: no cut
  loop: [0x03, 'control', 'block-type'],
  if: [0x04, 'control', 'block-type'],
  else: [0x05, 'control'],
  end: [0x0b, 'control'],
  br: [0x0c, 'control', 'label'],
  br_if: [0x0d, 'control', 'label'],
  br_table: [0x0e, 'control', 'label-table'],
  return: [0x0f, 'control'],
  call: [0x10, 'control', 'function'],
  call_indirect: [0x11, 'control', 'type'],

  drop: [0x1a, 'by context'],
  select: [0x1b, 'by context'],

  'local.get': [0x20, 'by context', 'local'],
  'local.set': [0x21, 'by context', 'local'],
  'local.tee': [0x22, 'by context', 'local'],
  'global.get': [0x23, 'by context', 'global'],
  'global.set': [0x24, 'by context', 'global'],

  'i32.load': [0x28, 'i32 -> i32', 'memory-argument', 4],
  'i64.load': [0x29, 'i32 -> i64', 'memory-argument', 8],
  'i32.load8_s': [0x2c, 'i32 -> i32', 'memory-argument', 1],
  'i32.load8_u': [0x2d, 'i32 -> i32', 'memory-argument', 1],
  'i32.load16_s': [0x2e, 'i32 -> i32', 'memory-argument', 2],
  'i32.load16_u': [0x2f, 'i32 -> i32', 'memory-argument', 2],
  'i64.load8_s': [0x30, 'i32 -> i64', 'memory-argument', 1],
  'i64.load8_u': [0x31, 'i32 -> i64', 'memory-argument', 1],
  'i64.load16_s': [0x32, 'i32 -> i64', 'memory-argument', 2],
  'i64.load16_u': [0x33, 'i32 -> i64', 'memory-argument', 2],
  'i64.load32_s': [0x34, 'i32 -> i64', 'memory-argument', 4],
  'i64.load32_u': [0x35, 'i32 -> i64', 'memory-argument', 4],
  'i32.store': [0x36, 'i32 i32 ->', 'memory-argument', 4],
  'i64.store': [0x37, 'i32 i64 ->', 'memory-argument', 8],
  'i32.store8': [0x3a, 'i32 i32 ->', 'memory-argument', 1],
  'i32.store16': [0x3b, 'i32 i32 ->', 'memory-argument', 2],
  'i64.store8': [0x3c, 'i32 i64 ->', 'memory-argument', 1],
  'i64.store16': [0x3d, 'i32 i64 ->', 'memory-argument', 2],
  'i64.store32': [0x3e, 'i32 i64 ->', 'memory-argument', 4],
  'memory.size': [0x3f, '-> i32', 'memory-index'],
  'memory.grow': [0x40, 'i32 -> i32', 'memory-index'],
  'memory.copy': [0xfc0a, 'i32 i32 i32 ->', 'memory-index'],
  'memory.fill': [0xfc0b, 'i32 i32 i32 ->', 'memory-index'],

  'i32.const': [0x41, '-> i32', 'i32'],
  'i64.const': [0x42, '-> i64', 'i64'],

  'i32.eqz': [0x45, 'i32 -> i32'],
  'i32.eq': [0x46, 'i32 i32 -> i32'],
  'i32.ne': [0x47, 'i32 i32 -> i32'],
  'i32.lt_s': [0x48, 'i32 i32 -> i32'],
  'i32.lt_u': [0x49, 'i32 i32 -> i32'],
  'i32.gt_s': [0x4a, 'i32 i32 -> i32'],
  'i32.gt_u': [0x4b, 'i32 i32 -> i32'],
  'i32.le_s': [0x4c, 'i32 i32 -> i32'],
  'i32.le_u': [0x4d, 'i32 i32 -> i32'],
  'i32.ge_s': [0x4e, 'i32 i32 -> i32'],
  'i32.ge_u': [0x4f, 'i32 i32 -> i32'],
  'i64.eqz': [0x50, 'i64 -> i32'],
  'i64.eq': [0x51, 'i64 i64 -> i32'],
  'i64.ne': [0x52, 'i64 i64 -> i32'],
  'i64.lt_s': [0x53, 'i64 i64 -> i32'],
  'i64.lt_u': [0x54, 'i64 i64 -> i32'],
  'i64.gt_s': [0x55, 'i64 i64 -> i32'],
  'i64.gt_u': [0x56, 'i64 i64 -> i32'],
  'i64.le_s': [0x57, 'i64 i64 -> i32'],
  'i64.le_u': [0x58, 'i64 i64 -> i32'],
  'i64.ge_s': [0x59, 'i64 i64 -> i32'],
  'i64.ge_u': [0x5a, 'i64 i64 -> i32'],

  'i32.clz': [0x67, 'i32 -> i32'],
  'i32.ctz': [0x68, 'i32 -> i32'],
  'i32.popcnt': [0x69, 'i32 -> i32'],
  'i32.add': [0x6a, 'i32 i32 -> i32'],
  'i32.sub': [0x6b, 'i32 i32 -> i32'],
  'i32.mul': [0x6c, 'i32 i32 -> i32'],
  'i32.div_s': [0x6d, 'i32 i32 -> i32'],
  'i32.div_u': [0x6e, 'i32 i32 -> i32'],
  'i32.rem_s': [0x6f, 'i32 i32 -> i32'],
  'i32.rem_u': [0x70, 'i32 i32 -> i32'],
  'i32.and': [0x71, 'i32 i32 -> i32'],
  'i32.or': [0x72, 'i32 i32 -> i32'],
  'i32.xor': [0x73, 'i32 i32 -> i32'],
  'i32.shl': [0x74, 'i32 i32 -> i32'],
  'i32.shr_s': [0x75, 'i32 i32 -> i32'],
  'i32.shr_u': [0x76, 'i32 i32 -> i32'],
  'i32.rotl': [0x77, 'i32 i32 -> i32'],
  'i32.rotr': [0x78, 'i32 i32 -> i32'],
  'i64.clz': [0x79, 'i64 -> i64'],
  'i64.ctz': [0x7a, 'i64 -> i64'],
  'i64.popcnt': [0x7b, 'i64 -> i64'],
  'i64.add': [0x7c, 'i64 i64 -> i64'],
  'i64.sub': [0x7d, 'i64 i64 -> i64'],
  'i64.mul': [0x7e, 'i64 i64 -> i64'],
  'i64.div_s': [0x7f, 'i64 i64 -> i64'],
  'i64.div_u': [0x80, 'i64 i64 -> i64'],
  'i64.rem_s': [0x81, 'i64 i64 -> i64'],
  'i64.rem_u': [0x82, 'i64 i64 -> i64'],
  'i64.and': [0x83, 'i64 i64 -> i64'],
  'i64.or': [0x84, 'i64 i64 -> i64'],
  'i64.xor': [0x85, 'i64 i64 -> i64'],
  'i64.shl': [0x86, 'i64 i64 -> i64'],
  'i64.shr_s': [0x87, 'i64 i64 -> i64'],
  'i64.shr_u': [0x88, 'i64 i64 -> i64'],
  'i64.rotl': [0x89, 'i64 i64 -> i64'],
  'i64.rotr': [0x8a, 'i64 i64 -> i64'],

  'i32.wrap_i64': [0xa7, 'i64 -> i32'],
  'i64.extend_i32_s': [0xac, 'i32 -> i64'],
  'i64.extend_i32_u': [0xad, 'i32 -> i64'],
  'i32.extend8_s': [0xc0, 'i32 -> i32'],
  'i32.extend16_s': [0xc1, 'i32 -> i32'],
  'i64.extend8_s': [0xc2, 'i64 -> i64'],
  'i64.extend16_s': [0xc3, 'i64 -> i64'],
  'i64.extend32_s': [0xc4, 'i64 -> i64'],
} as const;

/** As in the text format. */
export type Mnemonic = keyof typeof table;

export interface Opcode {
  /** One byte, or `0xfc00 | subopcode`. */
  readonly code: number;
  /** The key of a cost table. */
  readonly mnemonic: Mnemonic;
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

type Operands = '' | `${ValueType} ` | `${ValueType} ${ValueType} ` | 'i32 i32 i32 ';
type Typing = 'control' | 'by context' | `${Operands}->${'' | ` ${ValueType}`}`;
type Row = readonly [code: number, typing: Typing, immediate?: ImmediateKind, accessBytes?: number];

export const opcodes: readonly Opcode[] = Object.entries<Row>(table).map(
  ([mnemonic, [code, typing, immediate = 'none', accessBytes = 0]]) => {
    const isTyped = typing.includes('->');
    const [operands, results] = (isTyped ? typing : '->').split('->').map((side) => side.match(/i32|i64/g) ?? []);
    return {
      code,
      mnemonic: mnemonic as Mnemonic,
      immediate,
      operands: isTyped ? (operands as ValueType[]) : undefined,
      results: results as ValueType[],
      accessBytes,
      isBlockEnd: typing === 'control',
    };
  },
);

/** `i32LtS` of `i32.lt_s`. */
type NameOf<Text extends string> = Text extends `${infer Left}.${infer Right}`
  ? `${Left}${Capitalize<NameOf<Right>>}`
  : Text extends `${infer Left}_${infer Right}`
    ? `${Left}${Capitalize<NameOf<Right>>}`
    : Text;

type Codes = { readonly [M in Mnemonic as NameOf<M>]: (typeof table)[M][0] };

/** The codes, for code that treats an instruction as more than operands and results. */
export const Op: Codes = Object.fromEntries(
  opcodes.map(({ mnemonic, code }) => [mnemonic.replace(/[._](.)/g, (_, next: string) => next.toUpperCase()), code]),
) as Codes;

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
