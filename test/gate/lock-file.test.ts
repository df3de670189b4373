import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { formatLock, type Lock, LockVersionUnknown, MAX_CALLS, parseLock } from '../../harness/gate/lock-file.ts';
import type { Behaviour, Receipt } from '../../harness/gate/receipt.ts';

const hash = 'ab'.repeat(32);
const behaviour: Behaviour = { status: 'success', result: 'true', events: 1, digest: hash };
const receipt: Receipt = { entry: 'add', call: 'add() by alice', gas: { 'flat-v2': 7n }, ...behaviour, otherwise: {} };
const lock: Lock = {
  trimeter: '0.1.0',
  schedules: { evm: 'an EVM', 'flat-v2': 'a machine' },
  contracts: {
    counter: {
      code: { 'counter.wasm': { sha256: hash, sizes: { bytes: 9, pages: 1 } } },
      sequences: { calls: [receipt] },
    },
  },
};

/** The text of a lock with one thing changed. */
const changed = (pattern: string | RegExp, by: string): string => {
  const text = formatLock(lock);
  const other = text.replace(pattern, by);
  assert.notEqual(other, text);
  return other;
};

function refused(text: string, message: RegExp): void {
  assert.throws(
    () => parseLock(text, 'x.lock'),
    (error: Error) => error.name === 'InputRejected' && !error.message.includes('\n') && message.test(error.message),
    `expected ${message}`,
  );
}

describe('a lock file', () => {
  it('has a line for each call and each form, sorted', () => {
    const two = { ...lock, contracts: { b: lock.contracts['counter'], a: lock.contracts['counter'] } } as Lock;
    const text = formatLock(two);
    assert.ok(text.indexOf('"a": {') < text.indexOf('"b": {'));
    assert.equal(text.split('\n').filter((line) => line.includes('"entry": "add"')).length, 2);
    assert.equal(formatLock(parseLock(text)), text);
  });

  it('comes back as it was written, whatever contracts, methods and results are called', () => {
    const name = fc
      .string({ unit: 'binary', minLength: 1, maxLength: 20 })
      .filter((text) => !/\p{Cc}/u.test(text) && text !== '__proto__');
    const odd = fc.oneof(name, fc.constantFrom('constructor', 'toString', '0', '<a>', '\u202e', '\ud800'));
    const words = fc.string({ unit: 'binary', maxLength: 40 });
    const some = fc.record(
      {
        entry: words,
        call: words,
        gas: fc.record({ 'flat-v2': fc.bigInt(0n, 1n << 62n) }, { noNullPrototype: true }),
        status: fc.constantFrom('success', 'revert', 'trap'),
        result: words,
        events: fc.nat(),
        digest: fc.constant(hash),
        otherwise: fc.constantFrom({}, { evm: behaviour }),
      },
      { noNullPrototype: true },
    ) as fc.Arbitrary<Receipt>;
    const receipts = fc.array(some, { minLength: 1, maxLength: 3 });
    const sequences = fc.dictionary(odd, receipts, { maxKeys: 3, noNullPrototype: true });
    const contract = fc.record({ code: fc.constant({}), sequences }, { noNullPrototype: true });
    fc.assert(
      fc.property(fc.dictionary(odd, contract, { maxKeys: 3, noNullPrototype: true }), (contracts) => {
        const text = formatLock({ ...lock, contracts });
        assert.doesNotMatch(text.replaceAll('\n', ''), /[\p{Cc}\p{Cf}\p{Cs}]/u);
        assert.deepEqual(parseLock(text), { ...lock, contracts });
        assert.equal(formatLock(parseLock(text)), text);
      }),
    );
  });

  it('refuses what is not as the format has it, in one line with the place', () => {
    refused('', /^x\.lock: is not valid JSON/);
    refused('[]', /^x\.lock: expected an object/);
    refused(changed('trimeter-lock', 'trimeter-gate'), /x\.lock: format: expected one of trimeter-lock/);
    refused(changed('"trimeter": "0.1.0"', '"trimeter": 1'), /trimeter: expected a version/);
    refused(changed('"entry": "add", ', ''), /calls\[0\]: the field "entry" is missing/);
    refused(changed('"entry"', '"extra": 1, "entry"'), /calls\[0\]: unknown field "extra"/);
    refused(changed('"7"', '7'), /gas\.flat-v2: expected a decimal string, got 7/);
    refused(changed('"7"', '"07"'), /gas\.flat-v2: expected a decimal string/);
    refused(changed('"7"', '"4611686018427387905"'), /gas\.flat-v2: expected at most 4611686018427387904/);
    refused(changed('{ "flat-v2": "7" }', '{}'), /gas: expected gas under one schedule at least/);
    refused(changed('"flat-v2": "7"', '"flat-v9": "7"'), /gas: the schedule "flat-v9" is not among the file's/);
    refused(changed('"success"', '"failed"'), /status: expected one of success, revert, trap/);
    refused(changed(hash, 'AB'), /sha256: expected 64 hex digits/);
    refused(changed('"bytes": 9', '"bytes": -9'), /bytes: expected an integer from 0, got -9/);
    refused(changed('"events": 1', '"events": 1.5'), /events: expected an integer from 0/);
    refused(changed('"counter": {', '"__proto__": {'), /has a key "__proto__"/);
    refused(changed(/\[\n.*\n {8}\]/, '[]'), /calls: holds no call/);
    refused(changed('"trimeter": "0.1.0"', '"trimeter": "0.1.0", "trimeter": "0.1.0"'), /twice in one object/);
  });

  it('says of another version of the format that it is one', () => {
    assert.throws(() => parseLock(changed('"version": 1', '"version": 2, "more": {}')), LockVersionUnknown);
  });

  it('takes as many calls as it says it does, and no more', () => {
    const [line = ''] = /^ {10}\{.*\}$/m.exec(formatLock(lock)) ?? [];
    const of = (count: number) => changed(line, Array(count).fill(line).join(',\n'));
    assert.equal(parseLock(of(MAX_CALLS + 1)).contracts['counter']?.sequences['calls']?.length, MAX_CALLS + 1);
    refused(of(MAX_CALLS + 2), /calls: expected at most 10000 calls/);
  });

  it('is not written where it would be longer than what is read', () => {
    const sequences = { calls: [{ ...receipt, call: 'x'.repeat(16 << 20) }] };
    const contracts = { counter: { code: {}, sequences } };
    assert.throws(() => formatLock({ ...lock, contracts }), /would have \d+ bytes, at most 16777216/);
  });
});
