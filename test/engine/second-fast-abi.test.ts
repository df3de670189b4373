import assert from 'node:assert/strict';
import type { GuestAbi } from '../../engine/abi/guest-abi.ts';
import { hostFunction } from '../../engine/abi/host-function.ts';
import { stylusAbi } from '../../engine/abi/stylus/stylus-abi.ts';
import type { Backend, World } from '../../engine/backend.ts';
import { toHex } from '../../engine/bytes.ts';
import { deployedAddress } from '../../engine/deployed-address.ts';
import { GuestTrap } from '../../engine/guest-exit.ts';
import { readBytes, writeBytes } from '../../engine/guest-memory.ts';
import { kernelBuffer } from '../../engine/kernel/kernel-exports.ts';
import type { Thunk, Thunks } from '../../engine/kernel/thunk.ts';
import {
  body,
  get,
  i32,
  loadWords,
  mark,
  sequence,
  set,
  setWords,
  storeWords,
  W4,
} from '../../engine/kernel/thunk-code.ts';
import { type Outcome, TrapCode } from '../../engine/outcome.ts';
import { defaultSchedule } from '../../engine/schedules.ts';
import { keyOfBytes } from '../../engine/state/storage-key.ts';
import { createReferenceBackend, createWasmBackend } from '../../engine/wasm-backend.ts';
import { AMPLE_GAS, ALICE as caller } from '../support/guest-world.ts';
import { stylusGuest } from '../support/stylus-guest.ts';
import { wat } from '../support/wat.ts';

/** Names of the host functions that ran as JavaScript. */
const ran: string[] = [];

const ask = hostFunction(
  {
    module: 'ledger',
    name: 'ask',
    params: ['i32'],
    result: 'i32',
    pricedBytes: (frame) => frame.message.input.length,
  },
  (frame, pointer) => {
    ran.push('ask');
    writeBytes(frame.memory, pointer, frame.message.input);
    return frame.message.input.length;
  },
);

const swap = hostFunction(
  { module: 'ledger', name: 'swap', params: ['i32', 'i32'], result: undefined },
  ({ memory, message, state, account }, key, value) => {
    ran.push('swap');
    const storageKey = keyOfBytes(readBytes(memory, key, 32));
    const after = readBytes(memory, value, 32);
    if (message.isStatic) throw new GuestTrap(TrapCode.StaticCallViolation);
    const before = state.findStorage(account, storageKey);
    state.putStorage(account, storageKey, after.some((byte) => byte !== 0) ? after : undefined);
    writeBytes(memory, value, before ?? new Uint8Array(32));
  },
);

/** These two have no thunk. */
const firstByte = hostFunction(
  { module: 'ledger', name: 'first_byte', params: [], result: 'i32' },
  (frame) => frame.message.input[0] ?? 0,
);

const answer = hostFunction(
  { module: 'ledger', name: 'answer', params: ['i32', 'i32'], result: undefined },
  (frame, pointer, length) => {
    frame.output = readBytes(frame.memory, pointer, length);
  },
);

const functions: readonly Thunk[] = [
  {
    module: 'ledger',
    name: 'ask',
    write: ({ kernel, charge, markRange, copyOut }) =>
      body(
        ['i32'],
        sequence(i32(kernelBuffer.input), kernel('length'), set(1)),
        charge(1),
        sequence(get(0), get(1), markRange),
        sequence(i32(kernelBuffer.input), i32(0), get(0), get(1), copyOut),
        get(1),
      ),
  },
  {
    module: 'ledger',
    name: 'swap',
    write: ({ at, kernel, charge }) =>
      body(
        [...W4, 'i32'],
        charge(),
        sequence(loadWords(0, 4), kernel('frame_load'), setWords(2, 4)),
        sequence(loadWords(0, 4), loadWords(1, 4), kernel('frame_cache')),
        sequence(kernel('frame_flush'), set(6)),
        mark(at.tracking, 1, 32),
        storeWords(1, 2, 4),
      ),
  },
];

const thunks: Thunks = { functions, callStatus: { success: 0, revert: 1, trap: 2 } };

/** An ABI of nobody's, as unlike Stylus as can be: the host provides the memory, entry points take and return nothing. */
const ledgerAbi: GuestAbi = {
  name: 'ledger',
  memory: { kind: 'imported', module: 'ledger', name: 'memory' },
  call: { name: 'main', params: [], results: [], isRequired: true },
  deploy: { name: 'begin', params: [], results: [], isRequired: false },
  hostFunctions: [ask, swap, firstByte, answer],
  entryArguments: () => [],
  readReturn: ({ output }) => ({ status: 'success', output }),
  thunks,
};

const price = { base: 70, perByte: 3, source: 'made up' };
const schedule = {
  ...defaultSchedule,
  id: 'ledger-test',
  hostCosts: {
    ...defaultSchedule.hostCosts,
    'ledger.ask': price,
    'ledger.swap': price,
    'ledger.first_byte': price,
    'ledger.answer': price,
  },
};

/** Puts the second word of the input where the first says, and returns what was there, its last byte the input's first. No input is a trap. */
const guest = `(module
  (import "ledger" "ask" (func $ask (param i32) (result i32)))
  (import "ledger" "swap" (func $swap (param i32 i32)))
  (import "ledger" "first_byte" (func $firstByte (result i32)))
  (import "ledger" "answer" (func $answer (param i32 i32)))
  (import "ledger" "memory" (memory 1 1))
  (func $swapAndAnswer
    (call $swap (i32.const 0) (i32.const 32))
    (i32.store8 (i32.const 63) (call $firstByte))
    (call $answer (i32.const 32) (i32.const 32)))
  (func (export "begin")
    (drop (call $ask (i32.const 0)))
    (call $swapAndAnswer))
  (func (export "main")
    (if (i32.eqz (call $ask (i32.const 0))) (then unreachable))
    (call $swapAndAnswer)))`;

