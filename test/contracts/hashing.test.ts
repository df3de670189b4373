import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { blake2b } from '@noble/hashes/blake2.js';
import { keccak_256 } from '@noble/hashes/sha3.js';
import { portLanguages } from '../../contracts/port-language.ts';
import type { Backend } from '../../engine/backend.ts';
import { concatBytes, fromHex, toHex } from '../../engine/bytes.ts';
import type { Outcome } from '../../engine/outcome.ts';
import { portedBackend } from '../../engine/ported-backend.ts';
import { createWasmBackend } from '../../engine/wasm-backend.ts';
import { createEvmBackend } from '../../evm-baseline/evm-backend.ts';
import { bundledWorld } from '../support/bundled-world.ts';
import { AMPLE_GAS, BOB } from '../support/guest-world.ts';

type Hash = (data: Uint8Array) => Uint8Array;

const sha256: Hash = (data) => Uint8Array.from(createHash('sha256').update(data).digest());
const methods: Readonly<Record<string, Hash>> = {
  sha256Guest: sha256,
  blake2bGuest: (data) => blake2b(data, { dkLen: 32 }),
  keccakGuest: keccak_256,
  keccakHost: keccak_256,
};

/** Around the padding of SHA-256 (55 and 119 bytes still fit their block), the rate of Keccak-256 (136) and the block of BLAKE2b. */
const lengths = [
  0, 1, 7, 8, 31, 32, 33, 55, 56, 63, 64, 65, 119, 120, 127, 128, 129, 135, 136, 137, 255, 256, 257, 271, 272, 273,
];

const seed = Uint8Array.from({ length: 32 }, (_, i) => 7 * i);

function pattern(lengthBytes: number): Uint8Array {
  return Uint8Array.from({ length: lengthBytes }, (_, i) => (i * 11 + 128) & 0xff);
}

function word(value: bigint): string {
  return BigInt.asUintN(256, value).toString(16).padStart(64, '0');
}

function outputOf(outcome: Outcome): string {
  assert(outcome.status !== 'trap');
  return `${outcome.status} ${toHex(outcome.output)}`;
}

const machines: Readonly<Record<string, () => Backend | Promise<Backend>>> = {
  wasm: createWasmBackend,
  evm: createEvmBackend,
  ...Object.fromEntries(
    portLanguages.map((language) => [language, () => portedBackend(createWasmBackend(), language)]),
  ),
};

for (const [machine, createBackend] of Object.entries(machines)) {
  describe(`hashing (${machine})`, () => {
    it('gives the digests of independent implementations', async () => {
      const { call } = await bundledWorld(await createBackend(), 'hashing');
      for (const [method, hash] of Object.entries(methods)) {
        for (const length of lengths) {
          const data = pattern(length);
          const outcome = await call({ method, args: [toHex(data)] });
          assert.equal(outputOf(outcome), `success ${toHex(hash(data))}`, `${method} of ${length} bytes`);
        }
      }
    });

    it('hashes hashes, at the same gas for every round, up to a limit', async () => {
      const { call } = await bundledWorld(await createBackend(), 'hashing');
      for (const [name, hash] of Object.entries(methods)) {
        const method = `${name}Rounds`;
        let digest: Uint8Array = seed;
        const gas: bigint[] = [];
        for (let rounds = 0; rounds <= 3; rounds++) {
          const outcome = await call({ method, args: [toHex(seed), rounds] });
          assert.equal(outputOf(outcome), `success ${toHex(digest)}`, `${method} ${rounds}`);
          gas.push(outcome.gasUsed);
          digest = hash(digest);
        }
        // The first round also pays for the memory, on the EVM.
        const [, one, two, three] = gas as [bigint, bigint, bigint, bigint];
        assert.equal(three - two, two - one);
        assert(three > two);
        const refused = await call({ method, args: [toHex(seed), 101] });
        assert.equal(outputOf(refused), `revert 0x4757d96b${word(101n)}${word(100n)}`);
      }
    });

    it('accepts bytes that lie anywhere in the arguments, and reverts when they are not all there', async () => {
      const { world, address } = await bundledWorld(await createBackend(), 'hashing');
      const selector = fromHex(toHex(keccak_256(new TextEncoder().encode('sha256Guest(bytes)'))).slice(0, 10));
      const send = async (...words: readonly string[]) => {
        const input = concatBytes([selector, fromHex(`0x${words.join('')}`)]);
        return outputOf(await world.call({ caller: BOB, to: address, value: 0n, input, gasLimit: AMPLE_GAS }));
      };
      const abc = Buffer.from('abc').toString('hex');
      const accepted = `success ${toHex(sha256(fromHex(`0x${abc}`)))}`;
      const empty = `success ${toHex(sha256(new Uint8Array(0)))}`;
      assert.equal(await send(word(32n), word(3n), abc.padEnd(64, '0')), accepted);
      assert.equal(await send(word(32n), word(3n), abc), accepted, 'without padding');
      assert.equal(await send(word(32n), word(3n), abc.padEnd(64, 'f')), accepted, 'with dirty padding');
      assert.equal(await send(word(64n), word(1n), word(3n), abc), accepted, 'with a gap');
      assert.equal(await send(word(33n), '00', word(3n), abc), accepted, 'at an odd offset');
      assert.equal(await send(word(0n)), empty, 'the offset is its own length');
      for (const words of [
        [],
        ['00'],
        [word(32n)],
        [word(32n), word(0n).slice(2)],
        [word(32n), word(4n), abc],
        [word(32n), word(1n << 32n), abc],
        [word(32n), word((1n << 32n) + 3n), abc],
        [word(32n), word(-1n), abc],
        [word((1n << 32n) + 32n), word(3n), abc],
        [word((1n << 64n) + 32n), word(3n), abc],
        [word(-32n), word(3n), abc],
      ]) {
        assert.equal(await send(...words), 'revert 0x', words.join(' '));
      }
    });
  });
}
