import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Event } from '../../engine/outcome.ts';
import { defaultSchedule } from '../../engine/schedules.ts';
import { type AccountView, digestAccounts } from '../../engine/state/digest.ts';
import { KernelState } from '../../engine/state/kernel-state.ts';
import { PlainState } from '../../engine/state/plain-state.ts';
import { keyOfBytes } from '../../engine/state/storage-key.ts';
import type { WorldState } from '../../engine/state/world-state.ts';

const ADDRESSES = [1, 2, 3].map((byte) => new Uint8Array(20).fill(byte));
/** Mostly slots, one of them the key zero; and keys of other lengths. */
const KEYS = [
  ...[0, 1, 2, 3, 4, 255].map((byte) => new Uint8Array(32).fill(byte)),
  new Uint8Array(0),
  new Uint8Array(31),
  new Uint8Array(33).fill(1),
].map(keyOfBytes);
/** None, words, a word that is zero, and other lengths. */
const VALUES = [
  new Uint8Array(0),
  ...[1, 2, 3].map((byte) => new Uint8Array(32).fill(byte)),
  new Uint8Array(32),
  new Uint8Array(5).fill(7),
  new Uint8Array(40).fill(8),
];

type Step = readonly [kind: StepKind, account: number, key: number, value: number];

const kinds = [
  'put',
  'put',
  'put',
  'remove',
  'remove',
  'transient',
  'wei',
  'nonce',
  'code',
  'event',
  'checkpoint',
  'checkpoint',
  'revert',
  'revert',
  'end',
  'snapshot',
  'restore',
  'digest',
] as const;
type StepKind = (typeof kinds)[number];

/** A state and what the steps have been told by it. */
interface Played {
  readonly state: WorldState;
  readonly checkpoints: number[];
  snapshotCount: number;
}

function start(state: WorldState): Played {
  return { state, checkpoints: [], snapshotCount: 0 };
}

/** Returns what the state answers, if anything. */
function play(played: Played, [kind, accountIndex, keyIndex, valueIndex]: Step): unknown {
  const { state, checkpoints } = played;
  const account = state.account(ADDRESSES[accountIndex % ADDRESSES.length] as Uint8Array);
  const key = KEYS[keyIndex % KEYS.length] as string;
  const value = VALUES[valueIndex % VALUES.length] as Uint8Array;
  const end = (): readonly Event[] => {
    checkpoints.length = 0;
    return state.endTransaction();
  };
  switch (kind) {
    case 'put':
      return state.putStorage(account, key, value);
    case 'remove':
      return state.putStorage(account, key, undefined);
    case 'transient':
      return state.putTransient(account, key, value.length === 0 ? undefined : value);
    case 'wei':
      return state.setWei(account, BigInt(valueIndex % 3));
    case 'nonce':
      return state.setNonce(account, BigInt(valueIndex));
    case 'code':
      return state.setCodeHash(account, valueIndex % 2 === 0 ? undefined : 'ab');
    case 'event': {
      const topics = Array.from({ length: keyIndex % 5 }, (_, i) => new Uint8Array(32).fill(i));
      return state.addEvent({ address: account.address, topics, data: value });
    }
    case 'checkpoint':
      checkpoints.push(state.checkpoint());
      return undefined;
    case 'revert': {
      if (checkpoints.length === 0) return undefined;
      const index = keyIndex % checkpoints.length;
      state.revert(checkpoints[index] as number);
      checkpoints.length = index + 1;
      return undefined;
    }
    case 'end':
      return end();
    case 'snapshot':
      end();
      played.snapshotCount++;
      return state.snapshot();
    case 'restore': {
      end();
      if (played.snapshotCount === 0) return state.restore(0);
      const index = keyIndex % played.snapshotCount;
      played.snapshotCount = index + 1;
      return state.restore(index);
    }
    case 'digest':
      return state.digest();
  }
}

