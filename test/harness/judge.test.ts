import assert from 'node:assert/strict';
import { type Evidence, judge } from '../../harness/index.ts';

const evidence = (name: string, byte: number, gasUsed: bigint, more: Partial<Evidence> = {}): Evidence => ({
  name,
  observation: {
    outcome: { status: 'success', output: Uint8Array.of(byte), events: [], gasUsed },
    accounts: [],
    stateDigest: '',
  },
  ...more,
});
const pairs = (all: readonly Evidence[]) => judge(all).map(({ backends, field }) => `${backends.join(' ')} ${field}`);

describe('the judge', () => {
  it('finds nothing where all are equal, or there is only one', () => {
    assert.deepEqual(judge([]), []);
    assert.deepEqual(judge([evidence('a', 1, 5n)]), []);
    assert.deepEqual(judge([evidence('a', 1, 5n), evidence('b', 1, 9n)]), []);
  });

  it('holds gas against the first that counts it alike, and the rest against the first of all', () => {
    const wasm = { gasUnit: 'wasm' };
    const all = [evidence('evm', 1, 100n), evidence('wasm', 1, 7n, wasm), evidence('reference', 1, 8n, wasm)];
    assert.deepEqual(pairs(all), ['wasm reference gas']);
    assert.deepEqual(pairs([evidence('evm', 2, 100n), ...all.slice(1)]), ['evm wasm output', 'wasm reference gas']);
    assert.deepEqual(pairs([...all.slice(0, 2), evidence('native', 3, 0n)]), ['evm native output']);
  });

  it('sees a machine that differs from the first of all but not from the one that counts alike', () => {
    const wasm = { gasUnit: 'wasm' };
    const all = [evidence('evm', 1, 1n), evidence('wasm', 2, 7n, wasm), evidence('reference', 2, 7n, wasm)];
    assert.deepEqual(pairs(all), ['evm wasm output', 'evm reference output']);
  });

  it('holds a repetition against what it repeats, gas too', () => {
    const all = [
      evidence('evm', 1, 100n),
      evidence('native', 1, 0n),
      evidence('native (repeated)', 1, 1n, { repeats: 1 }),
    ];
    assert.deepEqual(pairs(all), ['native native (repeated) gas']);
  });
});
