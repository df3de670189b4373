import assert from 'node:assert/strict';
import fc from 'fast-check';
import { bigintToBytes, bytesToBigint, concatBytes } from '../../engine/bytes.ts';
import { createWasmBackend } from '../../engine/wasm-backend.ts';
import { guestWorld } from '../support/guest-world.ts';

const M = 1n << 256n;

/** The EVM's definitions, once more. */
const functions: readonly {
  readonly name: string;
  readonly operands: number;
  readonly result: (a: bigint, b: bigint, m: bigint) => bigint;
}[] = [
  { name: 'math_div', operands: 2, result: (a, b) => (b === 0n ? 0n : a / b) },
  { name: 'math_mod', operands: 2, result: (a, b) => (b === 0n ? 0n : a % b) },
  { name: 'math_pow', operands: 2, result: power },
  { name: 'math_add_mod', operands: 3, result: (a, b, m) => (m === 0n ? 0n : (a + b) % m) },
  { name: 'math_mul_mod', operands: 3, result: (a, b, m) => (m === 0n ? 0n : (a * b) % m) },
];

function power(base: bigint, exponent: bigint): bigint {
  let product = 1n;
  for (const bit of exponent.toString(2)) {
    product = (product * product) % M;
    if (bit === '1') product = (product * base) % M;
  }
  return product;
}

/** Limbs at which carries and estimates of quotients go wrong. */
const limb = fc.oneof(
  fc.constantFrom(0n, 1n, 2n, (1n << 63n) - 1n, 1n << 63n, (1n << 63n) + 1n, (1n << 64n) - 2n, (1n << 64n) - 1n),
  fc.constantFrom((1n << 32n) - 1n, 1n << 32n, (1n << 64n) - (1n << 32n)),
  fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }),
);
const number = fc
  .array(limb, { minLength: 1, maxLength: 4 })
  .map((limbs) => limbs.reduce((sum, each) => (sum << 64n) | each, 0n));

describe('256-bit arithmetic of the host', () => {
  const machines = { wasm: createWasmBackend(), 'wasm, plain': createWasmBackend({ usesKernel: false }) };
  const rows = functions.flatMap((row) =>
    Object.entries(machines).map(([machine, backend]) => ({ ...row, machine, backend })),
  );
  for (const { name, operands, result, machine, backend } of rows) {
    it(`${name} is the EVM's, for numbers of any size and operands that overlap (${machine})`, async () => {
      const pointers = Array.from({ length: operands }, (_, i) => `(i32.load8_u (i32.const ${96 + i}))`).join(' ');
      const { call } = await guestWorld(
        backend,
        `(module
          (import "vm_hooks" "read_args" (func $read_args (param i32)))
          (import "vm_hooks" "write_result" (func $write_result (param i32 i32)))
          (import "vm_hooks" "${name}" (func $compute (param ${'i32 '.repeat(operands)})))
          (memory (export "memory") 1 1)
          (func (export "user_entrypoint") (param i32) (result i32)
            (call $read_args (i32.const 0))
            (call $compute ${pointers})
            (call $write_result (i32.const 0) (i32.const 96))
            (i32.const 0)))`,
      );
      const place = fc.oneof(fc.constantFrom(0, 32, 64), fc.integer({ min: 0, max: 64 }));
      const places = fc.oneof(fc.constant([0, 32, 64]), fc.tuple(place, place, place));
      await fc.assert(
        fc.asyncProperty(fc.tuple(number, number, number), places, async (words, at) => {
          const bytes = concatBytes(words.map((word) => bigintToBytes(word, 32)));
          const [a = 0n, b = 0n, m = 0n] = at.map((start) => bytesToBigint(bytes.slice(start, start + 32)));
          const outcome = await call(concatBytes([bytes, Uint8Array.from(at)]));
          const expected = bytes.slice();
          expected.set(bigintToBytes(result(a, b, m), 32), at[0]);
          assert.deepEqual(outcome.status === 'success' && outcome.output, expected);
        }),
        { numRuns: 500 },
      );
    });
  }
});
