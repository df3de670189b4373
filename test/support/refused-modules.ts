/** One module for each thing outside the allow-list. */
import type { RejectionCode } from '../../metering/format/module-rejected.ts';
import { binary, section } from '../metering/metered-guest.ts';

/** Fields of a module in text, the code that it is refused with, and what the message says was found. */
export const refusedTexts: readonly (readonly [fields: string, code: RejectionCode, found: string])[] = [
  ['(func (param f32))', 'unsupported', 'floating point'],
  ['(func (result f64) unreachable)', 'unsupported', 'floating point'],
  ['(func (local f64))', 'unsupported', 'floating point'],
  ['(global f32 (f32.const 1))', 'unsupported', 'floating point'],
  ['(func f64.const 1 f64.const 2 f64.add drop)', 'unsupported', 'f64.const (floating point)'],
  ['(func (block (result f32) unreachable) drop)', 'unsupported', 'floating point'],
  ['(memory 1) (func i32.const 0 f32.load drop)', 'unsupported', 'f32.load (floating point)'],
  ['(func i32.const 0 f64.convert_i32_s drop)', 'unsupported', 'f64.convert_i32_s (floating point)'],
  ['(func unreachable i32.trunc_sat_f32_s drop)', 'unsupported', 'i32.trunc_sat_f32_s (saturating float-to-int)'],
  ['(func (param v128))', 'unsupported', 'SIMD'],
  ['(func v128.const i32x4 0 0 0 0 drop)', 'unsupported', 'SIMD'],
  ['(memory 1 1 shared)', 'unsupported', 'threads'],
  ['(memory 1) (func i32.const 0 i32.atomic.load drop)', 'unsupported', 'threads'],
  ['(func atomic.fence)', 'unsupported', 'threads'],
  ['(memory i64 1)', 'unsupported', 'memory64'],
  ['(tag (param i32))', 'unsupported', 'exception handling'],
  ['(import "a" "b" (tag (param i32)))', 'unsupported', 'exception handling'],
  ['(func try catch_all end)', 'unsupported', 'try (exception handling)'],
  ['(func return_call 0)', 'unsupported', 'return_call (tail calls)'],
  ['(table 1 funcref) (func i32.const 0 return_call_indirect)', 'unsupported', 'return_call_indirect (tail calls)'],
  ['(func (result i32 i32) unreachable)', 'unsupported', 'multi-value'],
  ['(type $t (func (param i32))) (func i32.const 1 (block (type $t) drop))', 'unsupported', 'multi-value'],
  ['(func (param externref))', 'unsupported', 'reference types'],
  ['(func ref.null func drop)', 'unsupported', 'ref.null (reference types)'],
  ['(table 1 externref)', 'unsupported', 'reference types'],
  ['(table 1 funcref) (table 1 funcref)', 'unsupported', 'reference types'],
  ['(table 1 funcref) (func i32.const 0 table.get 0 drop)', 'unsupported', 'table.get (reference types)'],
  ['(table 1 funcref) (func table.size drop)', 'unsupported', 'table.size (reference types)'],
  ['(table $a 1 funcref) (table $b 1 funcref) (func i32.const 0 call_indirect $b)', 'unsupported', 'reference types'],
  ['(func i32.const 1 i32.const 1 i32.const 1 select (result i32) drop)', 'unsupported', 'select(typed)'],
  ['(memory 1) (data "passive")', 'unsupported', 'passive'],
  ['(memory 1) (func i32.const 0 i32.const 0 i32.const 0 memory.init 0) (data "x")', 'unsupported', 'memory.init'],
  ['(func data.drop 0) (data "x")', 'unsupported', 'data.drop'],
  ['(table 1 funcref) (elem func 0) (func)', 'unsupported', 'reference types'],
  ['(elem declare func 0) (func)', 'unsupported', 'reference types'],
  ['(table 1 funcref) (func) (elem (i32.const 0) funcref (ref.null func))', 'unsupported', 'reference types'],
  ['(global i32 (i32.add (i32.const 1) (i32.const 2)))', 'unsupported', 'extended constants'],
  ['(global $a i32 (i32.const 0)) (global i32 (global.get $a))', 'unsupported', 'global.get'],
  ['(func) (start 0)', 'start-not-allowed', 'start section'],
  ['(import "env" "table" (table 1 funcref))', 'import-not-allowed', 'a table'],
  ['(import "env" "global" (global i32))', 'import-not-allowed', 'a global'],
  ['(import "env" "global" (global (mut i64)))', 'import-not-allowed', 'a global'],
];

const type = section(1, 1, 0x60, 0, 0);
/** The same of what no text format has, all `unsupported`. */
export const refusedBinaries: readonly (readonly [name: string, bytes: Uint8Array, found: string])[] = [
  ['two memories', binary(section(5, 2, 0, 1, 0, 1)), 'multiple memories'],
  ['a memory beside an imported one', binary(section(2, 1, 0, 0, 2, 0, 1), section(5, 1, 0, 1)), 'multiple memories'],
  ['data of memory 1', binary(section(5, 1, 0, 1), section(11, 1, 2, 1, 0x41, 0, 0x0b, 0)), 'multiple memories'],
  ['a memory with pages of another size', binary(section(5, 1, 0x08, 1, 0)), 'custom page sizes'],
  ['the same with a maximum', binary(section(5, 1, 0x09, 1, 1, 0)), 'custom page sizes'],
  ['an imported one', binary(section(2, 1, 0, 0, 2, 0x08, 1, 0)), 'custom page sizes'],
  ['an import of exactly one type', binary(type, section(2, 1, 0, 0, 0x20, 0)), 'custom descriptors'],
  ['imports of one module', binary(type, section(2, 1, 0, 0, 0x7f, 1, 0, 0, 0)), 'compact import section'],
  ['imports of one type', binary(type, section(2, 1, 0, 0, 0x7e, 0, 0, 1, 0)), 'compact import section'],
  ['a continuation type', binary(section(1, 1, 0x5d, 0)), 'stack switching'],
  ['a type that describes', binary(section(1, 1, 0x4c, 0, 0x60, 0, 0)), 'custom descriptors'],
  ['a shared type', binary(section(1, 1, 0x65, 0x60, 0, 0)), 'shared-everything threads'],
  ['a struct type', binary(section(1, 1, 0x5f, 0)), 'garbage collection'],
  ['a recursive type group', binary(section(1, 1, 0x4e, 0)), 'garbage collection'],
  ['a table with an initialiser', binary(section(4, 1, 0x40, 0, 0x70, 0, 1)), 'typed function references'],
  ['an exported tag', binary(section(7, 1, 0, 4, 0)), 'exception handling'],
  ...(
    [
      ['memory.grow of memory 1', [0x40, 1], 'multiple memories'],
      ['memory.copy from memory 1', [0xfc, 10, 0, 1], 'multiple memories'],
      ['memory.fill of memory 1', [0xfc, 11, 1], 'multiple memories'],
      ['a load from memory 1', [0x28, 0x42, 1, 0], 'multiple memories'],
      ['a subopcode above one byte', [0xfc, 0x8a, 0x14], 'subopcode'],
      ['an unknown opcode', [0x27], 'opcode 0x27 (unknown)'],
    ] as const
  ).map(
    ([name, code, found]) =>
      [name, binary(type, section(3, 1, 0), section(10, 1, code.length + 2, 0, ...code, 0x0b)), found] as const,
  ),
];
