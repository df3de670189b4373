import { InputRejected } from '../input-rejected.ts';

/**
 * EVM code as compilers and explorers write it: hex digits, two per byte, with or without 0x.
 *
 * @throws InputRejected, which says of code with placeholders of libraries what is missing
 */
export function parseHexCode(text: string, where: string): Uint8Array {
  const digits = text.trim().replace(/^0x/, '');
  const placeholder = /__[^_].{37}/.exec(digits)?.[0];
  if (placeholder !== undefined) {
    throw new InputRejected(
      where,
      `is not linked: it has the placeholder ${placeholder} in place of a library's address`,
    );
  }
  if (digits === '') throw new InputRejected(where, 'holds no code, expected hex digits');
  if (!/^([0-9a-fA-F]{2})+$/.test(digits)) throw new InputRejected(where, 'expected hex digits, two per byte');
  return Uint8Array.from(digits.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));
}
