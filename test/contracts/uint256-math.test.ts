import assert from 'node:assert/strict';
import { bigintToBytes, toHex } from '../../engine/bytes.ts';
import { createWasmBackend } from '../../engine/wasm-backend.ts';
import { createEvmBackend } from '../../evm-baseline/evm-backend.ts';
import { bundledWorld } from '../support/bundled-world.ts';

const MODULUS = 1n << 256n;
const HALF = 1n << 255n;

/** Panic codes of Solidity, as what a method gives instead of a number. */
const overflow = 'panic 0x11';
const byZero = 'panic 0x12';
type Result = bigint | typeof overflow | typeof byZero;

const checked = (value: bigint): Result => (value >= 0n && value < MODULUS ? value : overflow);
const wrapped = (value: bigint): bigint => BigInt.asUintN(256, value);
const signed = (value: bigint): bigint => BigInt.asIntN(256, value);

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  for (const bit of exponent.toString(2)) {
    result = wrapped(result * result);
    if (bit === '1') result = wrapped(result * base);
  }
  return result;
}

function checkedPower(base: bigint, exponent: bigint): Result {
  if (base <= 1n || exponent === 0n) return base ** (exponent === 0n ? 0n : 1n);
  return exponent > 255n ? overflow : checked(base ** exponent);
}

function signedQuotient(a: bigint, b: bigint): Result {
  const quotient = signed(a) / signed(b);
  return quotient === HALF ? overflow : wrapped(quotient);
}

function squareRoot(a: bigint): bigint {
  let root = 0n;
  for (let bit = 1n << 127n; bit > 0n; bit >>= 1n) if ((root + bit) ** 2n <= a) root += bit;
  return root;
}

const unary: Readonly<Record<string, (a: bigint) => Result>> = { sqrt: squareRoot };

const binary: Readonly<Record<string, (a: bigint, b: bigint) => Result>> = {
  add: (a, b) => checked(a + b),
  sub: (a, b) => checked(a - b),
  mul: (a, b) => checked(a * b),
  div: (a, b) => (b === 0n ? byZero : a / b),
  mod: (a, b) => (b === 0n ? byZero : a % b),
  sdiv: (a, b) => (b === 0n ? byZero : signedQuotient(a, b)),
  shl: (a, b) => (b > 255n ? 0n : wrapped(a << b)),
  shr: (a, b) => (b > 255n ? 0n : a >> b),
  exp: power,
  checkedExp: checkedPower,
};

const ternary: Readonly<Record<string, (a: bigint, b: bigint, c: bigint) => Result>> = {
  addMod: (a, b, m) => (m === 0n ? byZero : (a + b) % m),
  mulMod: (a, b, m) => (m === 0n ? byZero : (a * b) % m),
  mulDiv: (a, b, d) => (d === 0n ? byZero : checked((a * b) / d)),
};

/** Where carries, limb borders and quotient estimates go wrong: all ones, single bits, and runs of extreme limbs. */
const edges: readonly bigint[] = [
  0n,
  1n,
  10n,
  255n,
  (1n << 64n) - 1n,
  1n << 64n,
  (1n << 128n) + 1n,
  (1n << 192n) - (1n << 64n),
  HALF - 1n,
  HALF,
  (HALF >> 64n) + 1n,
  0x8000000000000000ffffffffffffffffffffffffffffffff0000000000000000n,
  0x7fffffffffffffff8000000000000000000000000000000000000000000000ffn,
  MODULUS - (1n << 64n),
  MODULUS - 1n,
];

function cases(): readonly { method: string; args: readonly bigint[]; expected: Result }[] {
  const every = (step: number) => edges.filter((_, i) => i % step === 0);
  return [
    ...Object.entries(unary).flatMap(([method, reference]) =>
      edges.map((a) => ({ method, args: [a], expected: reference(a) })),
    ),
    ...Object.entries(binary).flatMap(([method, reference]) =>
      edges.flatMap((a) => edges.map((b) => ({ method, args: [a, b], expected: reference(a, b) }))),
    ),
    ...Object.entries(ternary).flatMap(([method, reference]) =>
      every(2).flatMap((a) =>
        edges.flatMap((c) => every(3).map((b) => ({ method, args: [a, b, c], expected: reference(a, b, c) }))),
      ),
    ),
  ];
}

function encodeResult(result: Result): { status: string; output: string } {
  if (typeof result === 'bigint') return { status: 'success', output: toHex(bigintToBytes(result, 32)) };
  const code = BigInt(result.slice('panic '.length));
  return { status: 'revert', output: `0x4e487b71${toHex(bigintToBytes(code, 32)).slice(2)}` };
}

for (const createBackend of [createWasmBackend, createEvmBackend]) {
  describe(`uint256-math (${createBackend === createWasmBackend ? 'wasm' : 'evm'})`, () => {
    it('computes what BigInt computes, and panics where Solidity does', async () => {
      const { call } = await bundledWorld(await createBackend(), 'uint256-math');
      for (const { method, args, expected } of cases()) {
        const asInput = method === 'sdiv' ? args.map(signed) : args;
        const outcome = await call({ method, args: asInput.map(String) });
        assert(outcome.status !== 'trap');
        const seen = { status: outcome.status, output: toHex(outcome.output) };
        assert.deepEqual(seen, encodeResult(expected), `${method}(${args.join(', ')})`);
        assert(outcome.gasUsed > 0n);
      }
    });

    it('repeats, up to a limit', async () => {
      const { call } = await bundledWorld(await createBackend(), 'uint256-math');
      const run = async (method: string, args: readonly (bigint | number)[]) => {
        const outcome = await call({ method, args: args.map(String) });
        assert(outcome.status !== 'trap');
        return `${outcome.status} ${toHex(outcome.output)}`;
      };
      const word = (value: bigint) => toHex(bigintToBytes(value, 32)).slice(2);
      const prime = MODULUS - (1n << 32n) - 977n;
      const expected = Array.from({ length: 20 }).reduce<bigint>((a) => (a * (prime - 3n)) % prime, 5n);
      assert.equal(await run('mulModChain', [5n, prime - 3n, prime, 20]), `success 0x${word(expected)}`);
      assert.equal(await run('mulModChain', [5n, 7n, 0n, 0]), `success 0x${word(5n)}`);
      assert.equal(await run('compound', [1000n, 11n, 10n, 3]), `success 0x${word(1331n)}`);
      const tooMany = `revert 0x4757d96b${word(1001n)}${word(1000n)}`;
      assert.equal(await run('mulModChain', [1n, 1n, 1n, 1001]), tooMany);
      assert.equal(await run('compound', [1n, 1n, 1n, 1001]), tooMany);
    });
  });
}
