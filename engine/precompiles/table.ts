import { sha256 } from '../../metering/format/sha256.ts';
import { blake2f, blake2fGas } from './blake2f.ts';
import { bn254Add, bn254Mul, bn254Pairing } from './bn254.ts';
import { ecrecover } from './ecrecover.ts';
import { modexp, modexpGas } from './modexp.ts';
import { loadRipemd160 } from './noble.ts';
import { pointEvaluation } from './point-evaluation.ts';
import type { Precompile } from './precompile.ts';

const wordsOf = ({ length }: Uint8Array): bigint => BigInt(Math.ceil(length / 32));

function ripemd160(input: Uint8Array): Uint8Array {
  const word = new Uint8Array(32);
  word.set(loadRipemd160().ripemd160(input), 12);
  return word;
}

const YELLOW_PAPER = 'Yellow Paper, appendix E';

/** In order of their addresses, from 0x01 on. */
export const precompiles: readonly Precompile[] = [
  { name: 'ecrecover', source: YELLOW_PAPER, gasOf: () => 3000n, run: ecrecover },
  {
    name: 'sha256',
    source: YELLOW_PAPER,
    gasOf: (input) => 60n + 12n * wordsOf(input),
    run: (input) => sha256(input),
  },
  { name: 'ripemd160', source: YELLOW_PAPER, gasOf: (input) => 600n + 120n * wordsOf(input), run: ripemd160 },
  {
    name: 'identity',
    source: YELLOW_PAPER,
    gasOf: (input) => 15n + 3n * wordsOf(input),
    run: (input) => input.slice(),
  },
  { name: 'modexp', source: 'EIP-198, EIP-2565', gasOf: modexpGas, run: modexp },
  { name: 'bn254-add', source: 'EIP-196, EIP-1108', gasOf: () => 150n, run: bn254Add },
  { name: 'bn254-mul', source: 'EIP-196, EIP-1108', gasOf: () => 6000n, run: bn254Mul },
  {
    name: 'bn254-pairing',
    source: 'EIP-197, EIP-1108',
    gasOf: ({ length }) => 45_000n + 34_000n * BigInt(Math.floor(length / 192)),
    run: bn254Pairing,
  },
  { name: 'blake2f', source: 'EIP-152', gasOf: blake2fGas, run: blake2f },
  { name: 'point-evaluation', source: 'EIP-4844', gasOf: () => 50_000n, run: pointEvaluation },
];

const LAST_BYTE = 19;

/** What is at an address (20 bytes), or undefined. */
export function precompileAt(address: Uint8Array): Precompile | undefined {
  const number = address[LAST_BYTE] as number;
  if (number === 0 || number > precompiles.length) return undefined;
  return address.subarray(0, LAST_BYTE).every((byte) => byte === 0) ? precompiles[number - 1] : undefined;
}
