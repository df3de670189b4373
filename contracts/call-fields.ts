import type { BlockText } from './contract-case.ts';
import { InputRejected } from './input-rejected.ts';
import { readMatching, readObject, show } from './json-fields.ts';

/** No machine takes more. */
const MAX_DATA_BYTES = 128 << 10;
const MAX_U64 = (1n << 64n) - 1n;

/** The fields of a call: those of a method's call, or `data` in their place. @param optional Beside the block. */
export function readCallFields(
  value: unknown,
  where: string,
  optional: readonly string[],
): Readonly<Record<string, unknown>> {
  const isRaw = typeof value === 'object' && value !== null && 'data' in value;
  return readObject(value, where, {
    required: isRaw ? ['data'] : ['method', 'args'],
    optional: [...optional, 'block'],
  });
}

export function readData(value: unknown, where: string): string {
  const expected = '0x and two lower-case hex digits for each byte';
  const data = readMatching(value, where, /^0x[0-9a-f]*$/, expected);
  if (data.length % 2 !== 0) throw new InputRejected(where, `expected ${expected}, got ${show(data)}`);
  const bytes = data.length / 2 - 1;
  if (bytes <= MAX_DATA_BYTES) return data;
  throw new InputRejected(where, `expected at most ${MAX_DATA_BYTES} bytes, got ${bytes}`);
}

export function readBlockText(value: unknown, where: string): BlockText {
  const { time, number } = readObject(value, where, { required: [], optional: ['time', 'number'] });
  if (time === undefined && number === undefined) {
    throw new InputRejected(where, `expected a time or a number, got ${show(value)}`);
  }
  return {
    ...(time !== undefined && { time: readMove(time, `${where}.time`) }),
    ...(number !== undefined && { number: readMove(number, `${where}.number`) }),
  };
}

/** A number of the block, or by how much it moves on. */
export function readMove(value: unknown, where: string): string {
  const move = readMatching(value, where, /^\+?\d{1,20}$/, 'a decimal string such as "1700003600" or "+3600"');
  if (BigInt(move.replace('+', '')) <= MAX_U64) return move;
  throw new InputRejected(where, `expected less than 2^64, got ${show(value)}`);
}
