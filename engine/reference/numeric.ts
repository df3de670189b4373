import { GuestTrap } from '../guest-exit.ts';
import { TrapCode } from '../outcome.ts';

/** A WebAssembly value: i32 as a signed number, i64 as a signed bigint. */
export type Value = number | bigint;

/** An instruction that only takes operands off the stack and puts one result back. `right` is unused by unary ones. */
export interface NumericOperation {
  readonly operandCount: 1 | 2;
  apply(left: Value, right: Value): Value;
}

const MIN_I32 = -(2 ** 31);
const MIN_I64 = -(1n << 63n);

function unaryI32(apply: (a: number) => number): NumericOperation {
  return { operandCount: 1, apply: (a) => apply(a as number) | 0 };
}

function binaryI32(apply: (a: number, b: number) => number): NumericOperation {
  return { operandCount: 2, apply: (a, b) => apply(a as number, b as number) | 0 };
}

function unaryI64(apply: (a: bigint) => bigint): NumericOperation {
  return { operandCount: 1, apply: (a) => BigInt.asIntN(64, apply(a as bigint)) };
}

function binaryI64(apply: (a: bigint, b: bigint) => bigint): NumericOperation {
  return { operandCount: 2, apply: (a, b) => BigInt.asIntN(64, apply(a as bigint, b as bigint)) };
}

function compareI32(apply: (a: number, b: number) => boolean): NumericOperation {
  return { operandCount: 2, apply: (a, b) => Number(apply(a as number, b as number)) };
}

function compareI64(apply: (a: bigint, b: bigint) => boolean): NumericOperation {
  return { operandCount: 2, apply: (a, b) => Number(apply(a as bigint, b as bigint)) };
}

/** The same bits as an unsigned integer. */
function unsigned(value: bigint): bigint {
  return BigInt.asUintN(64, value);
}

function onesIn(value: number): number {
  let ones = 0;
  for (let rest = value >>> 0; rest !== 0; rest >>>= 1) ones += rest & 1;
  return ones;
}

function trailingZeros32(value: number): number {
  return value === 0 ? 32 : 31 - Math.clz32(value & -value);
}

function low(value: bigint): number {
  return Number(BigInt.asIntN(32, value));
}

function high(value: bigint): number {
  return Number(value >> 32n);
}

function nonZero<T extends Value>(divisor: T): T {
  // biome-ignore lint/suspicious/noDoubleEquals: 0 and 0n alike
  if (divisor == 0) throw new GuestTrap(TrapCode.IntegerDivideByZero);
  return divisor;
}

function divideI32(a: number, b: number): number {
  if (a === MIN_I32 && b === -1) throw new GuestTrap(TrapCode.IntegerOverflow);
  return a / nonZero(b);
}

function divideI64(a: bigint, b: bigint): bigint {
  if (a === MIN_I64 && b === -1n) throw new GuestTrap(TrapCode.IntegerOverflow);
  return a / nonZero(b);
}

