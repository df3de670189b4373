import { isHexBytes } from '../hex-digits.ts';
import { InputRejected } from '../input-rejected.ts';

const CODECOPY = 0x39;
const RETURN = 0xf3;
const PUSH1 = 0x60;
const PUSH32 = 0x7f;

/**
 * EVM code as compilers and explorers write it: hex digits, two per byte, with or without 0x.
 *
 * @throws InputRejected, which says of code with placeholders of libraries what is missing
 */
export function parseHexCode(text: string, where: string): Uint8Array {
  const digits = text.trim().replace(/^0x/, '');
  const placeholder = /__.{36}__/.exec(digits)?.[0];
  if (placeholder !== undefined) {
    throw new InputRejected(
      where,
      `is not linked: it has the placeholder ${placeholder} in place of a library's address`,
    );
  }
  if (digits === '') throw new InputRejected(where, 'holds no code, expected hex digits');
  if (!isHexBytes(digits)) throw new InputRejected(where, 'expected hex digits, two per byte');
  return Uint8Array.from(digits.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));
}

/** Creation code that leaves the given code behind as it is. */
export function creationCodeOf(runtimeCode: Uint8Array): Uint8Array {
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, runtimeCode.length);
  // PUSH4 length, DUP1, PUSH1 14, PUSH0, CODECOPY, PUSH0, RETURN, and two bytes that are never reached.
  const code = [0x63, ...length, 0x80, PUSH1, 14, 0x5f, CODECOPY, 0x5f, RETURN, 0, 0];
  return Uint8Array.of(...code, ...runtimeCode);
}

/**
 * Whether code looks like what solc leaves on a chain, and not like what it deploys that with: it sets up memory as solc does,
 * and returns before it has copied any code.
 */
export function looksDeployed(code: Uint8Array): boolean {
  const [push, , push40, ...rest] = code;
  if (push !== PUSH1 || push40 !== PUSH1 || rest[1] !== 0x52) return false;
  for (let at = 0; at < code.length; at++) {
    const opcode = code[at] as number;
    if (opcode === CODECOPY) return false;
    if (opcode === RETURN) return true;
    if (opcode >= PUSH1 && opcode <= PUSH32) at += opcode - PUSH1 + 1;
  }
  return true;
}
