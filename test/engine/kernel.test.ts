import assert from 'node:assert/strict';
import { keccak_256 } from '@noble/hashes/sha3.js';
import fc from 'fast-check';
import { BatchTally } from '../../engine/batch-tally.ts';
import { Kernel } from '../../engine/kernel/kernel.ts';
import {
  batchRecord,
  endedCall,
  eventRecord,
  kernelBuffer,
  kernelFunctionsForGuests,
  kernelMessage,
} from '../../engine/kernel/kernel-exports.ts';
import type { Outcome } from '../../engine/outcome.ts';

const PAYLOAD_BYTES = 1000;

/** The half for guests, which JavaScript can call too: words are bigints, several results an array. */
type GuestHalf = Readonly<Record<string, (...args: (number | bigint)[]) => unknown>>;

interface TestKernel {
  readonly kernel: Kernel;
  readonly guest: GuestHalf;
}

function create(accountCount: number): TestKernel {
  const kernel = new Kernel();
  kernel.exports.configure(PAYLOAD_BYTES, 4);
  for (let i = 0; i < accountCount; i++) {
    assert.equal(kernel.exports.account_add(), i);
    kernel.bytes().fill(0xa0 + i, kernel.exports.account_address(i), kernel.exports.account_address(i) + 20);
  }
  return { kernel, guest: kernel.exports as unknown as GuestHalf };
}

function word(n: number): bigint[] {
  return [BigInt(n), 2n, 3n, BigInt(n) << 40n];
}

const ZERO = [0n, 0n, 0n, 0n];

function open({ kernel }: TestKernel, account: number, isStatic = 0): void {
  assert.equal(kernel.exports.frame_open(account, 0, isStatic, 0), 1);
}

function storeSlot({ kernel }: TestKernel, account: number, key: readonly bigint[], value: readonly bigint[]): void {
  const view = new DataView(kernel.bytes().buffer, kernel.exports.exchange(), 64);
  for (const [i, part] of [...key, ...value].entries()) view.setBigUint64(8 * i, part, true);
  kernel.exports.slot_write(account);
}

function bufferBytes({ kernel }: TestKernel, buffer: number, lengthBytes: number): Uint8Array {
  const at = kernel.exports.buffer_address(buffer);
  return kernel.bytes().slice(at, at + lengthBytes);
}

