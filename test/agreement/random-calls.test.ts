import assert from 'node:assert/strict';
import * as fc from 'fast-check';

import { encodeCall } from '../../contracts/call-codec.ts';
import { encodeCaseCall } from '../../contracts/case-calls.ts';
import type { CallText, MethodCallText, Workload } from '../../contracts/contract-case.ts';
import { InputRejected } from '../../contracts/input-rejected.ts';
import { readBundledCase } from '../../contracts/read-case.ts';
import { bytesToBigint, fromHex, toHex } from '../../engine/bytes.ts';
import { defaultBlock } from '../../engine/context.ts';
import { codeValues } from '../../harness/generators/code-values.ts';
import { methodCalls } from '../../harness/generators/method-calls.ts';
import { randomCalls, randomConstructorArgs } from '../../harness/generators/random-calls.ts';
import { movedBlock } from '../../harness/session/moved-block.ts';
import { soliditySubject } from '../../harness/subjects/solidity.ts';
import { wat } from '../support/wat.ts';

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

describe('randomCalls', () => {
  it('move the block on and never back, whatever numbers are found', () => {
    const seen = { integers: [20n, 500_000n, 1_000_000n, 1_900_000_000n], words: [], selectors: [] };
    const sequences = fc.sample(randomCalls(caseOf(method('f', [])), { seen }), { numRuns: 300, seed: 1 });
    let [moves, numbers] = [0, 0];
    for (const calls of sequences) {
      let block = defaultBlock;
      for (const call of calls) {
        if (call.block === undefined) continue;
        const next = movedBlock(block, call.block);
        assert.ok(next.timestamp >= block.timestamp && next.number >= block.number, JSON.stringify(calls));
        moves++;
        numbers += Number(call.block.number?.startsWith('+') === false);
        block = next;
      }
    }
    assert.ok(moves > 100 && numbers > 10, `${moves} moves, ${numbers} of them to a number`);
  });

  it('name the caller in an argument now and then', () => {
    const subject = caseOf(method('move', [{ type: 'address', name: 'to' }]));
    const calls = fc.sample(randomCalls(subject), { numRuns: 200, seed: 1 }).flat();
    const own = calls.filter((call) => call.data === undefined && call.args[0] === call.caller);
    assert.ok(own.length > calls.length / 8, `${own.length} of ${calls.length}`);
  });

  const transfer = method('transfer', [
    { type: 'address', name: 'to' },
    { type: 'uint256', name: 'value' },
  ]);
  const note = method('note', [{ type: 'bytes', name: 'text' }]);
  const drawn = (subject: Parameters<typeof randomCalls>[0], numRuns: number): readonly (readonly CallText[])[] =>
    fc.sample(randomCalls(subject), { numRuns, seed: 1 });
  const dataOf = (calls: readonly CallText[]) =>
    calls.flatMap(({ data }) => (data === undefined ? [] : [fromHex(data)]));

  it('sends nothing, value alone, short, over-long and damaged call data, and selectors that nobody knows', () => {
    const calls = drawn(caseOf(transfer, note), 400).flat();
    const raw = calls.filter(({ data }) => data !== undefined);
    assert.ok(raw.length > calls.length / 12 && raw.length < calls.length / 4, `${raw.length} of ${calls.length}`);
    assert.ok(raw.some(({ data, value }) => data === '0x' && value === undefined));
    assert.ok(raw.some(({ data, value }) => data === '0x' && value !== undefined));
    const transfers = dataOf(raw).filter((data) => toHex(data).startsWith('0xa9059cbb'));
    for (const isSought of [
      ({ length }: Uint8Array) => length < 68,
      ({ length }: Uint8Array) => length > 68,
      (data: Uint8Array) => data.length >= 68 && data.subarray(4, 16).some((byte) => byte !== 0),
    ]) {
      assert.ok(transfers.some(isSought), String(isSought));
    }
    assert.ok(dataOf(raw).some(({ length }) => length > 0 && length < 4));
    assert.ok(raw.some(({ data = '' }) => data.length >= 10 && !/^0x(?:a9059cbb|3423bb5a)/.test(data)));
  });

  it('takes selectors that occur in the code', () => {
    // PUSH4 0xdeadbeef; i32.const in a module is in the test of what is found in code.
    const evmInitcode = fromHex('0x63deadbeef00');
    const raw = dataOf(drawn({ ...caseOf(transfer), evmInitcode }, 200).flat());
    assert.ok(raw.some((data) => toHex(data.subarray(0, 4)) === '0xdeadbeef'));
  });

  it('claims no lengths near 2^64, for which solc panics where others revert', () => {
    const nested = method('nested', [{ type: 'bytes[]', name: 'list' }]);
    for (const data of dataOf(drawn(caseOf(note, nested), 2000).flat())) {
      if (data.length < 68) continue;
      const words = data.subarray(4);
      const offset = bytesToBigint(words.subarray(0, 32));
      if (offset > BigInt(words.length - 32)) continue;
      const length = bytesToBigint(words.subarray(Number(offset), Number(offset) + 32));
      const isKnown = /^0x(?:3423bb5a)/.test(toHex(data));
      assert.ok(!isKnown || length < 1n << 56n, toHex(data));
    }
  });

  it('tries values near constants of the code and those that were seen', () => {
    const evmInitcode = fromHex('0x64010203040500');
    const seen = { integers: [777_777n], words: [], selectors: [] };
    const calls = fc
      .sample(randomCalls({ ...caseOf(transfer), evmInitcode }, { seen }), { numRuns: 200, seed: 1 })
      .flat();
    const values = new Set(calls.map(({ args }) => args?.[1]));
    for (const value of ['4328719365', '4328719364', '4328719366', '777777']) assert.ok(values.has(value), value);
  });

  it('gives later calls the arguments of earlier ones, and lets those act who were named', () => {
    const spend = method('spend', [
      { type: 'uint256', name: 'id' },
      { type: 'address', name: 'owner' },
    ]);
    const again = drawn(caseOf(spend), 200).filter((calls) => {
      const ids = calls.map(({ args }) => args?.[0] as string).filter((id) => id !== undefined && id.length > 30);
      return new Set(ids).size < ids.length;
    });
    assert.ok(again.length > 10, `${again.length} of 200`);
  });

  it('moves the block now and then, to times near constants too', () => {
    const evmInitcode = fromHex('0x637000000000');
    const calls = drawn({ ...caseOf(transfer), evmInitcode }, 400).flat();
    const moved = calls.filter(({ block }) => block !== undefined);
    assert.ok(moved.length > calls.length / 20 && moved.length < calls.length / 4, `${moved.length}`);
    const times = new Set(moved.map(({ block }) => block?.time));
    for (const time of ['+12', '+3600', '1879048192', '1879048191', '1879048193']) assert.ok(times.has(time), time);
    assert.ok(moved.some(({ block }) => block?.number === '+1'));
  });

  it('begins every sequence with the set-up of the manifest, and leaves out what a failure does not need', async () => {
    const first: CallText = { method: 'transfer', args: ['bob', '5'] };
    const second: CallText = { data: '0x', value: '7' };
    const subject = { ...caseOf(transfer), setup: [first, second] };
    for (const calls of drawn(subject, 100)) assert.deepEqual(calls.slice(0, 2), [first, second]);
    const { counterexample } = fc.check(
      fc.property(randomCalls(subject), (calls) => !calls.some(({ value }) => value === '7')),
      { seed: 1 },
    );
    assert.deepEqual(counterexample?.[0][0], second);
  });

  it("takes the manifest's constructor arguments mostly, as they are, and others sometimes", () => {
    const initializer = {
      type: 'constructor',
      inputs: [{ type: 'uint256', name: 'supply' }],
      stateMutability: 'nonpayable',
    };
    const constructorArgs = ['1234'];
    const args = randomConstructorArgs({ ...caseOf(initializer, transfer), constructorArgs });
    assert.ok(args !== undefined);
    const sampled = fc.sample(args, { numRuns: 300, seed: 1 });
    const own = sampled.filter((list) => list === constructorArgs).length;
    assert.ok(own > 230 && own < 295, `${own} of 300`);
    assert.equal(randomConstructorArgs({ ...caseOf(transfer), constructorArgs: [] }), undefined);
  });

  it('takes no constructor arguments for whose length alone an EVM would refuse the creation', async () => {
    const initializer = { type: 'constructor', inputs: [{ type: 'string', name: 'name' }] };
    const bundled = await readBundledCase('erc20');
    const subject = (codeBytes: number) =>
      soliditySubject({
        ...bundled,
        abi: [initializer] as unknown as typeof bundled.abi,
        constructorArgs: ['own'],
        evmInitcode: new Uint8Array(codeBytes),
      });
    const lengths = (codeBytes: number) => {
      const { randomConstructorArgs, encode } = subject(codeBytes);
      const sampled = fc.sample(randomConstructorArgs ?? fc.constant([]), { numRuns: 300, seed: 1 });
      return sampled.map((args) => codeBytes + encode(args, []).deployment.input.length);
    };
    // Offset, length and one word.
    const nearest = 49_152 - 96;
    assert.ok(Math.max(...lengths(1)) > 97, 'longer ones are drawn where there is room');
    assert.equal(Math.max(...lengths(nearest)), 49_152);
  });
});

