import type { ValueType } from '../format/module.ts';
import { Op, opcodeOf } from '../format/opcodes.ts';
import type { SymbolicStack } from './symbolic-stack.ts';
import { comparisonOf, constantOf, difference, opposite, sum, type Test, ZERO } from './symbolic-value.ts';

/** What an instruction does to the stack whose row of the table says all: constants and sums are kept track of. */
export function applyArithmetic(stack: SymbolicStack, opcode: number, immediate: number): void {
  switch (opcode) {
    case Op.i32Const:
      pushConstant(stack, 'i32', immediate);
      return;
    case Op.i64Const:
      pushConstant(stack, 'i64', immediate);
      return;
    case Op.i32Add:
      combine(stack, 'i32', sum);
      return;
    case Op.i64Add:
      combine(stack, 'i64', sum);
      return;
    case Op.i32Sub:
      combine(stack, 'i32', difference);
      return;
    case Op.i64Sub:
      combine(stack, 'i64', difference);
      return;
    case Op.i32Eqz:
      testForZero(stack, 'i32');
      return;
    case Op.i64Eqz:
      testForZero(stack, 'i64');
      return;
  }
  const comparison = comparisonOf.get(opcode);
  if (comparison !== undefined) {
    const right = stack.pop();
    const left = stack.pop();
    stack.push({ ...stack.unknown(), test: { ...comparison, left, right } });
    return;
  }
  const { operands, results } = opcodeOf(opcode);
  stack.replace(operands?.length ?? 0, results.length);
}

function pushConstant(stack: SymbolicStack, type: ValueType, constant: number): void {
  const add = constantOf(type, constant);
  stack.push(add === undefined ? undefined : { base: 0, extra: 0, add });
}

function combine(stack: SymbolicStack, type: ValueType, combined: typeof sum): void {
  const right = stack.pop();
  stack.push(combined(type, stack.pop(), right));
}

/** The opposite, where the operand is the outcome of a comparison itself. */
function testForZero(stack: SymbolicStack, type: ValueType): void {
  const value = stack.pop();
  const test: Test =
    value.test === undefined
      ? { type, comparison: 'eq', left: value, right: ZERO }
      : { ...value.test, comparison: opposite[value.test.comparison] };
  stack.push({ ...stack.unknown(), test });
}
