/**
 * Names for what the allow-list leaves out, so that a refusal can say what it met. Nothing is decided here: an opcode
 * that this file does not know is refused just the same.
 * Source: https://webassembly.github.io/spec/core/appendix/index-instructions.html and the proposals named.
 */

/** Mnemonics of consecutive codes. */
type Refused = readonly [proposal: string, first: number, mnemonics: string];

const floatingPoint = 'floating point';
const exceptionHandling = 'exception handling';
const tailCalls = 'tail calls';
const references = 'reference types';
const functionReferences = 'typed function references';
const floatComparisons = (type: string): string =>
  ['eq', 'ne', 'lt', 'gt', 'le', 'ge'].map((op) => `${type}.${op}`).join(' ');
const floatArithmetic = (type: string): string =>
  'abs neg ceil floor trunc nearest sqrt add sub mul div min max copysign'
    .split(' ')
    .map((op) => `${type}.${op}`)
    .join(' ');

const refused: readonly Refused[] = [
  [exceptionHandling, 0x06, 'try catch throw rethrow throw_ref'],
  [tailCalls, 0x12, 'return_call return_call_indirect'],
  [functionReferences, 0x14, 'call_ref return_call_ref'],
  [exceptionHandling, 0x18, 'delegate catch_all'],
  [references, 0x1c, 'select(typed)'],
  [exceptionHandling, 0x1f, 'try_table'],
  [references, 0x25, 'table.get table.set'],
  [floatingPoint, 0x2a, 'f32.load f64.load'],
  [floatingPoint, 0x38, 'f32.store f64.store'],
  [floatingPoint, 0x43, 'f32.const f64.const'],
  [floatingPoint, 0x5b, `${floatComparisons('f32')} ${floatComparisons('f64')}`],
  [floatingPoint, 0x8b, `${floatArithmetic('f32')} ${floatArithmetic('f64')}`],
  [floatingPoint, 0xa8, 'i32.trunc_f32_s i32.trunc_f32_u i32.trunc_f64_s i32.trunc_f64_u'],
  [
    floatingPoint,
    0xae,
    'i64.trunc_f32_s i64.trunc_f32_u i64.trunc_f64_s i64.trunc_f64_u f32.convert_i32_s f32.convert_i32_u ' +
      'f32.convert_i64_s f32.convert_i64_u f32.demote_f64 f64.convert_i32_s f64.convert_i32_u f64.convert_i64_s ' +
      'f64.convert_i64_u f64.promote_f32 i32.reinterpret_f32 i64.reinterpret_f64 f32.reinterpret_i32 ' +
      'f64.reinterpret_i64',
  ],
  [references, 0xd0, 'ref.null ref.is_null ref.func'],
  [functionReferences, 0xd3, 'ref.eq ref.as_non_null br_on_null br_on_non_null'],
  ['stack switching', 0xe0, 'cont.new cont.bind suspend resume resume_throw resume_throw_ref switch'],
  [
    'saturating float-to-int',
    0xfc00,
    'i32.trunc_sat_f32_s i32.trunc_sat_f32_u i32.trunc_sat_f64_s i32.trunc_sat_f64_u ' +
      'i64.trunc_sat_f32_s i64.trunc_sat_f32_u i64.trunc_sat_f64_s i64.trunc_sat_f64_u',
  ],
  ['passive segments', 0xfc08, 'memory.init data.drop'],
  ['passive segments', 0xfc0c, 'table.init elem.drop'],
  [references, 0xfc0e, 'table.copy table.grow table.size table.fill'],
];

const names: ReadonlyMap<number, string> = new Map(
  refused.flatMap(([proposal, first, mnemonics]) =>
    mnemonics.split(' ').map((mnemonic, index) => [first + index, `${mnemonic} (${proposal})`] as const),
  ),
);

const prefixes: ReadonlyMap<number, string> = new Map([
  [0xfb, 'garbage collection'],
  [0xfd, 'SIMD'],
  [0xfe, 'threads'],
]);

/** What a refused opcode is: `f64.add (floating point)`. The code is one byte, or `0xfc00 | subopcode`. */
export function describeRefused(code: number): string {
  const hex = `0x${code.toString(16).padStart(2, '0')}`;
  const prefix = prefixes.get(code);
  if (prefix !== undefined) return `prefix ${hex} (${prefix})`;
  return names.get(code) ?? `opcode ${hex} (unknown)`;
}

/**
 * First bytes of a type other than a function's, by proposal; merged ones first.
 * https://webassembly.github.io/spec/core/binary/types.html, and WebAssembly/custom-descriptors, /stack-switching,
 * /shared-everything-threads.
 */
export const refusedTypeForms: ReadonlyMap<number, string> = new Map([
  [0x4e, 'garbage collection'],
  [0x4f, 'garbage collection'],
  [0x50, 'garbage collection'],
  [0x5e, 'garbage collection'],
  [0x5f, 'garbage collection'],
  [0x4c, 'custom descriptors'],
  [0x4d, 'custom descriptors'],
  [0x5d, 'stack switching'],
  [0x65, 'shared-everything threads'],
]);

/** A flag of limits beside "has a maximum". */
export interface RefusedLimit {
  readonly flag: number;
  readonly proposal: string;
}

export const tableLimits: readonly RefusedLimit[] = [
  { flag: 2, proposal: 'shared (threads)' },
  { flag: 4, proposal: '64-bit (memory64)' },
];
/** Bit 3: WebAssembly/custom-page-sizes. */
export const memoryLimits: readonly RefusedLimit[] = [
  ...tableLimits,
  { flag: 8, proposal: 'a page size (custom page sizes)' },
];

/** Kinds of imports beyond those of the specification: WebAssembly/custom-descriptors, /compact-import-section. */
export const refusedImportKinds: ReadonlyMap<number, string> = new Map([
  [0x04, 'a tag (exception handling)'],
  [0x20, 'an exact function (custom descriptors)'],
  [0x7e, 'imports of one type (compact import section)'],
  [0x7f, 'imports of one module (compact import section)'],
]);

/** What a refused value type byte is, or `undefined` for a byte that is no type at all. */
export function describeRefusedType(byte: number): string | undefined {
  if (byte === 0x7d) return 'f32 (floating point)';
  if (byte === 0x7c) return 'f64 (floating point)';
  if (byte === 0x7b) return 'v128 (SIMD)';
  // 0x63 to 0x75 are the reference and heap types of the reference-types, GC, exception and stack-switching proposals.
  if (byte >= 0x63 && byte <= 0x75) return `type 0x${byte.toString(16)} (${references})`;
  return undefined;
}
