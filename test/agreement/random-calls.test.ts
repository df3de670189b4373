import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { encodeCall } from '../../contracts/call-codec.ts';
import { encodeCaseCall } from '../../contracts/case-calls.ts';
import type { MethodCallText, Workload } from '../../contracts/contract-case.ts';
import { InputRejected } from '../../contracts/input-rejected.ts';
import { methodCalls } from '../../harness/generators/method-calls.ts';
import { randomCalls } from '../../harness/generators/random-calls.ts';

const method = (name: string, inputs: readonly unknown[], stateMutability = 'nonpayable') => ({
  type: 'function',
  name,
  inputs,
  outputs: [],
  stateMutability,
});
const caseOf = (...abi: readonly unknown[]) =>
  ({ id: 'test', abi, companions: [], workloads: [], examples: [] }) as unknown as Parameters<typeof randomCalls>[0];
const sample = (subject: ReturnType<typeof caseOf>, numRuns: number, seed = 1): readonly MethodCallText[] =>
  fc.sample(methodCalls(subject), { numRuns, seed }).flat() as readonly MethodCallText[];

describe('methodCalls', () => {
  it('makes arguments of every ABI type that encode', () => {
    const types = ['uint8', 'uint256', 'int8', 'int256', 'address', 'bool', 'bytes1', 'bytes32', 'bytes', 'string'];
    const inputs = [
      ...types.map((type) => ({ type, name: type })),
      { type: 'uint64[]', name: 'list' },
      { type: 'bytes[2][]', name: 'nested' },
      {
        type: 'tuple[]',
        name: 'structs',
        components: [
          { type: 'string', name: 'a' },
          { type: 'tuple', name: 'b', components: [{ type: 'int16', name: 'c' }] },
        ],
      },
    ];
    const subject = caseOf(method('all', inputs));
    const calls = sample(subject, 40);
    for (const call of calls) assert.ok(encodeCaseCall(subject, call).input.length > 4);
    assert.ok(calls.length > 150, `${calls.length} calls`);
  });

  it('writes the full signature of a method whose name is overloaded', () => {
    const subject = caseOf(method('f', [{ type: 'bool', name: 'x' }]), method('f', []), method('g', []));
    const calls = sample(subject, 20);
    for (const call of calls) encodeCall(subject.abi, call);
    assert.deepEqual(new Set(calls.map((call) => call.method)), new Set(['f(bool)', 'f()', 'g']));
  });

  it('reaches the edges of integers, and keeps counts small or far too large', () => {
    const subject = caseOf(
      method('f', [
        { type: 'uint256', name: 'x' },
        { type: 'int64', name: 'y' },
        { type: 'uint32', name: 'n' },
      ]),
    );
    const calls = sample(subject, 400);
    const seen = (i: number) => new Set(calls.map(({ args }) => BigInt(args[i] as string)));
    for (const edge of [0n, 1n, (1n << 256n) - 1n, 1n << 255n]) assert.ok(seen(0).has(edge), `${edge}`);
    for (const edge of [-(1n << 63n), (1n << 63n) - 1n, -1n]) assert.ok(seen(1).has(edge), `${edge}`);
    for (const count of seen(2)) assert.ok(count <= 8n || count >= 1n << 31n, `${count}`);
  });

  it('reaches the lengths at which words and hash blocks end', () => {
    const calls = sample(caseOf(method('f', [{ type: 'bytes', name: 'data' }])), 300);
    const lengths = new Set(calls.map(({ args }) => ((args[0] as string).length - 2) / 2));
    for (const length of [0, 31, 32, 33, 55, 56, 64, 136, 137]) assert.ok(lengths.has(length), `${length}`);
  });

  it('sends value now and then, more often to a method that takes it', () => {
    const calls = sample(caseOf(method('free', []), method('paid', [], 'payable')), 200);
    const share = (name: string) => {
      const own = calls.filter((call) => call.method === name);
      return own.filter(({ value }) => value !== undefined).length / own.length;
    };
    assert.ok(share('free') > 0.02 && share('free') < 0.12, `${share('free')}`);
    assert.ok(share('paid') > 0.35 && share('paid') < 0.65, `${share('paid')}`);
  });

  it("mixes in the set-up of the case's workloads", () => {
    const mint: MethodCallText = { method: 'mint', args: ['alice', '1000'] };
    const workload: Workload = {
      id: 'w',
      size: 'typical',
      operation: 'x',
      operationsPerCall: 1,
      setup: [mint],
      calls: [],
    };
    assert.ok(sample({ ...caseOf(method('f', [])), workloads: [workload] }, 10).includes(mint));
  });

  it('mixes in examples, as they are and with one byte or character changed', () => {
    const subject = caseOf(
      method('f', [
        { type: 'uint8', name: 'x' },
        { type: 'bytes', name: 'data' },
        { type: 'string', name: 'text' },
      ]),
    );
    const example: MethodCallText = { method: 'f', args: [7, '0xaabbcc', 'xyz'] };
    const calls = sample({ ...subject, examples: [example] }, 100);
    const near = calls.filter(({ args: [x] }) => x === 7);
    assert.ok(near.length > calls.length / 4 && near.length < (3 * calls.length) / 4, `${near.length}`);
    const seen = new Set(near.map(({ args }) => args.slice(1).join(' ')));
    for (const text of ['0xaabbcc xyz', '0xaabb xyz', '0xaabbcc00 xyz', '0xaabbcc xz']) assert.ok(seen.has(text), text);
    for (const { args } of near) {
      const changed = [args[1] !== '0xaabbcc', args[2] !== 'xyz'].filter(Boolean);
      assert.ok(changed.length <= 1);
      encodeCall(subject.abi, { method: 'f', args });
    }
  });

  it('is decided by the seed', () => {
    const subject = caseOf(method('f', [{ type: 'bytes', name: 'data' }]));
    assert.deepEqual(sample(subject, 20, 5), sample(subject, 20, 5));
    assert.notDeepEqual(sample(subject, 20, 5), sample(subject, 20, 6));
  });

  it('refuses an ABI without methods, and types it cannot make', () => {
    assert.throws(() => randomCalls(caseOf()), InputRejected);
    assert.throws(() => randomCalls(caseOf(method('f', [{ type: 'function', name: 'x' }]))), InputRejected);
  });
});
