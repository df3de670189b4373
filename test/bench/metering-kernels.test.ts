import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, it } from 'mocha';
import { referenceRun } from '../../bench/metering/kernel-abi.ts';
import { type Kernel, kernels, readKernel } from '../../bench/metering/kernels.ts';
import { checkAgainstLock, parseArtifactLock } from '../../contracts/artifact-lock.ts';
import { keccak256 } from '../../engine/kernel/keccak.ts';

const lockPath = new URL('../../contracts/artifacts.lock.json', import.meta.url);

const wrap64 = (value: bigint): bigint => BigInt.asIntN(64, value);
const fold = (values: readonly (number | bigint)[]): bigint =>
  values.reduce((sum: bigint, value) => wrap64(sum * 31n + BigInt(value)), 0n);

function hashChain(count: number, hash: (message: Uint8Array) => Uint8Array): bigint {
  const message = Uint8Array.from({ length: 256 }, (_, i) => i * 7);
  for (let i = 0; i < count; i++) message.set(hash(message));
  return new DataView(message.buffer).getBigInt64(0, true);
}

function multiplicationChain(count: number): bigint {
  const ofLimbs = (limbs: readonly bigint[]): bigint => limbs.reduceRight((high, limb) => (high << 64n) | limb, 0n);
  const y = ofLimbs([0x9e3779b97f4a7c15n, 0xbf58476d1ce4e5b9n, 0x94d049bb133111ebn, 0x2545f4914f6cdd1dn]);
  let x = ofLimbs([3n, 1n, 4n, 1n]);
  for (let i = 0; i < count; i++) x = BigInt.asUintN(256, x * y + y);
  return wrap64(x ^ (x >> 64n) ^ (x >> 128n) ^ (x >> 192n));
}

function sortedNumbers(count: number): bigint {
  const values = new Uint32Array(count);
  let random = 12345;
  for (let i = 0; i < count; i++) {
    random = (Math.imul(random, 1664525) + 1013904223) >>> 0;
    values[i] = random >>> 4;
  }
  return fold([...values.sort()]);
}

function matrixProduct(order: number): bigint {
  const indices = Array.from({ length: order }, (_, i) => i);
  const entry = (row: number, column: number): bigint => BigInt(((row + column) << 10) - 65536);
  const cells = indices.flatMap((i) =>
    indices.map((j) => {
      const sum = indices.reduce((total, k) => total + entry(i * 31, k * 17) * entry(k * 13, j * 29), 0n);
      return BigInt.asUintN(32, sum >> 16n);
    }),
  );
  return fold(cells);
}

function primesBelow(limit: number): bigint {
  const isPrime = (n: number): boolean => {
    for (let divisor = 2; divisor * divisor <= n; divisor++) if (n % divisor === 0) return false;
    return n > 1;
  };
  return BigInt(Array.from({ length: limit }, (_, n) => n).filter(isPrime).length);
}

/** What a kernel computes, written down a second time; the other kernels have no short definition. */
const definitions: Readonly<Record<string, (size: number) => bigint>> = {
  fib: (n) => (n < 2 ? BigInt(n) : (definitions['fib']?.(n - 1) ?? 0n) + (definitions['fib']?.(n - 2) ?? 0n)),
  sha256: (count) => hashChain(count, (message) => createHash('sha256').update(message).digest()),
  keccak: (count) => hashChain(count, keccak256),
  mul256: multiplicationChain,
  quicksort: sortedNumbers,
  'matrix-fixed': matrixProduct,
  'prime-sieve': primesBelow,
};

describe('the kernels that metering is measured on', () => {
  it('are those the lock holds, and what it says they are', () => {
    const lock = parseArtifactLock(readFileSync(lockPath, 'utf8'), 'artifacts.lock.json');
    const prefix = '../bench/metering/kernels/build/';
    const locked = [...lock.keys()].filter((path) => path.startsWith(prefix));
    assert.deepEqual(locked.sort(), kernels.map(({ name }) => `${prefix}${name}.wasm`).sort());
    for (const kernel of kernels) {
      checkAgainstLock(lock, `${prefix}${kernel.name}.wasm`, readKernel(kernel), kernel.name);
    }
  });

  for (const [name, define] of Object.entries(definitions)) {
    it(`compute what their name says (${name})`, () => {
      const kernel = kernels.find((candidate) => candidate.name === name) as Kernel;
      const { checksum, gasUsed } = referenceRun(readKernel(kernel), kernel.smallSize);
      assert.equal(checksum, define(kernel.smallSize));
      assert.ok(gasUsed > 0n);
    });
  }
});
