/** Tables with a row per instruction, written by groups: spread together, the compiler refuses a missing row and an unknown one. */
import type { ValueType } from '../format/module.ts';
import { type Mnemonic, type Opcode, opcodes } from '../format/opcodes.ts';

/** The same for each. */
export function each<Name extends Mnemonic, Value>(value: Value, ...names: readonly Name[]): Record<Name, Value> {
  return Object.fromEntries(names.map((name) => [name, value])) as Record<Name, Value>;
}

/** What a rule says of each instruction. */
export function byRule<Value>(rule: (opcode: Opcode) => Value): Record<Mnemonic, Value> {
  return Object.fromEntries(opcodes.map((opcode) => [opcode.mnemonic, rule(opcode)])) as Record<Mnemonic, Value>;
}

/** Instructions on numbers of one type. */
export function on<Type extends ValueType, Name extends string>(
  type: Type,
  names: readonly Name[],
): readonly `${Type}.${Name}`[] {
  return names.map((name) => `${type}.${name}` as const);
}

/** Names that instructions of both types have, and those that change the type or widen a number. */
export const family = {
  comparisons: ['eqz', 'eq', 'ne', 'lt_s', 'lt_u', 'gt_s', 'gt_u', 'le_s', 'le_u', 'ge_s', 'ge_u'],
  arithmetic: ['add', 'sub', 'and', 'or', 'xor', 'shl', 'shr_s', 'shr_u', 'rotl', 'rotr'],
  divisions: ['div_s', 'div_u', 'rem_s', 'rem_u'],
  narrowLoads: ['load', 'load8_s', 'load8_u', 'load16_s', 'load16_u'],
  wideLoads: ['load', 'load8_s', 'load8_u', 'load16_s', 'load16_u', 'load32_s', 'load32_u'],
  narrowStores: ['store', 'store8', 'store16'],
  wideStores: ['store', 'store8', 'store16', 'store32'],
  conversions: [
    'i32.wrap_i64',
    'i64.extend_i32_s',
    'i64.extend_i32_u',
    'i32.extend8_s',
    'i32.extend16_s',
    'i64.extend8_s',
    'i64.extend16_s',
    'i64.extend32_s',
  ],
} as const;
