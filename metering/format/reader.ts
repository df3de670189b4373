/**
 * Reads the primitive values of the binary format out of one range of a module, and remembers where it is.
 * Spec: https://webassembly.github.io/spec/core/binary/values.html
 */
import { ModuleRejected } from './module-rejected.ts';

// A byte order mark is part of a name, and two different byte strings must never read as one name.
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export class Reader {
  readonly bytes: Uint8Array;
  /** Where the next byte is read. */
  offset: number;
  /** Just past the last byte of the range. */
  readonly end: number;

  constructor(bytes: Uint8Array, offset: number, end: number) {
    this.bytes = bytes;
    this.offset = offset;
    this.end = end;
  }

  isAtEnd(): boolean {
    return this.offset === this.end;
  }

  /** @throws ModuleRejected if bytes are left over. */
  expectEnd(what: string): void {
    if (this.isAtEnd()) return;
    const found = `${this.end - this.offset} more bytes`;
    throw new ModuleRejected('malformed', this.offset, `the end of the ${what}`, found);
  }

  byte(): number {
    const byte = this.offset < this.end ? this.bytes[this.offset] : undefined;
    if (byte === undefined) throw new ModuleRejected('malformed', this.offset, 'a byte', 'the end');
    this.offset += 1;
    return byte;
  }

  /** The next `lengthBytes` as a view, not a copy. */
  take(lengthBytes: number): Uint8Array {
    const start = this.offset;
    const available = this.end - start;
    if (lengthBytes > available) throw new ModuleRejected('malformed', start, `${lengthBytes} bytes`, available);
    this.offset = start + lengthBytes;
    return this.bytes.subarray(start, this.offset);
  }

  /** The next `lengthBytes` as a reader of their own. */
  range(lengthBytes: number): Reader {
    const start = this.offset;
    this.take(lengthBytes);
    return new Reader(this.bytes, start, this.offset);
  }

  /** Unsigned LEB128, at most 5 bytes. Padding with zeros is legal, unused bits in the last byte are not. */
  u32(): number {
    const start = this.offset;
    let value = 0;
    for (let shift = 0; shift < 28; shift += 7) {
      const byte = this.byte();
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    const last = this.byte();
    if (last > 0x0f) throw new ModuleRejected('malformed', start, 'an unsigned 32-bit LEB128', 'more than 32 bits');
    return (value | (last << 28)) >>> 0;
  }

  /** Signed LEB128, at most 5 bytes; the unused bits of the last one repeat the sign. */
  s32(): number {
    const start = this.offset;
    let value = 0;
    for (let shift = 0; shift < 28; shift += 7) {
      const byte = this.byte();
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return (value << (25 - shift)) >> (25 - shift);
    }
    const last = this.byte();
    if (last > 0x07 && (last < 0x78 || last > 0x7f)) {
      throw new ModuleRejected('malformed', start, 'a signed 32-bit LEB128', 'more than 32 bits');
    }
    return value | (last << 28);
  }

  /** Signed LEB128, at most 10 bytes, as a signed bigint. */
  s64(): bigint {
    const start = this.offset;
    let value = 0n;
    for (let shift = 0n; shift < 63n; shift += 7n) {
      const byte = this.byte();
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asIntN(Number(shift) + 7, value);
    }
    const last = this.byte();
    if (last !== 0x00 && last !== 0x7f) {
      throw new ModuleRejected('malformed', start, 'a signed 64-bit LEB128', 'more than 64 bits');
    }
    return BigInt.asIntN(64, value | (BigInt(last) << 63n));
  }

  /** The length of a vector. Each element takes a byte or more, so a count beyond the bytes left cannot be true. */
  count(): number {
    const start = this.offset;
    const count = this.u32();
    const available = this.end - this.offset;
    if (count > available) throw new ModuleRejected('malformed', start, `at most ${available} elements`, count);
    return count;
  }

  /** A UTF-8 string of `lengthBytes`. */
  name(lengthBytes: number): string {
    const start = this.offset;
    const bytes = this.take(lengthBytes);
    try {
      return utf8.decode(bytes);
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      throw new ModuleRejected('malformed', start, 'a name in UTF-8', 'other bytes');
    }
  }
}
