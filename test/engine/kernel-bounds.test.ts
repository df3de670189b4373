import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { stylusAbi } from '../../engine/abi/stylus/stylus-abi.ts';
import type { Backend } from '../../engine/backend.ts';
import { deployedAddress } from '../../engine/deployed-address.ts';
import { guestBackend } from '../../engine/guest-backend.ts';
import { Kernel } from '../../engine/kernel/kernel.ts';
import { kernelBuffer, LARGEST_PAYLOAD } from '../../engine/kernel/kernel-exports.ts';
import { defaultSchedule } from '../../engine/schedules.ts';
import { KernelState } from '../../engine/state/kernel-state.ts';
import { wasmMachine } from '../../engine/wasm/wasm-machine.ts';
import { ALICE, BOB, meteredMachines } from '../support/guest-world.ts';
import { printOutcome } from '../support/outcome.ts';
import { wat } from '../support/wat.ts';

/**
 * Call data: a mode (1 byte), a number of bytes (4, little-endian), then anything. By mode it 0 returns so many bytes, 1 reverts
 * with them, 2 emits them, 3 emits them with four topics, 4 hashes them, 5 calls itself with them (and mode 6, which returns its
 * own call data), 7 makes itself return them and reads them back.
 */
const MOVER = `
(module
  (import "vm_hooks" "read_args" (func $read_args (param i32)))
  (import "vm_hooks" "write_result" (func $write_result (param i32 i32)))
  (import "vm_hooks" "emit_log" (func $emit (param i32 i32 i32)))
  (import "vm_hooks" "native_keccak256" (func $keccak (param i32 i32 i32)))
  (import "vm_hooks" "contract_address" (func $self (param i32)))
  (import "vm_hooks" "call_contract" (func $call (param i32 i32 i32 i32 i64 i32) (result i32)))
  (import "vm_hooks" "read_return_data" (func $read_back (param i32 i32 i32) (result i32)))
  (memory (export "memory") 80 80)
  (func (export "user_entrypoint") (param $length i32) (result i32) (local $size i32)
    (call $read_args (i32.const 1024))
    (local.set $size (i32.load (i32.const 1025)))
    (call $self (i32.const 128))
    (block $b7 (block $b6 (block $b5 (block $b4 (block $b3 (block $b2 (block $b1 (block $b0
      (br_table $b0 $b1 $b2 $b3 $b4 $b5 $b6 $b7 (i32.load8_u (i32.const 1024))))
      (call $write_result (i32.const 1024) (local.get $size)) (return (i32.const 0)))
      (call $write_result (i32.const 1024) (local.get $size)) (return (i32.const 1)))
      (call $emit (i32.const 1024) (local.get $size) (i32.const 0)) (return (i32.const 0)))
      (call $emit (i32.const 1024) (local.get $size) (i32.const 4)) (return (i32.const 0)))
      (call $keccak (i32.const 1024) (local.get $size) (i32.const 0)) (call $write_result (i32.const 0) (i32.const 32)) (return (i32.const 0)))
      (i32.store8 (i32.const 1024) (i32.const 6))
      (i32.store8 (i32.const 0) (call $call (i32.const 128) (i32.const 1024) (local.get $size) (i32.const 32) (i64.const -1) (i32.const 4)))
      (call $write_result (i32.const 0) (i32.const 8)) (return (i32.const 0)))
      (call $write_result (i32.const 1024) (local.get $length)) (return (i32.const 0)))
    (i32.store8 (i32.const 1024) (i32.const 0))
    (i32.store8 (i32.const 0) (call $call (i32.const 128) (i32.const 1024) (i32.const 5) (i32.const 32) (i64.const -1) (i32.const 4)))
    (drop (call $read_back (i32.const 262144) (i32.const 0) (local.get $size)))
    (call $write_result (i32.const 0) (i32.const 8))
    (i32.const 0)))
`;

const SIZES = [
  0,
  1,
  LARGEST_PAYLOAD - 1,
  LARGEST_PAYLOAD,
  LARGEST_PAYLOAD + 1,
  1 << 20,
  16 << 20,
  0x7fff_ffff,
  0xffff_ffff,
];
const MODES = 8;
const GUARD = 0xa5;
/** Buffers are in blocks of a power of two, of which they leave the end alone. */
const BLOCK_BYTES = 1 << 18;
const BUFFER_BYTES = LARGEST_PAYLOAD + 32 * 4 + 64;

function moverInput(mode: number, size: number, lengthBytes = 5): Uint8Array {
  const input = new Uint8Array(Math.max(lengthBytes, 5)).fill(0xee);
  input[0] = mode;
  new DataView(input.buffer).setUint32(1, size, true);
  return input;
}

