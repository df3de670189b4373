import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { concatBytes, toHex } from '../../engine/bytes.ts';
import { type Event, type Outcome, TrapCode } from '../../engine/outcome.ts';
import type { StorageEntry } from '../../engine/state/storage-entry.ts';
import { differences, gasDifference } from '../../harness/agreement/compare.ts';
import { digestObservation, encodeObservation, type Observation } from '../../harness/agreement/observe.ts';

const bytes = (...values: number[]) => Uint8Array.from(values);
const address = new Uint8Array(20).fill(0xaa);
const event = (topics: readonly Uint8Array[], data = bytes()): Event => ({ address, topics, data });
const success = (output: Uint8Array, events: readonly Event[] = []): Outcome => ({
  status: 'success',
  output,
  events,
  gasUsed: 1n,
});
const observation = (outcome: Outcome, storage: readonly StorageEntry[] = [], wei = 0n): Observation => ({
  outcome,
  accounts: [{ address, wei, storage }],
  stateDigest: 'd1',
});
const slot = (key: Uint8Array, value: Uint8Array): StorageEntry => ({ key, value });

const firstOf = (left: Observation, right: Observation) => differences(left, right).next().value;

describe('encodeObservation', () => {
  it('lays the bytes out as documented', () => {
    const outcome = success(bytes(1, 2), [event([bytes(3)], bytes(4))]);
    const expected = concatBytes([
      bytes(0, 0, 0, 0, 2, 1, 2), // success, output
      bytes(0, 0, 0, 1), // one event
      bytes(0, 0, 0, 20),
      address,
      bytes(0, 0, 0, 1, 0, 0, 0, 1, 3), // one topic
      bytes(0, 0, 0, 1, 4), // data
      bytes(0, 0, 0, 1, 0, 0, 0, 20),
      address,
      new Uint8Array(31),
      bytes(9), // balance
      bytes(0, 0, 0, 1, 0, 0, 0, 1, 5, 0, 0, 0, 1, 6), // one slot
      bytes(0, 0, 0, 2, 0x64, 0x31), // state digest
    ]);
    const encoded = encodeObservation(observation(outcome, [slot(bytes(5), bytes(6))], 9n));
    assert.equal(toHex(encoded), toHex(expected));
  });

  it('keeps apart what differs only in where one part ends and the next begins', () => {
    const tricky: readonly Observation[] = [
      observation(success(bytes())),
      observation(success(bytes(0))),
      observation(success(bytes(0, 0, 0, 0))),
      observation({ status: 'revert', output: bytes(), gasUsed: 1n }),
      observation({ status: 'revert', output: bytes(0, 0, 0, 0), gasUsed: 1n }),
      observation({ status: 'trap', code: TrapCode.Unreachable, gasUsed: 1n }),
      observation({ status: 'trap', code: TrapCode.OutOfGas, gasUsed: 1n }),
      observation(success(bytes(), [event([])])),
      observation(success(bytes(), [event([]), event([])])),
      observation(success(bytes(), [event([bytes(1)], bytes(2))])),
      observation(success(bytes(), [event([bytes(1), bytes(2)])])),
      observation(success(bytes(), [event([bytes(1, 2)])])),
      observation(success(bytes(), [event([], bytes(1, 2))])),
      observation(success(bytes(), [event([bytes(1)]), event([bytes(2)])])),
      observation(success(bytes()), [slot(bytes(1), bytes(2))]),
      observation(success(bytes()), [slot(bytes(1, 2), bytes())]),
      observation(success(bytes()), [slot(bytes(), bytes(1, 2))]),
      observation(success(bytes()), [slot(bytes(1), bytes()), slot(bytes(2), bytes())]),
      observation(success(bytes()), [], 1n),
      { ...observation(success(bytes())), stateDigest: 'd2' },
      { ...observation(success(bytes())), accounts: [] },
    ];
    const digests = tricky.map(digestObservation);
    assert.equal(new Set(digests).size, tricky.length);
    for (const [i, left] of tricky.entries()) {
      for (const [j, right] of tricky.entries()) {
        assert.equal(firstOf(left, right) === undefined, i === j, `${i} and ${j}`);
      }
    }
  });

  it('has equal bytes exactly for equal observations', () => {
    const chunk = fc.uint8Array({ maxLength: 3, max: 2 });
    const outcome: fc.Arbitrary<Outcome> = fc.oneof(
      fc
        .tuple(chunk, fc.array(fc.tuple(fc.array(chunk, { maxLength: 2 }), chunk), { maxLength: 2 }))
        .map(([output, events]) =>
          success(
            output,
            events.map(([topics, data]) => event(topics, data)),
          ),
        ),
      chunk.map((output): Outcome => ({ status: 'revert', output, gasUsed: 1n })),
      fc.constantFrom(1, 7).map((code): Outcome => ({ status: 'trap', code, gasUsed: 1n })),
    );
    const storage = fc.array(
      fc.tuple(chunk, chunk).map(([key, value]) => slot(key, value)),
      { maxLength: 2 },
    );
    const any = fc.tuple(outcome, storage).map(([result, entries]) => observation(result, entries));
    const same = (a: unknown, b: unknown): boolean => {
      try {
        assert.deepStrictEqual(a, b);
        return true;
      } catch {
        return false;
      }
    };
    fc.assert(
      fc.property(any, any, (a, b) => (toHex(encodeObservation(a)) === toHex(encodeObservation(b))) === same(a, b)),
      { numRuns: 300, seed: 1 },
    );
  });

  it('leaves gas out, which is compared by itself', () => {
    const cheap = observation(success(bytes(1)));
    const dear = observation({ ...cheap.outcome, gasUsed: 2n });
    assert.equal(digestObservation(cheap), digestObservation(dear));
    assert.equal(firstOf(cheap, dear), undefined);
    assert.deepEqual(gasDifference(cheap, dear), { field: 'gas', left: '1', right: '2' });
  });
});

