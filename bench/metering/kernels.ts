import { readFileSync } from 'node:fs';

/** A compute kernel of `kernels/`: it exports `run: (size: i32) -> i64`, a checksum, and `memory`, and imports nothing. */
export interface Kernel {
  readonly name: string;
  /** Makes a call of 0.2 to 0.5 ms on the machine this was written on. */
  readonly size: number;
  /** Few enough instructions for the reference interpreter. */
  readonly smallSize: number;
}

export const kernels: readonly Kernel[] = [
  { name: 'fib', size: 26, smallSize: 12 },
  { name: 'sha256', size: 250, smallSize: 2 },
  { name: 'keccak', size: 350, smallSize: 2 },
  { name: 'mul256', size: 15_000, smallSize: 50 },
  { name: 'quicksort', size: 20_000, smallSize: 300 },
  { name: 'json-tokenizer', size: 500, smallSize: 3 },
  { name: 'hash-ledger', size: 50_000, smallSize: 200 },
  { name: 'matrix-fixed', size: 80, smallSize: 8 },
  { name: 'prime-sieve', size: 150_000, smallSize: 3_000 },
];

/** The module as `npm run contracts:build` left it. */
export function readKernel({ name }: Kernel): Uint8Array {
  return readFileSync(new URL(`./kernels/build/${name}.wasm`, import.meta.url));
}