/** Guard words behind every buffer that is there by now. */
class Guards {
  readonly #kernel: Kernel;
  readonly #ends = new Set<number>();

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  put(): void {
    const { exports } = this.#kernel;
    for (const name of ['returnData', 'output', 'childInput'] as const) {
      const at = exports.buffer_address(kernelBuffer[name]) >>> 0;
      if (at === 0 || this.#ends.has(at)) continue;
      this.#ends.add(at);
      this.#kernel.bytes().fill(GUARD, at + BUFFER_BYTES, at + BLOCK_BYTES);
    }
  }

  check(what: string): void {
    for (const at of this.#ends) {
      const end = this.#kernel.bytes().subarray(at + BUFFER_BYTES, at + BLOCK_BYTES);
      assert.ok(
        end.every((byte) => byte === GUARD),
        `${what} wrote behind the buffer at ${at}`,
      );
    }
    assert.ok(this.#ends.size > 0);
  }
}

function kernelBackend(states: KernelState[]): Backend {
  const machine = wasmMachine('wasm', { strategy: 'default', reusesInstances: true, usesKernel: true });
  return guestBackend(machine, defaultSchedule, (schedule) => {
    const state = new KernelState(schedule);
    states.push(state);
    return state;
  });
}

async function mover(backend: Backend) {
  const program = await backend.prepare({ name: 'mover', wasm: { bytes: await wat(MOVER), abi: stylusAbi } });
  const world = await backend.createWorld();
  const deployment = { deployer: ALICE, value: 0n, input: new Uint8Array(0), gasLimit: 10_000_000n };
  const address = deployedAddress(await world.deploy(program, deployment));
  const send = (input: Uint8Array) =>
    world.call({ caller: ALICE, to: address, value: 0n, input, gasLimit: 10_000_000n });
  return { program, world, address, send };
}

describe('the kernel’s buffers', function () {
  this.timeout(300_000);

  it('keep whatever a guest moves within them, whatever its size', async () => {
    const states: KernelState[] = [];
    const { world, send } = await mover(kernelBackend(states));
    await world.setBalance(BOB, 5n);
    const guards = new Guards((states[0] as KernelState).kernel);
    for (let mode = 0; mode < MODES; mode++) {
      for (const size of SIZES) {
        const before = await world.stateDigest();
        guards.put();
        await send(moverInput(mode, size));
        await send(moverInput(mode, size, LARGEST_PAYLOAD));
        guards.check(`mode ${mode}, ${size} bytes`);
        assert.equal(await world.stateDigest(), before);
      }
    }
  });

  it('are not touched by call data, constructors or batches that are refused', async () => {
    const states: KernelState[] = [];
    const { program, world, address, send } = await mover(kernelBackend(states));
    await send(moverInput(5, 100));
    const { kernel } = states[0] as KernelState;
    const image = kernel.bytes().slice();
    for (const size of SIZES.filter((bytes) => bytes > LARGEST_PAYLOAD && bytes <= 16 << 20)) {
      const input = new Uint8Array(size).fill(0xff);
      const message = { caller: ALICE, to: address, value: 0n, input, gasLimit: 1_000_000n };
      const bad = { code: 'bad-argument' };
      await assert.rejects(world.call(message), bad);
      await assert.rejects(world.callMany([message]), bad);
      await assert.rejects(world.loadBatch([message]), bad);
      await assert.rejects(world.deploy(program, { deployer: ALICE, value: 0n, input, gasLimit: 1_000_000n }), bad);
      assert.equal(Buffer.compare(kernel.bytes(), image), 0, `${size} bytes`);
    }
  });

  it('come to the same outcomes on every machine, for each size and way', async () => {
    const seen = new Map<string, string>();
    for (const create of Object.values(meteredMachines)) {
      const backend = create();
      const { world, send } = await mover(backend);
      const before = await world.stateDigest();
      for (let mode = 0; mode < MODES; mode++) {
        for (const size of SIZES) {
          const what = `mode ${mode}, ${size} bytes`;
          const outcome = await send(moverInput(mode, size));
          const text = inspect(printOutcome(outcome), { depth: 5, maxStringLength: null });
          if (!seen.has(what)) seen.set(what, text);
          assert.ok(text === seen.get(what), `${backend.name}: ${what}`);
          assert.equal(await world.stateDigest(), before);
        }
      }
    }
  });

  it('refuse what does not fit with a typed error, before a byte is written', () => {
    const kernel = new Kernel();
    kernel.run((exports) => exports.configure(LARGEST_PAYLOAD, 256));
    const image = kernel.bytes().slice();
    for (const [room, size] of [
      [0, 1],
      [32, 33],
      [LARGEST_PAYLOAD, LARGEST_PAYLOAD + 1],
      [LARGEST_PAYLOAD, 16 << 20],
    ] as const) {
      const at = kernel.exports.buffer_address(kernelBuffer.childInput);
      assert.throws(() => kernel.write(at, room, new Uint8Array(size).fill(1)), { code: 'internal' });
    }
    assert.equal(Buffer.compare(kernel.bytes(), image), 0);
    const state = new KernelState(defaultSchedule);
    const topics = [new Uint8Array(64)];
    assert.throws(() => state.addEvent({ address: ALICE, topics, data: new Uint8Array(1) }), { code: 'internal' });
  });

  it('are filled through one function only', async () => {
    const { readdirSync, readFileSync } = await import('node:fs');
    const { join } = await import('node:path');
    const { fileURLToPath } = await import('node:url');
    const engine = fileURLToPath(new URL('../../engine', import.meta.url));
    const wrong = readdirSync(engine, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.name.endsWith('.ts') && entry.name !== 'kernel.ts')
      .filter((entry) => /kernel\.bytes\(\)\.set\(/.test(readFileSync(join(entry.parentPath, entry.name), 'utf8')))
      .map((entry) => entry.name);
    assert.deepEqual(wrong, []);
  });
});
