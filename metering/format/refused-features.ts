/**
 * Names for what the allow-list leaves out, so that a refusal can say what it met. Nothing is decided here: an opcode
 * that this file does not know is refused just the same.
 * Source: https://webassembly.github.io/spec/core/appendix/index-instructions.html and the proposals named.
 */

interface Refused {
  readonly proposal: string;
  readonly first: number;
  /** Mnemonics of consecutive codes. */
  readonly mnemonics: string;
}

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
  { proposal: exceptionHandling, first: 0x06, mnemonics: 'try catch throw rethrow throw_ref' },
  { proposal: tailCalls, first: 0x12, mnemonics: 'return_call return_call_indirect' },
  { proposal: functionReferences, first: 0x14, mnemonics: 'call_ref return_call_ref' },
  { proposal: exceptionHandling, first: 0x18, mnemonics: 'delegate catch_all' },
  { proposal: references, first: 0x1c, mnemonics: 'select(typed)' },
  { proposal: exceptionHandling, first: 0x1f, mnemonics: 'try_table' },
  { proposal: references, first: 0x25, mnemonics: 'table.get table.set' },
  { proposal: floatingPoint, first: 0x2a, mnemonics: 'f32.load f64.load' },
  { proposal: floatingPoint, first: 0x38, mnemonics: 'f32.store f64.store' },
  { proposal: floatingPoint, first: 0x43, mnemonics: 'f32.const f64.const' },
  { proposal: floatingPoint, first: 0x5b, mnemonics: `${floatComparisons('f32')} ${floatComparisons('f64')}` },
  { proposal: floatingPoint, first: 0x8b, mnemonics: `${floatArithmetic('f32')} ${floatArithmetic('f64')}` },
  {
    proposal: floatingPoint,
    first: 0xa8,
    mnemonics: 'i32.trunc_f32_s i32.trunc_f32_u i32.trunc_f64_s i32.trunc_f64_u',
  },
  {
    proposal: floatingPoint,
    first: 0xae,
    mnemonics:
      'i64.trunc_f32_s i64.trunc_f32_u i64.trunc_f64_s i64.trunc_f64_u f32.convert_i32_s f32.convert_i32_u ' +
      'f32.convert_i64_s f32.convert_i64_u f32.demote_f64 f64.convert_i32_s f64.convert_i32_u f64.convert_i64_s ' +
      'f64.convert_i64_u f64.promote_f32 i32.reinterpret_f32 i64.reinterpret_f64 f32.reinterpret_i32 ' +
      'f64.reinterpret_i64',
  },
  { proposal: references, first: 0xd0, mnemonics: 'ref.null ref.is_null ref.func' },
  { proposal: functionReferences, first: 0xd3, mnemonics: 'ref.eq ref.as_non_null br_on_null br_on_non_null' },
  {
    proposal: 'stack switching',
    first: 0xe0,
    mnemonics: 'cont.new cont.bind suspend resume resume_throw resume_throw_ref switch',
  },
  {
    proposal: 'saturating float-to-int',
    first: 0xfc00,
    mnemonics:
      'i32.trunc_sat_f32_s i32.trunc_sat_f32_u i32.trunc_sat_f64_s i32.trunc_sat_f64_u ' +
      'i64.trunc_sat_f32_s i64.trunc_sat_f32_u i64.trunc_sat_f64_s i64.trunc_sat_f64_u',
  },
  { proposal: 'passive segments', first: 0xfc08, mnemonics: 'memory.init data.drop' },
  { proposal: 'passive segments', first: 0xfc0c, mnemonics: 'table.init elem.drop' },
  { proposal: references, first: 0xfc0e, mnemonics: 'table.copy table.grow table.size table.fill' },
];

const names: ReadonlyMap<number, string> = new Map(
  refused.flatMap(({ proposal, first, mnemonics }) =>
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