/** Every numeric instruction but the constants. Spec: core/exec/numerics, sections "Integer Operations" and "Conversions". */
export const numericOperations: Readonly<Record<string, NumericOperation>> = {
  'i32.eqz': unaryI32((a) => Number(a === 0)),
  'i32.eq': compareI32((a, b) => a === b),
  'i32.ne': compareI32((a, b) => a !== b),
  'i32.lt_s': compareI32((a, b) => a < b),
  'i32.lt_u': compareI32((a, b) => a >>> 0 < b >>> 0),
  'i32.gt_s': compareI32((a, b) => a > b),
  'i32.gt_u': compareI32((a, b) => a >>> 0 > b >>> 0),
  'i32.le_s': compareI32((a, b) => a <= b),
  'i32.le_u': compareI32((a, b) => a >>> 0 <= b >>> 0),
  'i32.ge_s': compareI32((a, b) => a >= b),
  'i32.ge_u': compareI32((a, b) => a >>> 0 >= b >>> 0),

  'i64.eqz': { operandCount: 1, apply: (a) => Number(a === 0n) },
  'i64.eq': compareI64((a, b) => a === b),
  'i64.ne': compareI64((a, b) => a !== b),
  'i64.lt_s': compareI64((a, b) => a < b),
  'i64.lt_u': compareI64((a, b) => unsigned(a) < unsigned(b)),
  'i64.gt_s': compareI64((a, b) => a > b),
  'i64.gt_u': compareI64((a, b) => unsigned(a) > unsigned(b)),
  'i64.le_s': compareI64((a, b) => a <= b),
  'i64.le_u': compareI64((a, b) => unsigned(a) <= unsigned(b)),
  'i64.ge_s': compareI64((a, b) => a >= b),
  'i64.ge_u': compareI64((a, b) => unsigned(a) >= unsigned(b)),

  'i32.clz': unaryI32((a) => Math.clz32(a)),
  'i32.ctz': unaryI32(trailingZeros32),
  'i32.popcnt': unaryI32(onesIn),
  'i32.add': binaryI32((a, b) => a + b),
  'i32.sub': binaryI32((a, b) => a - b),
  'i32.mul': binaryI32((a, b) => Math.imul(a, b)),
  'i32.div_s': binaryI32(divideI32),
  'i32.div_u': binaryI32((a, b) => (a >>> 0) / (nonZero(b) >>> 0)),
  'i32.rem_s': binaryI32((a, b) => a % nonZero(b)),
  'i32.rem_u': binaryI32((a, b) => (a >>> 0) % (nonZero(b) >>> 0)),
  'i32.and': binaryI32((a, b) => a & b),
  'i32.or': binaryI32((a, b) => a | b),
  'i32.xor': binaryI32((a, b) => a ^ b),
  'i32.shl': binaryI32((a, b) => a << b),
  'i32.shr_s': binaryI32((a, b) => a >> b),
  'i32.shr_u': binaryI32((a, b) => a >>> b),
  'i32.rotl': binaryI32((a, b) => (a << b) | (a >>> -b)),
  'i32.rotr': binaryI32((a, b) => (a >>> b) | (a << -b)),

  'i64.clz': unaryI64((a) => BigInt(high(a) === 0 ? 32 + Math.clz32(low(a)) : Math.clz32(high(a)))),
  'i64.ctz': unaryI64((a) => BigInt(low(a) === 0 ? 32 + trailingZeros32(high(a)) : trailingZeros32(low(a)))),
  'i64.popcnt': unaryI64((a) => BigInt(onesIn(high(a)) + onesIn(low(a)))),
  'i64.add': binaryI64((a, b) => a + b),
  'i64.sub': binaryI64((a, b) => a - b),
  'i64.mul': binaryI64((a, b) => a * b),
  'i64.div_s': binaryI64(divideI64),
  'i64.div_u': binaryI64((a, b) => unsigned(a) / unsigned(nonZero(b))),
  'i64.rem_s': binaryI64((a, b) => a % nonZero(b)),
  'i64.rem_u': binaryI64((a, b) => unsigned(a) % unsigned(nonZero(b))),
  'i64.and': binaryI64((a, b) => a & b),
  'i64.or': binaryI64((a, b) => a | b),
  'i64.xor': binaryI64((a, b) => a ^ b),
  'i64.shl': binaryI64((a, b) => a << (b & 63n)),
  'i64.shr_s': binaryI64((a, b) => a >> (b & 63n)),
  'i64.shr_u': binaryI64((a, b) => unsigned(a) >> (b & 63n)),
  'i64.rotl': binaryI64((a, b) => (a << (b & 63n)) | (unsigned(a) >> (-b & 63n))),
  'i64.rotr': binaryI64((a, b) => (unsigned(a) >> (b & 63n)) | (a << (-b & 63n))),

  'i32.wrap_i64': { operandCount: 1, apply: (a) => low(a as bigint) },
  'i64.extend_i32_s': { operandCount: 1, apply: (a) => BigInt(a) },
  'i64.extend_i32_u': { operandCount: 1, apply: (a) => BigInt((a as number) >>> 0) },
  'i32.extend8_s': unaryI32((a) => (a << 24) >> 24),
  'i32.extend16_s': unaryI32((a) => (a << 16) >> 16),
  'i64.extend8_s': unaryI64((a) => BigInt.asIntN(8, a)),
  'i64.extend16_s': unaryI64((a) => BigInt.asIntN(16, a)),
  'i64.extend32_s': unaryI64((a) => BigInt.asIntN(32, a)),
};