function readAll(state: WorldState): unknown {
  return ADDRESSES.map((address) => {
    const account = state.account(address);
    const { wei, nonce, codeHash } = account;
    return {
      fields: { wei, nonce, codeHash },
      entries: state.storageEntries(account),
      hasStorage: state.hasStorage(account),
      found: KEYS.map((key) => state.findStorage(account, key)),
      transient: KEYS.map((key) => state.findTransient(account, key)),
      eventCount: state.eventCount,
    };
  });
}

function viewOf(state: WorldState): AccountView[] {
  return ADDRESSES.map((address) => {
    const account = state.account(address);
    return { address, wei: account.wei, storage: state.storageEntries(account) };
  });
}

function forgetful(): readonly Played[] {
  return [start(new PlainState(0)), start(new KernelState(defaultSchedule, 0))];
}

const step = fc.tuple(fc.constantFrom(...kinds), fc.nat(2), fc.nat(63), fc.nat(20));

describe('plain state and kernel state', () => {
  it('answer and hold the same through any sequence of operations', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120, size: 'max' }), (steps) => {
        const plain = start(new PlainState());
        // Those that forget at once what a transaction has left empty, and the one that does not get to it.
        const others = [start(new KernelState(defaultSchedule)), ...forgetful()];
        for (const next of steps) {
          const answer = play(plain, next);
          const all = readAll(plain.state);
          for (const other of others) {
            assert.deepEqual(play(other, next), answer, next[0]);
            if (next[0] !== 'checkpoint') assert.deepEqual(readAll(other.state), all, next[0]);
          }
        }
        const digest = plain.state.digest();
        for (const { state } of others) assert.equal(state.digest(), digest);
        assert.equal(digest, digestAccounts(viewOf(plain.state)));
      }),
      { numRuns: 150 },
    );
  });

  it('forget what a digest within a call has counted and a revert has taken back', () => {
    for (const { state } of [start(new KernelState(defaultSchedule)), ...forgetful()]) {
      const before = state.digest();
      const checkpoint = state.checkpoint();
      state.setWei(state.account(ADDRESSES[0] as Uint8Array), 4n);
      assert.notEqual(state.digest(), before);
      state.revert(checkpoint);
      state.endTransaction();
      assert.equal(state.digest(), before);
    }
  });

  it('give the number of a forgotten account to another one', () => {
    const state = new KernelState(defaultSchedule, 0);
    const [first, second] = ADDRESSES as [Uint8Array, Uint8Array];
    const number = state.numberOf(state.account(first));
    state.snapshot();
    state.endTransaction();
    assert.equal(state.accountCount, 0);
    const account = state.account(second);
    assert.equal(state.numberOf(account), number);
    state.addEvent({ address: second, topics: [], data: new Uint8Array(1) });
    assert.deepEqual(state.endTransaction()[0]?.address, second);
  });

  it('hold the same after thousands of operations on the slots of one account', () => {
    const plain = start(new PlainState());
    const kernel = start(new KernelState(defaultSchedule));
    let seed = 1;
    const random = (below: number): number => {
      seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
      return (seed >>> 8) % below;
    };
    const account = (played: Played) => played.state.account(ADDRESSES[0] as Uint8Array);
    for (let i = 0; i < 30_000; i++) {
      const key = new Uint8Array(32);
      new DataView(key.buffer).setUint32(28, random(4000));
      const value = random(3) === 0 ? undefined : new Uint8Array(32).fill(1 + random(200));
      for (const played of [plain, kernel]) played.state.putStorage(account(played), keyOfBytes(key), value);
      if (random(50) === 0) for (const played of [plain, kernel]) play(played, ['checkpoint', 0, 0, 0]);
      const turn = random(400);
      const kind = turn === 0 ? 'end' : turn < 4 ? 'revert' : turn === 4 ? 'digest' : undefined;
      if (kind === undefined) continue;
      const index = random(64);
      assert.deepEqual(play(kernel, [kind, 0, index, 0]), play(plain, [kind, 0, index, 0]));
    }
    assert.deepEqual(kernel.state.storageEntries(account(kernel)), plain.state.storageEntries(account(plain)));
    assert.equal(kernel.state.digest(), plain.state.digest());
  });
});