describe('the kernel', () => {
  it('has exactly the functions for guests that its table names, with these types', () => {
    const { guest } = create(0);
    for (const [name, { params, results }] of Object.entries(kernelFunctionsForGuests)) {
      assert.equal(typeof guest[name], 'function', name);
      assert.equal(guest[name]?.length, params.length, name);
      assert.ok(results.length <= 8);
    }
  });

  it('hashes 64 bytes in registers, and any length in the scratch buffer, as keccak-256 does', () => {
    const { kernel, guest } = create(0);
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 64, maxLength: 64 }), fc.uint8Array({ maxLength: 700 }), (a, b) => {
        const view = new DataView(a.buffer, a.byteOffset);
        const words = Array.from({ length: 8 }, (_, i) => view.getBigInt64(8 * i, true));
        const results = [[guest['keccak64']?.(...words), a] as const];
        kernel.fillScratch(b);
        results.push([guest['keccak_scratch']?.(b.length), b]);
        for (const [digest, data] of results) {
          const expected = new DataView(keccak_256(data).buffer);
          assert.deepEqual(
            digest,
            [0, 8, 16, 24].map((at) => expected.getBigInt64(at, true)),
          );
        }
      }),
    );
  });

  describe('write cache', () => {
    it('is read first, reaches the state by a flush alone, and is gone with its frame', () => {
      const made = create(1);
      const { kernel, guest } = made;
      storeSlot(made, 0, word(1), word(10));
      open(made, 0);
      assert.deepEqual(guest['frame_load']?.(...word(1)), word(10));
      guest['frame_cache']?.(...word(1), ...word(11));
      guest['frame_cache']?.(...word(2), ...word(20));
      assert.deepEqual(guest['frame_load']?.(...word(1)), word(11));
      open(made, 0);
      assert.deepEqual(guest['frame_load']?.(...word(1)), word(10), 'a frame inside does not see it');
      kernel.exports.frame_close(0);
      guest['frame_cache']?.(...word(2), ...ZERO);
      assert.equal(guest['frame_flush']?.(), 2);
      assert.equal(guest['frame_flush']?.(), 0);
      guest['frame_cache']?.(...word(1), ...word(12));
      kernel.exports.frame_close(0);
      open(made, 0);
      assert.deepEqual(guest['frame_load']?.(...word(1)), word(11));
      assert.equal(kernel.exports.slot_count(0), 1);
    });

    it('holds more words than a leaf and flushes them all', () => {
      const made = create(1);
      open(made, 0);
      for (let i = 0; i < 3000; i++) made.guest['frame_cache']?.(...word(i), ...word(i + 1));
      for (let i = 0; i < 3000; i++) assert.deepEqual(made.guest['frame_load']?.(...word(i)), word(i + 1));
      assert.equal(made.guest['frame_flush']?.(), 3000);
      for (let i = 0; i < 3000; i++) assert.deepEqual(made.guest['frame_load']?.(...word(i)), word(i + 1));
      assert.equal(made.kernel.exports.slot_count(0), 3000);
    });
  });

  it('takes back slots, transient storage and events of a frame that does not succeed, and keeps those outside it', () => {
    const made = create(2);
    const { kernel, guest } = made;
    open(made, 0);
    guest['frame_cache']?.(...word(1), ...word(1));
    guest['frame_flush']?.();
    guest['transient_store']?.(...word(5), ...word(1));
    guest['event_emit']?.(0, 0);
    for (const status of [1, 2]) {
      open(made, 0);
      guest['frame_cache']?.(...word(1), ...word(2));
      guest['frame_cache']?.(...word(3), ...word(3));
      guest['frame_flush']?.();
      guest['transient_store']?.(...word(5), ...word(2));
      guest['event_emit']?.(0, 1);
      kernel.exports.note();
      kernel.exports.note();
      guest['output_end']?.(7);
      assert.equal(kernel.exports.frame_close(status), 2, 'two notes');
      assert.equal(guest['length']?.(kernelBuffer.returnData), status === 1 ? 7 : 0);
    }
    assert.deepEqual(guest['frame_load']?.(...word(1)), word(1));
    assert.deepEqual(guest['frame_load']?.(...word(3)), ZERO);
    assert.deepEqual(guest['transient_load']?.(...word(5)), word(1));
    assert.equal(kernel.exports.event_count(), 1);
    kernel.exports.frame_close(0);
    kernel.exports.end_transaction();
    assert.equal(kernel.exports.event_count(), 0);
    assert.equal(kernel.exports.slot_count(0), 1);
    open(made, 0);
    assert.deepEqual(guest['transient_load']?.(...word(5)), ZERO);
  });

  it('hands call data down and return data up, also through frames inside frames', () => {
    const made = create(3);
    const { kernel, guest } = made;
    const put = (buffer: number, byte: number): void => {
      guest['put4']?.(buffer, 0, ...new Array<bigint>(4).fill(BigInt(byte) * 0x0101010101010101n));
    };
    put(kernelBuffer.childInput, 1);
    assert.equal(kernel.exports.frame_open(1, 0, 0, 32), 1);
    put(kernelBuffer.childInput, 2);
    put(kernelBuffer.output, 3);
    assert.equal(kernel.exports.frame_open(2, 1, 0, 31), 1);
    assert.deepEqual(bufferBytes(made, kernelBuffer.input, 32), new Uint8Array(32).fill(2));
    assert.equal(guest['length']?.(kernelBuffer.input), 31);
    const message = bufferBytes(made, kernelBuffer.message, kernelMessage.sizeBytes);
    assert.deepEqual(message.subarray(kernelMessage.self, kernelMessage.self + 20), new Uint8Array(20).fill(0xa2));
    assert.deepEqual(message.subarray(kernelMessage.caller, kernelMessage.caller + 20), new Uint8Array(20).fill(0xa1));
    assert.deepEqual(message.subarray(kernelMessage.value), new Uint8Array(32));
    put(kernelBuffer.output, 4);
    guest['output_end']?.(5);
    kernel.exports.frame_close(0);
    assert.equal(guest['length']?.(kernelBuffer.returnData), 5);
    assert.deepEqual(bufferBytes(made, kernelBuffer.returnData, 5), new Uint8Array(5).fill(4));
    assert.deepEqual(bufferBytes(made, kernelBuffer.input, 32), new Uint8Array(32).fill(1));
    guest['output_end']?.(9);
    kernel.exports.frame_close(0);
    assert.deepEqual(bufferBytes(made, kernelBuffer.returnData, 9), new Uint8Array(9).fill(3));
    assert.equal(kernel.exports.length(kernelBuffer.returnData), 9);
  });

  it('refuses events as emit_log does, and keeps those of its account in order', () => {
    const made = create(2);
    const { kernel, guest } = made;
    open(made, 1);
    for (const [topics, bytes] of [
      [5, 160],
      [2, 63],
      [1, 32 + PAYLOAD_BYTES + 1],
    ] as const) {
      assert.throws(() => guest['event_emit']?.(topics, bytes), WebAssembly.RuntimeError);
    }
    for (let i = 0; i < 4; i++) guest['event_emit']?.(i, 32 * i + i);
    assert.throws(() => guest['event_emit']?.(0, 0), WebAssembly.RuntimeError);
    const view = new DataView(kernel.bytes().buffer);
    const seen: number[][] = [];
    for (let at = kernel.exports.event_last(); at !== 0; at = view.getUint32(at + eventRecord.previous, true)) {
      const { account, topicCount, dataBytes } = eventRecord;
      seen.unshift([account, topicCount, dataBytes].map((offset) => view.getUint32(at + offset, true)));
    }
    assert.deepEqual(seen, [
      [1, 0, 0],
      [1, 1, 33],
      [1, 2, 66],
      [1, 3, 99],
    ]);
    kernel.exports.frame_close(0);
    open(made, 1, 1);
    assert.throws(() => guest['event_emit']?.(0, 0), WebAssembly.RuntimeError);
  });

  it('runs a batch and folds it as BatchTally does', () => {
    const made = create(2);
    const { kernel, guest } = made;
    const inputs = [new Uint8Array(0), new Uint8Array(70).fill(9), new Uint8Array(5).fill(8)];
    const at = kernel.exports.batch_reserve(3, 75);
    const view = new DataView(kernel.bytes().buffer, at);
    let inputAt = 3 * batchRecord.sizeBytes;
    for (const [i, input] of inputs.entries()) {
      const record = i * batchRecord.sizeBytes;
      view.setUint32(record + batchRecord.account, 1, true);
      view.setUint32(record + batchRecord.caller, 0, true);
      view.setUint32(record + batchRecord.inputAt, inputAt, true);
      view.setUint32(record + batchRecord.inputBytes, input.length, true);
      view.setBigUint64(record + batchRecord.gasLimit, 1n << 40n, true);
      view.setUint8(record + batchRecord.value + 31, i);
      kernel.bytes().set(input, at + inputAt);
      inputAt += input.length;
    }
    const tallyAt = kernel.exports.batch_tally();
    new DataView(kernel.bytes().buffer).setUint32(tallyAt + 12, 0x811c9dc5, true);
    const expected = new BatchTally();
    for (const [i, input] of inputs.entries()) {
      assert.equal(guest['batch_gas_limit']?.(i), 1n << 40n);
      assert.equal(kernel.exports.batch_open(i), input.length);
      assert.deepEqual(bufferBytes(made, kernelBuffer.input, input.length), input);
      assert.equal(bufferBytes(made, kernelBuffer.message, 96)[kernelMessage.value + 31], i);
      guest['frame_cache']?.(...word(i), ...word(1));
      guest['frame_flush']?.();
      kernel.bytes().set([1, 2, 3], kernel.exports.buffer_address(kernelBuffer.output));
      guest['output_end']?.(3);
      kernel.exports.batch_close(i, BigInt(i) + (1n << 33n));
      const status = (['success', 'revert', 'trap'] as const)[i] as 'success';
      const outcome = { status, output: Uint8Array.of(1, 2, 3), events: [], gasUsed: BigInt(i) + (1n << 33n) };
      expected.add(outcome as Outcome);
    }
    const tally = new DataView(kernel.bytes().buffer, tallyAt, 24);
    const { successCount, revertCount, trapCount, checksum, gasUsed } = expected.summary();
    assert.deepEqual(
      [0, 4, 8, 12].map((offset) => tally.getUint32(offset, true)),
      [successCount, revertCount, trapCount, checksum],
    );
    assert.equal(tally.getBigUint64(16, true), gasUsed);
    assert.equal(kernel.exports.slot_count(1), 1);
  });

  it('tells of a call from outside what it came to, and ends its transaction unless something is to be read first', () => {
    const made = create(2);
    const { kernel, guest } = made;
    const at = kernel.exports.call_ended();
    const rows = [
      { status: 0, outputBytes: 0, events: 0, notes: 0, isOpen: 0, slots: 1 },
      { status: 0, outputBytes: 3, events: 0, notes: 1, isOpen: 1, slots: 1 },
      { status: 0, outputBytes: 0, events: 2, notes: 0, isOpen: 1, slots: 1 },
      { status: 1, outputBytes: 3, events: 1, notes: 2, isOpen: 0, slots: 0 },
      { status: 2, outputBytes: 3, events: 0, notes: 1, isOpen: 0, slots: 0 },
    ];
    const start = kernel.exports.snapshot();
    for (const { status, outputBytes, events, notes, isOpen, slots } of rows) {
      const inputAt = kernel.exports.buffer_address(kernelBuffer.childInput);
      kernel.bytes().fill(status, inputAt, inputAt + 5);
      assert.equal(guest['call_open']?.(1, 0, 5), 1);
      assert.throws(() => guest['call_open']?.(1, 0, 5), WebAssembly.RuntimeError, 'one at a time');
      assert.deepEqual(bufferBytes(made, kernelBuffer.input, 5), new Uint8Array(5).fill(status));
      guest['frame_cache']?.(...word(1), ...word(2));
      guest['frame_flush']?.();
      for (let i = 0; i < notes; i++) kernel.exports.note();
      for (let i = 0; i < events; i++) guest['event_emit']?.(0, 4);
      kernel.bytes().set([1, 2, 3], kernel.exports.buffer_address(kernelBuffer.output));
      guest['output_end']?.(outputBytes);
      kernel.exports.call_close(status, (1n << 40n) + BigInt(status));
      const view = kernel.view();
      assert.equal(view.getBigUint64(at + endedCall.gasLeft, true), (1n << 40n) + BigInt(status));
      assert.equal(view.getUint32(at + endedCall.outputBytes, true), outputBytes);
      const outputAt = view.getUint32(at + endedCall.outputAt, true);
      assert.deepEqual([...kernel.bytes().slice(outputAt, outputAt + 3)], [1, 2, 3]);
      assert.equal(view.getUint32(at + endedCall.lastEvent, true) !== 0, status === 0 && events > 0);
      assert.equal(view.getUint32(at + endedCall.notes, true), status === 0 ? 0 : notes);
      assert.equal(view.getUint32(at + endedCall.isOpen, true), isOpen);
      assert.equal(kernel.exports.change_count() > 0, isOpen === 1);
      assert.equal(kernel.exports.frame_depth(), 0);
      if (isOpen === 1) {
        assert.throws(() => guest['call_open']?.(1, 0, 5), WebAssembly.RuntimeError, 'the last one has to end');
        kernel.exports.end_transaction();
      }
      assert.equal(kernel.exports.slot_count(1), slots);
      kernel.exports.restore(start);
    }
    assert.throws(() => kernel.exports.call_close(0, 0n), WebAssembly.RuntimeError, 'none is open');
    assert.throws(() => guest['call_open']?.(2, 0, 0), WebAssembly.RuntimeError, 'no such account');
    assert.equal(guest['call_open']?.(1, 0, (128 << 10) + 1), 0);
  });

  it('does not grow when the same slots are written again after a snapshot', () => {
    const made = create(1);
    const { kernel } = made;
    const round = (value: number): void => {
      for (let i = 0; i < 100; i++) storeSlot(made, 0, word(i), word(value));
      kernel.exports.end_transaction();
    };
    round(1);
    const snapshot = kernel.exports.snapshot();
    round(2);
    const before = kernel.bytes().length;
    for (let i = 3; i < 2000; i++) round(i);
    assert.equal(kernel.bytes().length, before);
    kernel.exports.restore(snapshot);
    open(made, 0);
    assert.deepEqual(made.guest['frame_load']?.(...word(99)), word(1));
  });
});
