/**
 * Types, limits and constant expressions of the binary format.
 * Spec: https://webassembly.github.io/spec/core/binary/types.html
 */
import { checkLimit, type ModuleLimits } from './limits.ts';
import type { BlockType, FunctionType, ValueType } from './module.ts';
import { ModuleRejected } from './module-rejected.ts';
import { findOpcode, Op } from './opcodes.ts';
import type { Reader } from './reader.ts';
import { describeRefused, describeRefusedType, type RefusedLimit, refusedTypeForms } from './refused-features.ts';

export function decodeValueType(reader: Reader): ValueType {
  const offset = reader.offset;
  const byte = reader.byte();
  if (byte === 0x7f) return 'i32';
  if (byte === 0x7e) return 'i64';
  throw refusedType(byte, offset, 'i32 or i64');
}

export function decodeFunctionType(reader: Reader, limits: ModuleLimits): FunctionType {
  const offset = reader.offset;
  const form = reader.byte();
  if (form !== 0x60) {
    const proposal = refusedTypeForms.get(form);
    const code = proposal === undefined ? 'malformed' : 'unsupported';
    throw new ModuleRejected(code, offset, 'a function type', `form 0x${form.toString(16)} (${proposal ?? 'unknown'})`);
  }
  const paramCount = reader.count();
  checkLimit(limits, 'params', paramCount, offset);
  const params = decodeValueTypes(reader, paramCount);
  const resultCount = reader.count();
  if (resultCount > 1) {
    throw new ModuleRejected('unsupported', offset, 'at most one result', `${resultCount} (multi-value)`);
  }
  return { params, results: decodeValueTypes(reader, resultCount) };
}

function decodeValueTypes(reader: Reader, count: number): readonly ValueType[] {
  return Array.from({ length: count }, () => decodeValueType(reader));
}

export function decodeBlockType(reader: Reader): BlockType {
  const offset = reader.offset;
  const byte = reader.byte();
  if (byte === 0x40) return undefined;
  if (byte === 0x7f) return 'i32';
  if (byte === 0x7e) return 'i64';
  // What is not the one-byte form of a negative number is a type index in signed LEB128.
  if (byte < 0x40 || byte >= 0x80) {
    throw new ModuleRejected('unsupported', offset, 'a block with at most one result', 'a type index (multi-value)');
  }
  throw refusedType(byte, offset, 'a block type');
}

/** Minimum and maximum of a memory or table. The flags beside "has a maximum" belong to proposals. */
export function decodeLimits(
  reader: Reader,
  refused: readonly RefusedLimit[],
): { readonly min: number; readonly max: number | undefined } {
  const offset = reader.offset;
  const flags = reader.byte();
  const known = refused.reduce((all, { flag }) => all | flag, 1);
  if ((flags & ~known) !== 0) throw new ModuleRejected('malformed', offset, 'limits', `flags ${flags}`);
  const proposal = refused.find(({ flag }) => (flags & flag) !== 0)?.proposal;
  if (proposal !== undefined) throw new ModuleRejected('unsupported', offset, 'plain 32-bit limits', proposal);
  const min = reader.u32();
  return { min, max: flags === 1 ? reader.u32() : undefined };
}

/** The element type of a table; only functions may be in one. */
export function decodeTableElementType(reader: Reader): void {
  const offset = reader.offset;
  const byte = reader.byte();
  if (byte === 0x40) {
    throw new ModuleRejected('unsupported', offset, 'funcref', 'a table initialiser (typed function references)');
  }
  if (byte !== 0x70) throw refusedType(byte, offset, 'funcref');
}

/** `i32.const` or `i64.const` of the expected type, and `end`: the only constant expressions that need no evaluation. */
export function decodeConstant(reader: Reader, type: ValueType): number | bigint {
  const offset = reader.offset;
  const opcode = reader.byte();
  if (opcode !== Op.i32Const && opcode !== Op.i64Const) {
    const mnemonic = findOpcode(opcode)?.mnemonic ?? describeRefused(opcode);
    throw new ModuleRejected('unsupported', offset, `${type}.const`, mnemonic);
  }
  const found = opcode === Op.i32Const ? 'i32' : 'i64';
  if (found !== type) throw new ModuleRejected('invalid', offset, `${type}.const`, `${found}.const`);
  const value = opcode === Op.i32Const ? reader.s32() : reader.s64();
  const endOffset = reader.offset;
  if (reader.byte() !== Op.end) {
    throw new ModuleRejected('unsupported', endOffset, 'end', 'a longer expression (extended constants)');
  }
  return value;
}

function refusedType(byte: number, offset: number, expected: string): ModuleRejected {
  const description = describeRefusedType(byte);
  return description === undefined
    ? new ModuleRejected('malformed', offset, expected, `byte 0x${byte.toString(16)}`)
    : new ModuleRejected('unsupported', offset, expected, description);
}
