import type { Value } from './numeric.ts';

/** A load: how many bytes it takes, and the value they make. */
export interface Load {
  readonly widthBytes: number;
  read(bytes: DataView): Value;
}

/** A store: how many bytes it writes. A value wider than that is cut to its low bytes. */
export interface Store {
  readonly widthBytes: number;
  write(bytes: DataView, value: Value): void;
}

/** Spec: core/exec/instructions, section "Memory Instructions". Everything is little-endian. */
export const loads: Readonly<Record<string, Load>> = {
  'i32.load': { widthBytes: 4, read: (bytes) => bytes.getInt32(0, true) },
  'i32.load8_s': { widthBytes: 1, read: (bytes) => bytes.getInt8(0) },
  'i32.load8_u': { widthBytes: 1, read: (bytes) => bytes.getUint8(0) },
  'i32.load16_s': { widthBytes: 2, read: (bytes) => bytes.getInt16(0, true) },
  'i32.load16_u': { widthBytes: 2, read: (bytes) => bytes.getUint16(0, true) },
  'i64.load': { widthBytes: 8, read: (bytes) => bytes.getBigInt64(0, true) },
  'i64.load8_s': { widthBytes: 1, read: (bytes) => BigInt(bytes.getInt8(0)) },
  'i64.load8_u': { widthBytes: 1, read: (bytes) => BigInt(bytes.getUint8(0)) },
  'i64.load16_s': { widthBytes: 2, read: (bytes) => BigInt(bytes.getInt16(0, true)) },
  'i64.load16_u': { widthBytes: 2, read: (bytes) => BigInt(bytes.getUint16(0, true)) },
  'i64.load32_s': { widthBytes: 4, read: (bytes) => BigInt(bytes.getInt32(0, true)) },
  'i64.load32_u': { widthBytes: 4, read: (bytes) => BigInt(bytes.getUint32(0, true)) },
};

export const stores: Readonly<Record<string, Store>> = {
  'i32.store': { widthBytes: 4, write: (bytes, value) => bytes.setInt32(0, value as number, true) },
  'i32.store8': { widthBytes: 1, write: (bytes, value) => bytes.setInt8(0, value as number) },
  'i32.store16': { widthBytes: 2, write: (bytes, value) => bytes.setInt16(0, value as number, true) },
  'i64.store': { widthBytes: 8, write: (bytes, value) => bytes.setBigInt64(0, value as bigint, true) },
  'i64.store8': { widthBytes: 1, write: (bytes, value) => bytes.setInt8(0, lowBits(value)) },
  'i64.store16': { widthBytes: 2, write: (bytes, value) => bytes.setInt16(0, lowBits(value), true) },
  'i64.store32': { widthBytes: 4, write: (bytes, value) => bytes.setInt32(0, lowBits(value), true) },
};

function lowBits(value: Value): number {
  return Number(BigInt.asIntN(32, value as bigint));
}
