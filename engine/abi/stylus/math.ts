import { bigintToBytes, bytesToBigint } from '../../bytes.ts';
import type { Frame } from '../../frame.ts';
import { readBytes, writeBytes } from '../../guest-memory.ts';
import { type HostFunction, hostFunction } from '../host-function.ts';
import { vmHook } from './vm-hook.ts';

const WORD_MASK = (1n << 256n) - 1n;

/** 256-bit arithmetic in place, with the EVM's results: DIV, MOD, EXP, ADDMOD, MULMOD. Division by zero gives zero. */
export const mathFunctions: readonly HostFunction[] = [
  binary('math_div', (a, b) => (b === 0n ? 0n : a / b)),
  binary('math_mod', (a, b) => (b === 0n ? 0n : a % b)),
  binary('math_pow', wrappingPower),
  modular('math_add_mod', (a, b, m) => (m === 0n ? 0n : (a + b) % m)),
  modular('math_mul_mod', (a, b, m) => (m === 0n ? 0n : (a * b) % m)),
];

function binary(name: string, compute: (a: bigint, b: bigint) => bigint): HostFunction {
  return hostFunction(vmHook(name, ['i32', 'i32'], undefined), (frame, ...pointers) =>
    update(frame, pointers, compute),
  );
}

function modular(name: string, compute: (a: bigint, b: bigint, modulus: bigint) => bigint): HostFunction {
  return hostFunction(vmHook(name, ['i32', 'i32', 'i32'], undefined), (frame, ...pointers) =>
    update(frame, pointers, compute),
  );
}

/** Puts the result where the first operand is. */
function update(frame: Frame, pointers: readonly number[], compute: (...words: bigint[]) => bigint): void {
  const words = pointers.map((pointer) => bytesToBigint(readBytes(frame.memory, pointer, 32)));
  writeBytes(frame.memory, pointers[0] as number, bigintToBytes(compute(...words), 32));
}

/** Square and multiply, so that the work depends on the exponent's length and not on its value. */
function wrappingPower(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  for (let power = base, rest = exponent; rest > 0n; rest >>= 1n, power = (power * power) & WORD_MASK) {
    if ((rest & 1n) === 1n) result = (result * power) & WORD_MASK;
  }
  return result;
}
