import assert from 'node:assert/strict';
import { keccak_256 } from '@noble/hashes/sha3.js';
import { toHex } from '../../engine/bytes.ts';
import { createWasmBackend } from '../../engine/wasm-backend.ts';
import { createEvmBackend } from '../../evm-baseline/evm-backend.ts';
import { bundledWorld } from '../support/bundled-world.ts';
import { additions, multiplications } from './eip-196-vectors.ts';

const PRIME = 0x30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd47n;
const word = (value: bigint): string => value.toString(16).padStart(64, '0');
const generator = word(1n) + word(2n);
const invalidPoint = `revert ${toHex(keccak_256(new TextEncoder().encode('InvalidPoint()')).subarray(0, 4))}`;

for (const createBackend of [createWasmBackend, createEvmBackend]) {
  describe(`bn254 (${createBackend === createWasmBackend ? 'wasm' : 'evm'})`, () => {
    async function curve() {
      const { call } = await bundledWorld(await createBackend(), 'bn254');
      return async (method: string, input: string): Promise<string> => {
        const outcome = await call({ method, args: [`0x${input}`] });
        assert(outcome.status !== 'trap' && outcome.gasUsed > 0n);
        return `${outcome.status} ${toHex(outcome.output)}`;
      };
    }

    it('adds and multiplies as the vectors of EIP-196 have it, both ways', async () => {
      const run = await curve();
      for (const [method, vectors] of [
        ['add', additions],
        ['mul', multiplications],
      ] as const) {
        for (const { name, input, output } of vectors) {
          const expected = `success 0x${output}`;
          assert.equal(await run(method, input), expected, `${method}: ${name}`);
          assert.equal(await run(`${method}ByPrecompile`, input), expected, `${method}ByPrecompile: ${name}`);
        }
      }
    });

    it('refuses what is no point, and pads what ends early', async () => {
      const run = await curve();
      for (const method of ['add', 'addByPrecompile', 'mul', 'mulByPrecompile']) {
        const wrong = [word(1n) + word(3n), word(1n), word(PRIME) + word(2n), word(1n) + word(PRIME + 2n), word(PRIME)];
        for (const point of wrong) assert.equal(await run(method, point), invalidPoint, `${method} ${point}`);
      }
      assert.equal(await run('add', generator + word(5n)), invalidPoint);
      // 31 bytes of a scalar are its highest ones.
      const shifted = await run('mul', generator + word(256n));
      assert.equal(await run('mul', (generator + word(256n)).slice(0, -2)), shifted);
      assert.equal(await run('mul', generator), `success 0x${word(0n)}${word(0n)}`);
    });
  });
}