/** Calls the address at the beginning of its input with each of two messages behind it, and returns what the second returned. */
const stylusCaller = stylusGuest(`
  (drop (call $call_contract (i32.const 1024) (i32.const 1044) (i32.const 64) (i32.const 0) (i64.const -1) (i32.const 64)))
  (drop (call $call_contract (i32.const 1024) (i32.const 1108) (i32.const 64) (i32.const 0) (i64.const -1) (i32.const 64)))
  (drop (call $read_return_data (i32.const 128) (i32.const 0) (i32.const 32)))
  (call $write_result (i32.const 128) (i32.const 32))
  (i32.const 0)`);

const backends: Readonly<Record<'kernel' | 'plain' | 'reference', Backend>> = {
  kernel: createWasmBackend({ schedule }),
  plain: createWasmBackend({ schedule, usesKernel: false }),
  reference: createReferenceBackend({ schedule }),
};

function word(byte: number): Uint8Array {
  return new Uint8Array(32).fill(byte);
}

function put(key: number, value: number): Uint8Array {
  return Uint8Array.of(...word(key), ...word(value));
}

async function deployed(backend: Backend): Promise<{ readonly world: World; readonly to: Uint8Array }> {
  const program = await backend.prepare({ name: 'ledger', wasm: { bytes: await wat(guest), abi: ledgerAbi } });
  const world = await backend.createWorld();
  const message = { deployer: caller, value: 0n, input: put(1, 11), gasLimit: AMPLE_GAS };
  return { world, to: deployedAddress(await world.deploy(program, message)) };
}

/** Everything that can be seen of a world after calls of all kinds. */
async function play(backend: Backend): Promise<unknown> {
  const { world, to } = await deployed(backend);
  const call = (input: Uint8Array, gasLimit: bigint): Promise<Outcome> =>
    world.call({ caller, to, value: 0n, input, gasLimit });
  const outcomes: Outcome[] = [];
  for (const input of [put(1, 2), put(2, 3), put(1, 0), new Uint8Array(0), word(7), put(1, 9)]) {
    outcomes.push(await call(input, AMPLE_GAS));
  }
  const enough = (outcomes[0] as Outcome).gasUsed;
  for (let gas = 0n; gas <= enough; gas++) outcomes.push(await call(put(3, 4), gas));
  const messages = [put(5, 6), new Uint8Array(0), put(5, 0)].map((input) => ({
    caller,
    to,
    value: 0n,
    input,
    gasLimit: AMPLE_GAS,
  }));
  const summary = await (await world.loadBatch(messages)).run();
  return { outcomes, summary, storage: await world.storageOf(to), digest: await world.stateDigest() };
}

describe('a second ABI with thunks', () => {
  it('has the outcomes, gas, storage and batches on the kernel that its rows have in JavaScript', async () => {
    const onReference = await play(backends.reference);
    assert.deepEqual(await play(backends.kernel), onReference);
    assert.deepEqual(await play(backends.plain), onReference);
  });

  it('runs on the kernel without its rows, and on other machines with them', async () => {
    const returned: string[] = [];
    const calls: Record<string, readonly string[]> = {};
    for (const [name, backend] of Object.entries(backends)) {
      const { world, to } = await deployed(backend);
      ran.length = 0;
      const outcome = await world.call({ caller, to, value: 0n, input: put(1, 12), gasLimit: AMPLE_GAS });
      returned.push(outcome.status === 'success' ? toHex(outcome.output) : outcome.status);
      calls[name] = [...ran];
    }
    assert.deepEqual(returned, new Array(3).fill(toHex(word(11).with(31, 1))));
    assert.deepEqual(calls, { kernel: [], plain: ['ask', 'swap'], reference: ['ask', 'swap'] });
  });

  it('can be called by contracts of the first one', async () => {
    const gasOfCalls: bigint[] = [];
    for (const backend of Object.values(backends)) {
      const { world, to } = await deployed(backend);
      const program = await backend.prepare({
        name: 'caller',
        wasm: { bytes: await wat(stylusCaller), abi: stylusAbi },
      });
      const message = { deployer: caller, value: 0n, input: new Uint8Array(0), gasLimit: AMPLE_GAS };
      const address = deployedAddress(await world.deploy(program, message));
      const input = Uint8Array.of(...to, ...put(1, 12), ...put(1, 13));
      const outcome = await world.call({ caller, to: address, value: 0n, input, gasLimit: AMPLE_GAS });
      assert.equal(outcome.status === 'success' && toHex(outcome.output), toHex(word(12).with(31, 1)));
      gasOfCalls.push(outcome.gasUsed);
    }
    assert.deepEqual(gasOfCalls, new Array(3).fill(gasOfCalls[0]));
  });

  it('is refused if a thunk stands for a host function that it does not have', async () => {
    const gone: Thunk = { module: 'ledger', name: 'gone', write: () => body([]) };
    const stray = { ...ledgerAbi, thunks: { ...thunks, functions: [...functions, gone] } };
    await assert.rejects(backends.kernel.prepare({ name: 'stray', wasm: { bytes: await wat(guest), abi: stray } }), {
      code: 'bad-argument',
      message: /ledger\.gone/,
    });
  });
});
