import { TrapCode } from '../../engine/outcome.ts';

/** Every way in which a guest's own code can trap. */
export const traps: readonly [title: string, code: TrapCode, body: string][] = [
  ['unreachable', TrapCode.Unreachable, 'unreachable'],
  ['a load beyond the end of memory', TrapCode.MemoryOutOfBounds, '(drop (i32.load (i32.const 65533)))'],
  [
    'a load whose address and offset wrap',
    TrapCode.MemoryOutOfBounds,
    '(drop (i64.load offset=4294967295 (i32.const -1)))',
  ],
  ['a store beyond the end of memory', TrapCode.MemoryOutOfBounds, '(i64.store8 (i32.const 65536) (i64.const 0))'],
  [
    'a copy beyond the end of memory',
    TrapCode.MemoryOutOfBounds,
    '(memory.copy (i32.const 0) (i32.const 65535) (i32.const 2))',
  ],
  [
    'a fill beyond the end of memory',
    TrapCode.MemoryOutOfBounds,
    '(memory.fill (i32.const 65535) (i32.const 0) (i32.const 2))',
  ],
  ['a signed division by zero', TrapCode.IntegerDivideByZero, '(drop (i32.div_s (local.get 0) (i32.const 0)))'],
  [
    'an unsigned division by zero',
    TrapCode.IntegerDivideByZero,
    '(drop (i64.div_u (i64.const 1) (i64.extend_i32_u (local.get 0))))',
  ],
  ['a remainder by zero', TrapCode.IntegerDivideByZero, '(drop (i32.rem_u (i32.const 1) (local.get 0)))'],
  ['a signed remainder by zero', TrapCode.IntegerDivideByZero, '(drop (i64.rem_s (i64.const 1) (i64.const 0)))'],
  [
    'a quotient that does not fit 32 bits',
    TrapCode.IntegerOverflow,
    '(drop (i32.div_s (i32.const 0x80000000) (i32.sub (local.get 0) (i32.const 1))))',
  ],
  [
    'a quotient that does not fit 64 bits',
    TrapCode.IntegerOverflow,
    '(drop (i64.div_s (i64.const 0x8000000000000000) (i64.const -1)))',
  ],
  ['an indirect call beyond the table', TrapCode.TableOutOfBounds, '(call_indirect (type $nothing) (i32.const 3))'],
  ['an indirect call of an empty slot', TrapCode.IndirectCallMismatch, '(call_indirect (type $nothing) (i32.const 2))'],
  [
    'an indirect call of another type',
    TrapCode.IndirectCallMismatch,
    '(drop (call_indirect (type $number) (i32.const 1)))',
  ],
  ['recursion without end', TrapCode.StackExhausted, '(call $dive)'],
  ['a loop without end', TrapCode.OutOfGas, '(loop $again (br $again))'],
];

/** A Stylus guest that does it. */
export function trappingGuest(body: string): string {
  return `(module
    (type $nothing (func)) (type $number (func (result i32)))
    (memory (export "memory") 1 1) (table 3 3 funcref) (elem (i32.const 1) $dive)
    (func $dive (call $dive))
    (func (export "user_entrypoint") (param i32) (result i32) ${body} (i32.const 0)))`;
}