describe('codeValues', () => {
  it('finds what EVM code pushes, but no places in it', () => {
    // PUSH2 of the JUMPDEST at 8, JUMP, JUMPDESTs, PUSH3, PUSH32.
    const evmInitcode = fromHex(`0x610008565b5b5b005b620f42407f${'ab'.repeat(32)}`);
    const { integers, words } = codeValues({ evmInitcode, wasm: undefined });
    assert.deepEqual(integers, [1_000_000n]);
    assert.deepEqual(words, [BigInt(`0x${'ab'.repeat(32)}`)]);
  });

  it('finds constants of a module, and selectors in the order of either end', async () => {
    const wasm = await wat(
      '(module (func (drop (i64.const 123456789)) (drop (i32.const 0x12345678))) (memory 1) (data (i32.const 0) "01234567890123456789012345678901"))',
    );
    const { integers, selectors, words } = codeValues({ wasm, evmInitcode: undefined });
    assert.ok(integers.includes(123_456_789n));
    assert.ok(selectors.includes(0x12345678) && selectors.includes(0x78563412));
    assert.equal(words.length, 1);
  });

  it('finds nothing in what is no module', () => {
    assert.deepEqual(codeValues({ wasm: new Uint8Array(9), evmInitcode: undefined }).integers, []);
  });
});
