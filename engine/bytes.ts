/** Small byte helpers. Hex is lower case with a 0x prefix; integers are big-endian, as on the EVM. */

const HEX: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/**
 * Lower case, with 0x in front.
 *
 * @example
 * console.log(toHex(Uint8Array.of(10, 255))); // 0x0aff
 */
export function toHex(bytes: Uint8Array): string {
  let text = '0x';
  for (const byte of bytes) text += HEX[byte];
  return text;
}

/**
 * Bytes of 0x-prefixed hex in either case.
 *
 * @throws RangeError if `text` is not 0x-prefixed hex of whole bytes.
 *
 * @example
 * console.log(fromHex('0x0aff').join()); // 10,255
 */
export function fromHex(text: string): Uint8Array {
  if (!/^0x(?:[0-9a-fA-F]{2})*$/.test(text))
    throw new RangeError(`expected 0x-prefixed hex bytes, got ${JSON.stringify(text)}`);
  const bytes = new Uint8Array((text.length - 2) / 2);
  for (let i = 0; i < bytes.length; i++) {
    bytes[i] = (digitAt(text, 2 + 2 * i) << 4) | digitAt(text, 3 + 2 * i);
  }
  return bytes;
}

/** Of a hex digit, in ASCII: letters of both cases end in 1 to 6. */
function digitAt(text: string, at: number): number {
  const code = text.charCodeAt(at);
  return code <= 0x39 ? code - 0x30 : (code & 0x0f) + 9;
}

export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return compareBytes(a, b) === 0;
}

/** Byte-wise order, a prefix before its extensions. The only order used for anything that is hashed. */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const difference = (a[i] as number) - (b[i] as number);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

export function concatBytes(parts: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const part of parts) length += part.length;
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** The one empty array that the engine uses all over. */
export const EMPTY: Uint8Array = new Uint8Array(0);

/** What the caller may keep, change or transfer to another thread: not `EMPTY`. */
export function ownBytes(bytes: Uint8Array): Uint8Array {
  return bytes.length === 0 ? new Uint8Array(bytes) : bytes;
}

const WORD_BYTES = 32;
/** Where words of the EVM become integers, 8 bytes at a time: byte by byte takes four times as long. */
const word: DataView = new DataView(new ArrayBuffer(WORD_BYTES));
const wordBytes: Uint8Array = new Uint8Array(word.buffer);

/** @throws RangeError if `value` is negative or does not fit in `lengthBytes`. */
export function bigintToBytes(value: bigint, lengthBytes: number): Uint8Array {
  if (value >> BigInt(8 * lengthBytes) !== 0n) throw new RangeError(`${value} does not fit in ${lengthBytes} bytes`);
  if (lengthBytes <= WORD_BYTES) {
    const start = WORD_BYTES - lengthBytes;
    // A view keeps the lowest 64 bits of what it is given.
    for (let at = WORD_BYTES - 8, rest = value; at > start - 8; at -= 8, rest >>= 64n) word.setBigUint64(at, rest);
    return wordBytes.slice(start);
  }
  const bytes = new Uint8Array(lengthBytes);
  for (let i = lengthBytes - 1, rest = value; rest > 0n; i--, rest >>= 8n) bytes[i] = Number(rest & 0xffn);
  return bytes;
}

export function bytesToBigint(bytes: Uint8Array): bigint {
  if (bytes.length > 0 && bytes.length <= WORD_BYTES) {
    wordBytes.fill(0, 0, WORD_BYTES - bytes.length);
    wordBytes.set(bytes, WORD_BYTES - bytes.length);
    const [a, b, c, d] = [word.getBigUint64(0), word.getBigUint64(8), word.getBigUint64(16), word.getBigUint64(24)];
    return (a << 192n) | (b << 128n) | (c << 64n) | d;
  }
  return bytes.length === 0 ? 0n : BigInt(toHex(bytes));
}
