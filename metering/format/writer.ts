import type { Global, ValueType } from './module.ts';
import { Op } from './opcodes.ts';

const utf8 = new TextEncoder();

/** Of a block without a result. */
export const EMPTY_BLOCK_TYPE = 0x40;

/**
 * Writes the binary format into one growing buffer: its primitive values, and the instructions that added code is made of.
 * Spec: https://webassembly.github.io/spec/core/binary/values.html
 */
export class Writer {
  #bytes: Uint8Array;
  #length = 0;

  constructor(capacityBytes: number) {
    this.#bytes = new Uint8Array(capacityBytes);
  }

  /** A copy of what was written. */
  toBytes(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  byte(byte: number): void {
    this.#reserve(1);
    this.#bytes[this.#length] = byte;
    this.#length += 1;
  }

  bytes(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** Unsigned LEB128 of 0 to 2^32-1. */
  u32(value: number): void {
    let rest = value >>> 0;
    while (rest >= 0x80) {
      this.byte((rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    this.byte(rest);
  }

  /** Signed LEB128 of a 32-bit number; an unsigned one is read as its two's complement. */
  s32(value: number): void {
    let rest = value | 0;
    while (rest < -0x40 || rest >= 0x40) {
      this.byte((rest & 0x7f) | 0x80);
      rest >>= 7;
    }
    this.byte(rest & 0x7f);
  }

  /** Signed LEB128 of a signed 64-bit number. */
  s64(value: bigint): void {
    let rest = value;
    while (rest < -0x40n || rest >= 0x40n) {
      this.byte(Number(rest & 0x7fn) | 0x80);
      rest >>= 7n;
    }
    this.byte(Number(rest & 0x7fn));
  }

  name(name: string): void {
    const bytes = utf8.encode(name);
    this.u32(bytes.length);
    this.bytes(bytes);
  }

  /** One byte, or the prefix and subopcode of `0xfc00 | subopcode`; and the index that follows, if one does. */
  opcode(code: number, index?: number): void {
    if (code <= 0xff) {
      this.byte(code);
    } else {
      this.byte(code >> 8);
      this.u32(code & 0xff);
    }
    if (index !== undefined) this.u32(index);
  }

  /** `i32.const` of a number in either form: addresses above 2^31 are negative ones. */
  i32(value: number): void {
    this.opcode(Op.i32Const);
    this.s32(value);
  }

  /** `i64.const` of a number in either form. */
  i64(value: number | bigint): void {
    this.opcode(Op.i64Const);
    this.s64(BigInt.asIntN(64, BigInt(value)));
  }

  /** Either, of a global's initial value. */
  constant({ type, initial }: Pick<Global, 'type' | 'initial'>): void {
    if (type === 'i32') this.i32(Number(initial));
    else this.i64(initial);
  }

  /** An `if` or a `loop` without a result around `content`. */
  block(opcode: typeof Op.if | typeof Op.loop, content: () => void): void {
    this.opcode(opcode);
    this.byte(EMPTY_BLOCK_TYPE);
    content();
    this.opcode(Op.end);
  }

  /** Traps if the i32 on the stack is not zero. */
  trapIf(): void {
    this.block(Op.if, () => this.opcode(Op.unreachable));
  }

  /** The declarations in front of a body. */
  locals(types: readonly ValueType[]): void {
    const runs: { readonly type: ValueType; length: number }[] = [];
    for (const type of types) {
      const last = runs.at(-1);
      if (last?.type === type) last.length += 1;
      else runs.push({ type, length: 1 });
    }
    this.vector(runs, ({ type, length }) => {
      this.u32(length);
      this.valueType(type);
    });
  }

  valueType(type: ValueType): void {
    this.byte(type === 'i32' ? 0x7f : 0x7e);
  }

  /** Writes `content` after its length in bytes, which is only known afterwards: the content is moved up once. */
  sized(content: () => void): void {
    const start = this.#length;
    content();
    const end = this.#length;
    this.u32(end - start);
    const prefix = this.#bytes.slice(end, this.#length);
    this.#bytes.copyWithin(start + prefix.length, start, end);
    this.#bytes.set(prefix, start);
  }

  vector<Item>(items: readonly Item[], writeItem: (item: Item, index: number) => void): void {
    this.u32(items.length);
    items.forEach(writeItem);
  }

  #reserve(lengthBytes: number): void {
    const needed = this.#length + lengthBytes;
    if (needed <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
  }
}
