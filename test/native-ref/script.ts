import { bigintToBytes, concatBytes } from '../../engine/bytes.ts';

/** Encoders of the commands that `fixtures/script.cpp` runs. A script is their concatenation. */

const NO_SALT: Uint8Array = new Uint8Array(32);

export const word = (value: bigint): Uint8Array => bigintToBytes(value, 32);

export const script = (...commands: readonly Uint8Array[]): Uint8Array => concatBytes(commands);

const command = (letters: string, ...operands: readonly Uint8Array[]): Uint8Array =>
  concatBytes([new TextEncoder().encode(letters), ...operands]);

const sized = (bytes: Uint8Array): Uint8Array => concatBytes([bigintToBytes(BigInt(bytes.length), 2), bytes]);

/** Waits in the frame's cache until `flush`. */
export const cache = (key: bigint, value: bigint): Uint8Array => command('s', word(key), word(value));
export const flush: Uint8Array = command('f');
export const store = (key: bigint, value: bigint): Uint8Array => script(cache(key, value), flush);
/** Appends 32 bytes to the output. */
export const load = (key: bigint): Uint8Array => command('l', word(key));
export const storeTransient = (key: bigint, value: bigint): Uint8Array => command('t', word(key), word(value));
export const loadTransient = (key: bigint): Uint8Array => command('u', word(key));
export const emit = (topicCount: number, topicsAndData: Uint8Array): Uint8Array =>
  command('e', Uint8Array.of(topicCount), sized(topicsAndData));
export const output = (bytes: Uint8Array): Uint8Array => command('o', sized(bytes));
/** Replaces the output by zeros. */
export const largeOutput = (kibibytes: number): Uint8Array => command('p', bigintToBytes(BigInt(kibibytes), 2));
export const revert: Uint8Array = command('r');
export const exit: Uint8Array = command('x');
/** Appends status (1) and return data. */
export const call = (to: Uint8Array, input: Uint8Array, value = 0n): Uint8Array =>
  command('kc', to, word(value), sized(input));
export const staticCall = (to: Uint8Array, input: Uint8Array): Uint8Array => command('ks', to, word(0n), sized(input));
export const delegateCall = (to: Uint8Array, input: Uint8Array): Uint8Array =>
  command('kd', to, word(0n), sized(input));
/** Appends length of the revert data (1), revert data, address (20). */
export const create = (id: Uint8Array, input: Uint8Array, value = 0n): Uint8Array =>
  command('n1', NO_SALT, word(value), sized(concatBytes([id, input])));
export const create2 = (salt: Uint8Array, id: Uint8Array, input: Uint8Array): Uint8Array =>
  command('n2', salt, word(0n), sized(concatBytes([id, input])));
/** Appends 32 bytes. */
export const balance = (address: Uint8Array): Uint8Array => command('b', address);
/** Appends code size (4), code bytes 1 to 4, hash (32). */
export const codeOf = (address: Uint8Array): Uint8Array => command('c', address);
/** Appends caller (20), origin (20), own address (20), value (32), whether reentrant (4). */
export const message: Uint8Array = command('i');
/** Appends chain id, number, timestamp, gas limit (4 each), base fee (32), gas price (32), coinbase (20). */
export const block: Uint8Array = command('j');
export const math = (operator: '/' | '%' | '^' | '+' | '*', a: bigint, b: bigint, c = 0n): Uint8Array =>
  command(`m${operator}`, word(a), word(b), word(c));
export const keccak = (data: Uint8Array): Uint8Array => command('h', sized(data));
