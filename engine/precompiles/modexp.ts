import { bigintToBytes, bytesToBigint } from '../bytes.ts';
import { inputPart } from './precompile.ts';

const HEAD_BYTES = 96;
/** Of base and modulus. It would take more than all the gas of a block. */
const MOST_BYTES = 128n << 10n;

/** The lengths of base, exponent and modulus. None is bounded by the input's length. */
function lengthsIn(input: Uint8Array): readonly [base: bigint, exponent: bigint, modulus: bigint] {
  const lengthAt = (at: number): bigint => bytesToBigint(inputPart(input, at, 32));
  return [lengthAt(0), lengthAt(32), lengthAt(64)];
}

/** Bytes from any place on, zeros where the input has ended. */
function partAt(input: Uint8Array, at: bigint, lengthBytes: number): Uint8Array {
  return at < BigInt(input.length) ? inputPart(input, Number(at), lengthBytes) : new Uint8Array(lengthBytes);
}

/** EIP-2565. */
export function modexpGas(input: Uint8Array): bigint {
  const [baseBytes, exponentBytes, modulusBytes] = lengthsIn(input);
  let largest = baseBytes;
  if (modulusBytes > largest) largest = modulusBytes;
  const words = (largest + 7n) / 8n;
  const headBytes = exponentBytes < 32n ? Number(exponentBytes) : 32;
  const head = bytesToBigint(partAt(input, BigInt(HEAD_BYTES) + baseBytes, headBytes));
  const headBits = head === 0n ? 0n : BigInt(head.toString(2).length - 1);
  const iterations = headBits + 8n * (exponentBytes - BigInt(headBytes));
  const gas = (words * words * (iterations > 0n ? iterations : 1n)) / 3n;
  return gas > 200n ? gas : 200n;
}

/** base ** exponent % modulus, as long as the modulus. EIP-198; fails above a length that nobody can pay for. */
export function modexp(input: Uint8Array): Uint8Array | undefined {
  const [baseBytes, exponentBytes, modulusBytes] = lengthsIn(input);
  if (modulusBytes === 0n) return new Uint8Array(0);
  if (baseBytes > MOST_BYTES || modulusBytes > MOST_BYTES) return undefined;
  const exponentAt = BigInt(HEAD_BYTES) + baseBytes;
  const length = Number(modulusBytes);
  const modulus = bytesToBigint(partAt(input, exponentAt + exponentBytes, length));
  if (modulus <= 1n) return new Uint8Array(length);
  const base = bytesToBigint(inputPart(input, HEAD_BYTES, Number(baseBytes))) % modulus;
  const given = input.subarray(HEAD_BYTES + Number(baseBytes));
  const exponent = BigInt(given.length) > exponentBytes ? given.subarray(0, Number(exponentBytes)) : given;
  let result = 1n;
  for (const byte of exponent) {
    for (let bit = 7; bit >= 0; bit--) {
      result = (result * result) % modulus;
      if (((byte >> bit) & 1) === 1) result = (result * base) % modulus;
    }
  }
  // Zeros behind the input: each doubles the exponent, and 0 and 1 stay what they are.
  for (let bits = 8n * (exponentBytes - BigInt(exponent.length)); bits > 0n && result > 1n; bits--) {
    result = (result * result) % modulus;
  }
  return bigintToBytes(result, length);
}
