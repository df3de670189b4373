import type { ValueType } from './module.ts';

const utf8 = new TextEncoder();

/**
 * Writes the primitive values of the binary format into one growing buffer.
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

  /** One byte, or the prefix and subopcode of `0xfc00 | subopcode`. */
  opcode(code: number): void {
    if (code <= 0xff) {
      this.byte(code);
    } else {
      this.byte(code >> 8);
      this.u32(code & 0xff);
    }
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