describe('differences', () => {
  const cases: readonly [string, Observation, Observation, string, string, string][] = [
    [
      'the status, with what came of it',
      observation(success(bytes(7))),
      observation({ status: 'trap', code: TrapCode.OutOfGas, gasUsed: 1n }),
      'status',
      'success 0x07',
      'trap OutOfGas',
    ],
    ['the output', observation(success(bytes(1))), observation(success(bytes(1, 0))), 'output', '0x01', '0x0100'],
    [
      'an event that is missing',
      observation(success(bytes(), [event([]), event([bytes(1)], bytes(2))])),
      observation(success(bytes(), [event([])])),
      'events[1]',
      'topics [0x01] data 0x02',
      'absent',
    ],
    [
      'a topic',
      observation(success(bytes(), [event([bytes(1), bytes(2)])])),
      observation(success(bytes(), [event([bytes(1), bytes(3)])])),
      'events[0].topics[1]',
      '0x02',
      '0x03',
    ],
    [
      'a slot, and not its successor',
      observation(success(bytes()), [slot(bytes(1), bytes(1)), slot(bytes(2), bytes(2))]),
      observation(success(bytes()), [slot(bytes(2), bytes(2))]),
      'accounts[0].storage[0x01]',
      '0x01',
      'absent',
    ],
    [
      'a slot that only the right side has',
      observation(success(bytes())),
      observation(success(bytes()), [slot(bytes(2), bytes(3))]),
      'accounts[0].storage[0x02]',
      'absent',
      '0x03',
    ],
  ];
  for (const [what, left, right, field, leftText, rightText] of cases) {
    it(`names ${what}`, () => {
      assert.deepEqual(firstOf(left, right), { field, left: leftText, right: rightText });
      assert.deepEqual(firstOf(right, left), { field, left: rightText, right: leftText });
    });
  }

  it('notices slots in another order, though it has no better word for it', () => {
    const [a, b] = [slot(bytes(1), bytes(1)), slot(bytes(2), bytes(2))];
    const ordered = observation(success(bytes()), [a, b]);
    const swapped = observation(success(bytes()), [b, a]);
    assert.equal(firstOf(ordered, swapped)?.field, 'observation');
  });
});
