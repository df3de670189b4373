import { bigintToBytes, bytesToBigint } from '../../bytes.ts';
import type { Frame } from '../../frame.ts';
import { readBytes, writeBytes } from '../../guest-memory.ts';
import { type HostFunction, hostFunction } from '../host-function.ts';
import { vmHook } from './vm-hook.ts';

const WORD_MASK = (1n << 256n) - 1n;

/** 256-bit arithmetic in place, with the EVM's results: DIV, MOD, EXP, ADDMOD, MULMOD. Division by zero gives zero. */
export const mathFunctions: readonly HostFunction[] = [
  hostFunction(vmHook('math_div', ['i32', 'i32'], undefined), (frame, value, divisor) =>
    update(frame, value, [divisor], (a, [b = 0n]) => (b === 0n ? 0n : a / b)),
  ),
  hostFunction(vmHook('math_mod', ['i32', 'i32'], undefined), (frame, value, modulus) =>
    update(frame, value, [modulus], (a, [b = 0n]) => (b === 0n ? 0n : a % b)),
  ),
  hostFunction(vmHook('math_pow', ['i32', 'i32'], undefined), (frame, value, exponent) =>
    update(frame, value, [exponent], (a, [b = 0n]) => wrappingPower(a, b)),
  ),
  hostFunction(vmHook('math_add_mod', ['i32', 'i32', 'i32'], undefined), (frame, value, addend, modulus) =>
    update(frame, value, [addend, modulus], (a, [b = 0n, m = 0n]) => (m === 0n ? 0n : (a + b) % m)),
  ),
  hostFunction(vmHook('math_mul_mod', ['i32', 'i32', 'i32'], undefined), (frame, value, factor, modulus) =>
    update(frame, value, [factor, modulus], (a, [b = 0n, m = 0n]) => (m === 0n ? 0n : (a * b) % m)),
  ),
];

function readWord(frame: Frame, pointer: number): bigint {
  return bytesToBigint(readBytes(frame.memory, pointer, 32));
}

function update(
  frame: Frame,
  target: number,
  operands: readonly number[],
  compute: (value: bigint, operands: readonly bigint[]) => bigint,
): void {
  const words = operands.map((pointer) => readWord(frame, pointer));
  writeBytes(frame.memory, target, bigintToBytes(compute(readWord(frame, target), words), 32));
}

/** Square and multiply, so that the work depends on the exponent's length and not on its value. */
function wrappingPower(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  for (let power = base, rest = exponent; rest > 0n; rest >>= 1n, power = (power * power) & WORD_MASK) {
    if ((rest & 1n) === 1n) result = (result * power) & WORD_MASK;
  }
  return result;
}
