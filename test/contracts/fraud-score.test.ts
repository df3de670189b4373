import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundledCaseDirectory } from '../../contracts/bundled-cases.ts';
import { decodeEvent, decodeOutput, decodeRevert } from '../../contracts/call-codec.ts';
import type { MethodCallText } from '../../contracts/contract-case.ts';
import { createWasmBackend } from '../../engine/wasm-backend.ts';
import { createEvmBackend } from '../../evm-baseline/evm-backend.ts';
import { bundledWorld } from '../support/bundled-world.ts';

function modelOf(file: string): Buffer {
  const text = readFileSync(join(bundledCaseDirectory('fraud-score'), file), 'utf8');
  return Buffer.from([...text.matchAll(/"([0-9a-f]+)"/g)].map(([, digits]) => digits).join(''), 'hex');
}

const model = modelOf('Model.sol');

/** The layout is described where the model is. */
const TREE_BYTES = 31 * 5 + 32 * 2;
const NETWORK = 8 * TREE_BYTES + 8;

function forestScore(features: readonly number[]): bigint {
  let sum = 0;
  for (let tree = 0; tree < 8 * TREE_BYTES; tree += TREE_BYTES) {
    let node = 0;
    while (node < 31) {
      const rule = tree + 5 * node;
      const feature = features[model.readUInt8(rule)] as number;
      node = 2 * node + (feature > model.readUInt32BE(rule + 1) ? 2 : 1);
    }
    sum += model.readUInt16BE(tree + 5 * 31 + 2 * (node - 31));
  }
  return BigInt(Math.floor(sum / 8));
}

function networkScore(features: readonly number[]): bigint {
  const number = (index: number): bigint => BigInt(model.readInt32BE(NETWORK + 4 * index));
  const inputs = features.map((value, i) => {
    const full = 2 ** model.readUInt8(8 * TREE_BYTES + i);
    return BigInt(Math.floor((Math.min(value, full) * 65536) / full));
  });
  let sum = 0n;
  for (let unit = 0; unit < 16; unit++) {
    const weighted = inputs.reduce((total, input, i) => total + number(10 * unit + i) * input, 0n);
    const active = (weighted >> 16n) + number(10 * unit + 8);
    if (active > 0n) sum += number(10 * unit + 9) * active;
  }
  const z = (sum >> 16n) + number(160);
  return 32768n + (z * 32768n) / (65536n + (z < 0n ? -z : z));
}

const wordOf = (features: readonly number[]): bigint =>
  features.reduce((word, value, i) => word | (BigInt(value) << BigInt(32 * i)), 0n);

/** In the order that the model gives: amount, hour, age, burst, distance, merchant, failures, card. */
const harmless = [2_599, 14, 1_200, 0, 3, 20, 0, 1];
const suspicious = [180_000, 3, 4, 9, 4_200, 230, 4, 0];

/** Around what the trees ask and what the network cuts off, and the ends of 32 bits. */
const transactions: readonly (readonly number[])[] = [
  harmless,
  suspicious,
  Array(8).fill(0),
  Array(8).fill(2 ** 32 - 1),
  ...Array.from({ length: 40 }, (_, i) =>
    Array.from({ length: 8 }, (_, feature) => {
      const rule = 5 * ((7 * i + 11 * feature) % 31) + ((i + feature) % 8) * TREE_BYTES;
      return Math.max(0, Math.min(2 ** 32 - 1, model.readUInt32BE(rule + 1) + (i % 3) - 1));
    }),
  ),
];

describe('the model of fraud-score', () => {
  it('is the same in both languages, and what training gives', () => {
    assert(modelOf('model.hpp').equals(model));
    assert.equal(model.length, NETWORK + 4 * (16 * 10 + 1));
    const tool = fileURLToPath(new URL('../../tools/fraud-model.mjs', import.meta.url));
    const { status, stderr } = spawnSync(process.execPath, [tool, 'check'], { encoding: 'utf8' });
    assert.equal(status, 0, stderr);
  });
});

for (const createBackend of [createWasmBackend, createEvmBackend]) {
  describe(`fraud-score (${createBackend === createWasmBackend ? 'wasm' : 'evm'})`, () => {
    const open = async () => {
      const { subject, call } = await bundledWorld(await createBackend(), 'fraud-score');
      const read = async (text: MethodCallText) => {
        const outcome = await call(text);
        assert(outcome.status !== 'trap');
        return outcome.status === 'success'
          ? decodeOutput(subject.abi, text.method, outcome.output)?.map(String)
          : decodeRevert(subject.abi, outcome.output)?.name;
      };
      return { subject, call, read };
    };

    it('scores as the model says', async () => {
      const { read } = await open();
      for (const features of transactions) {
        const found = await read({ method: 'score', args: [String(wordOf(features))] });
        assert.deepEqual(found, [forestScore(features), networkScore(features)].map(String), features.join(' '));
      }
    });

    it('tells the suspicious from the harmless, with both', async () => {
      const { read } = await open();
      const score = async (features: readonly number[]) =>
        ((await read({ method: 'score', args: [String(wordOf(features))] })) as string[]).map(Number);
      for (const risk of await score(harmless)) assert(risk < 13_107, `${risk}`);
      for (const risk of await score(suspicious)) assert(risk > 52_428, `${risk}`);
    });

    it('declines above the threshold, with an event each, and counts', async () => {
      const { subject, call, read } = await open();
      const words = [harmless, suspicious, harmless, suspicious].map((features) => String(wordOf(features)));
      const outcome = await call({ method: 'review', args: [words] });
      assert(outcome.status === 'success');
      assert.deepEqual(decodeOutput(subject.abi, 'review', outcome.output), ['10']);
      const risk = (forestScore(suspicious) + networkScore(suspicious)) / 2n;
      const events = outcome.events.map(({ topics, data }) => decodeEvent(subject.abi, topics, data));
      assert.deepEqual(
        events.map((event) => [event?.name, ...(event?.args.map(({ value }) => value) ?? [])]),
        [1, 3].map((i) => ['Declined', words[i], String(risk)]),
      );
      assert.deepEqual(await read({ method: 'reviewed', args: [] }), ['4']);
      assert.deepEqual(await read({ method: 'declined', args: [] }), ['2']);

      const raise = { method: 'setThreshold', args: [String(risk)] };
      assert.equal(await read({ ...raise, caller: 'bob' }), 'OwnableUnauthorizedAccount');
      assert.deepEqual(await read({ ...raise, caller: 'deployer' }), []);
      assert.deepEqual(await read({ method: 'review', args: [words] }), ['0']);
      assert.equal(await read({ method: 'review', args: [Array(65).fill('0')] }), 'TooManyTransactions');
    });

    it('takes the same gas for every harmless transaction', async () => {
      const { call } = await open();
      await call({ method: 'review', args: [[0]] });
      const gas: bigint[] = [];
      for (const count of [1, 2, 3, 64]) {
        const { gasUsed } = await call({ method: 'review', args: [Array(count).fill(String(wordOf(harmless)))] });
        gas.push(gasUsed);
      }
      const [one, two, three, many] = gas as [bigint, bigint, bigint, bigint];
      assert(two > one);
      assert.equal(three - two, two - one);
      // Calldata and, on the EVM, memory come on top.
      assert(many - three >= 61n * (two - one) && many - three < 62n * (two - one), `${gas}`);
    });
  });
}
