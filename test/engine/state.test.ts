import assert from 'node:assert/strict';
import fc from 'fast-check';
import { defaultSchedule } from '../../engine/schedules.ts';
import { KernelState } from '../../engine/state/kernel-state.ts';
import { PlainState } from '../../engine/state/plain-state.ts';
import type { WorldState } from '../../engine/state/world-state.ts';

const ADDRESSES = [1, 2, 3].map((byte) => new Uint8Array(20).fill(byte));
/** One of the length that slots have. */
const KEYS = ['a', '\u00ff'.repeat(32), '\u00ff'];
/** Lengths of values, none included; 32 is that of slots. */
const LENGTHS = [0, 1, 32, 33];

type Step =
  | { readonly kind: 'store'; readonly account: number; readonly key: number; readonly value: number }
  | { readonly kind: 'pay'; readonly account: number; readonly wei: bigint }
  | { readonly kind: 'nest'; readonly steps: readonly Step[]; readonly isKept: boolean };

const { steps } = fc.letrec<{ steps: Step[]; step: Step }>((tie) => ({
  steps: fc.array(tie('step'), { maxLength: 6 }),
  step: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.record({ kind: fc.constant('store' as const), account: fc.nat(2), key: fc.nat(2), value: fc.nat(3) }),
    fc.record({ kind: fc.constant('pay' as const), account: fc.nat(2), wei: fc.bigInt({ min: 0n, max: 5n }) }),
    fc.record({ kind: fc.constant('nest' as const), steps: tie('steps'), isKept: fc.boolean() }),
  ),
}));

/** The model: copy everything at a checkpoint. */
type Model = Map<string, string>;

function play(state: WorldState, model: Model, sequence: readonly Step[]): Model {
  let current = model;
  for (const step of sequence) {
    if (step.kind === 'store') {
      const account = state.account(ADDRESSES[step.account] as Uint8Array);
      const length = LENGTHS[step.value] as number;
      const value = length === 0 ? undefined : new Uint8Array(length).fill(9);
      state.putStorage(account, KEYS[step.key] as string, value);
      current.set(`${step.account}/${step.key}`, String(LENGTHS[step.value]));
    } else if (step.kind === 'pay') {
      state.setWei(state.account(ADDRESSES[step.account] as Uint8Array), step.wei);
      current.set(`${step.account}`, String(step.wei));
    } else {
      const checkpoint = state.checkpoint();
      const inner = play(state, new Map(current), step.steps);
      if (step.isKept) current = inner;
      else state.revert(checkpoint);
    }
  }
  return current;
}

function readAll(state: WorldState): Model {
  const model: Model = new Map();
  for (const [a, address] of ADDRESSES.entries()) {
    const account = state.account(address);
    if (account.wei > 0n) model.set(`${a}`, String(account.wei));
    for (const [k, key] of KEYS.entries()) {
      const length = state.findStorage(account, key)?.length ?? 0;
      if (length > 0) model.set(`${a}/${k}`, String(length));
    }
  }
  return model;
}

function withoutZeros(model: Model): Model {
  return new Map([...model].filter(([, value]) => value !== '0').sort(([a], [b]) => (a < b ? -1 : 1)));
}

const states: Readonly<Record<string, () => WorldState>> = {
  plain: () => new PlainState(),
  kernel: () => new KernelState(defaultSchedule),
};

for (const [name, createState] of Object.entries(states)) {
  describe(`world state (${name})`, () => {
    it('is after any nesting of checkpoints what a model that copies everything says', () => {
      fc.assert(
        fc.property(steps, (sequence) => {
          const state = createState();
          const model = play(state, new Map(), sequence);
          assert.deepEqual(withoutZeros(readAll(state)), withoutZeros(model));
        }),
      );
    });

    it('comes back to a snapshot with the same digest, and can come back again', () => {
      fc.assert(
        fc.property(steps, steps, steps, (before, first, second) => {
          const state = createState();
          play(state, new Map(), before);
          state.endTransaction();
          const digest = state.digest();
          const snapshot = state.snapshot();
          for (const sequence of [first, second]) {
            play(state, new Map(), sequence);
            state.endTransaction();
            assert.equal(state.restore(snapshot), true);
            assert.equal(state.digest(), digest);
          }
        }),
      );
    });

    it('refuses a snapshot that a restore has dropped', () => {
      const state = createState();
      const first = state.snapshot();
      const second = state.snapshot();
      assert.equal(state.restore(first), true);
      assert.equal(state.restore(second), false);
    });

    it('refuses snapshots within a transaction', () => {
      const state = createState();
      const snapshot = state.snapshot();
      state.setNonce(state.account(ADDRESSES[0] as Uint8Array), 1n);
      assert.throws(() => state.snapshot(), { code: 'internal' });
      assert.throws(() => state.restore(snapshot), { code: 'internal' });
      state.endTransaction();
      assert.equal(state.restore(snapshot), true);
    });

    it('does not bring transient storage back with a snapshot', () => {
      const state = createState();
      const account = state.account(ADDRESSES[0] as Uint8Array);
      const snapshot = state.snapshot();
      state.putTransient(account, 'a', Uint8Array.of(1));
      state.putTransient(account, 'a', Uint8Array.of(2));
      state.endTransaction();
      state.restore(snapshot);
      assert.equal(state.findTransient(account, 'a'), undefined);
    });

    it('has the same digest for the same contents, whatever the order they came in', () => {
      const digestOf = (order: readonly number[]): string => {
        const state = createState();
        for (const i of order) {
          const account = state.account(ADDRESSES[i] as Uint8Array);
          state.putStorage(account, KEYS[2 - i] as string, Uint8Array.of(i + 1));
          state.putStorage(account, KEYS[i] as string, Uint8Array.of(i + 1));
        }
        return state.digest();
      };
      assert.equal(digestOf([0, 1, 2]), digestOf([2, 0, 1]));
      assert.notEqual(digestOf([0, 1, 2]), digestOf([0, 1]));
    });

    it('does not let a touched but empty account into the digest', () => {
      const state = createState();
      const digest = state.digest();
      state.account(ADDRESSES[0] as Uint8Array);
      assert.equal(state.digest(), digest);
    });

    it('ends a call with its events in order, those of a reverted part left out', () => {
      const state = createState();
      const event = (byte: number) => ({ address: ADDRESSES[0] as Uint8Array, topics: [], data: Uint8Array.of(byte) });
      state.addEvent(event(1));
      const checkpoint = state.checkpoint();
      state.addEvent(event(2));
      state.revert(checkpoint);
      state.addEvent(event(3));
      assert.deepEqual(
        state.endTransaction().map(({ data }) => data[0]),
        [1, 3],
      );
      assert.deepEqual(state.endTransaction(), []);
    });
  });
}
