import assert from 'node:assert/strict';
import { openSession } from '../../bench/session.ts';
import { bundledCases } from '../../contracts/bundled-cases.ts';
import { stylusAbi } from '../../engine/abi/stylus/stylus-abi.ts';
import type { Backend } from '../../engine/backend.ts';
import { fromHex, toHex } from '../../engine/bytes.ts';
import { deployedAddress } from '../../engine/deployed-address.ts';
import { GuestTrap } from '../../engine/guest-exit.ts';
import { TrapCode } from '../../engine/outcome.ts';
import { TraceLog } from '../../engine/trace/trace-log.ts';
import type { TraceEvent } from '../../engine/trace/tracer.ts';
import { createReferenceBackend, createWasmBackend } from '../../engine/wasm-backend.ts';
import { createDefaultEvmBackend, createEvmBackend, type EvmBackendOptions } from '../../evm-baseline/evm-backend.ts';
import { loadSubject, openContract } from '../../harness/index.ts';
import { loadCase } from '../../harness/subjects/load.ts';
import { ALICE } from '../support/guest-world.ts';
import { wat } from '../support/wat.ts';

/** As text: bytes as hex, so that a difference can be read. */
function shown(event: TraceEvent): string {
  const fields = Object.entries(event).map(([name, value]) => {
    return `${name} ${value instanceof Uint8Array ? toHex(value) : Array.isArray(value) ? value.join() : String(value)}`;
  });
  return fields.join(' ');
}

class Recorder {
  readonly events: TraceEvent[] = [];
  readonly wantsInstructions: boolean;

  constructor(wantsInstructions = false) {
    this.wantsInstructions = wantsInstructions;
  }

  onEvent(event: TraceEvent): void {
    this.events.push(event);
  }

  take(): readonly string[] {
    return this.events.splice(0).map(shown);
  }
}

/** A call that fails in the contract that it calls, which traps twice on the way; and one that calls itself. */
const TRAPPING = `
(module
  (import "vm_hooks" "read_args" (func $read (param i32)))
  (import "vm_hooks" "write_result" (func $write (param i32 i32)))
  (import "vm_hooks" "contract_address" (func $self (param i32)))
  (import "vm_hooks" "storage_load_bytes32" (func $load (param i32 i32)))
  (import "vm_hooks" "call_contract" (func $call (param i32 i32 i32 i32 i64 i32) (result i32)))
  (memory (export "memory") 1 1)
  (func $div (param i32) (result i32) (i32.div_u (i32.const 1) (local.get 0)))
  (func (export "user_entrypoint") (param $length i32) (result i32)
    (call $self (i32.const 256))
    (call $load (i32.const 64) (i32.const 96))
    (if (i32.eqz (local.get $length)) (then (drop (call $div (i32.const 0)))))
    (call $read (i32.const 0))
    (drop (call $call (i32.const 256) (i32.const 0) (i32.sub (local.get $length) (i32.const 1)) (i32.const 128) (i64.const -1) (i32.const 160)))
    (drop (call $call (i32.const 256) (i32.const 0) (i32.const 0) (i32.const 128) (i64.const -1) (i32.const 160)))
    (i32.const 0)))`;

describe('a tracer', function () {
  this.timeout(120_000);

  for (const id of bundledCases()) {
    it(`hears the same of wasm and of the reference, and changes no outcome, gas or digest (${id})`, async () => {
      const contract = await loadCase(id);
      for (const workload of contract.workloads.filter(({ size }) => size !== 'large')) {
        const heard: Recorder[] = [];
        const ends: string[] = [];
        const create: readonly ((tracer: Recorder | undefined) => Backend)[] = [
          (tracer) => createWasmBackend({ tracer }),
          (tracer) => createReferenceBackend({ tracer }),
        ];
        for (const backend of create) {
          for (const tracer of [new Recorder(), undefined]) {
            const { world, messages, setupOutcomes } = await openSession(backend(tracer), contract, workload);
            const outcomes = await world.callMany(messages.slice(0, 6));
            const gas = [...setupOutcomes, ...outcomes].map(({ status, gasUsed }) => `${status} ${gasUsed}`);
            ends.push([...gas, await world.stateDigest()].join());
            if (tracer !== undefined) heard.push(tracer);
            await world.close();
          }
        }
        assert.equal(new Set(ends).size, 1, workload.id);
        const [wasm, reference] = heard.map((tracer) => tracer.take()) as [readonly string[], readonly string[]];
        assert.ok(wasm.length > 2);
        assert.deepEqual(wasm, reference, workload.id);
      }
    });
  }

  it('does not hear of a frame that runs again what it did the first time', async () => {
    const told: (readonly string[])[] = [];
    for (const create of [createWasmBackend, createReferenceBackend]) {
      const tracer = new Recorder();
      const backend = create({ tracer });
      const program = await backend.prepare({ name: 'traps', wasm: { bytes: await wat(TRAPPING), abi: stylusAbi } });
      const world = await backend.createWorld();
      const to = deployedAddress(await world.deploy(program, { deployer: ALICE }));
      const input = new Uint8Array(3);
      const outcome = await world.call({ caller: ALICE, to, input, gasLimit: 100_000_000n });
      assert.equal(outcome.status, 'success');
      const trap = await world.call({ caller: ALICE, to, gasLimit: 100_000n });
      assert.deepEqual(trap, { status: 'trap', code: TrapCode.IntegerDivideByZero, gasUsed: 100_000n });
      told.push(tracer.take());
    }
    const [wasm, reference] = told;
    assert.deepEqual(wasm, reference);
    assert.equal(wasm?.filter((line) => line.startsWith('kind end') && line.includes('status trap')).length, 5);
  });

  const evms: Readonly<Record<string, (options: EvmBackendOptions) => Promise<Backend>>> = {
    evm: createEvmBackend,
    'evm-default': createDefaultEvmBackend,
  };
  for (const [name, create] of Object.entries(evms)) {
    it(`hears of ${name} the frames and the storage that it hears of wasm`, async () => {
      const storage = (lines: readonly string[]) =>
        [...new Set(lines.filter((line) => /^kind store/.test(line)))].sort();
      const frames = (lines: readonly string[]) =>
        lines
          .filter((line) => /^kind (?:begin|end)/.test(line))
          .map((line) => line.replace(/ (?:gas|gasUsed) \d+/, ''));
      const told: (readonly string[])[] = [];
      for (const tracer of [new Recorder(), new Recorder()]) {
        const backend = told.length === 0 ? createWasmBackend({ tracer }) : await create({ tracer });
        const vault = await openContract(await loadSubject('vault'), backend);
        tracer.take();
        const deposit = await vault.call('deposit', ['7'], { caller: 'deployer' });
        await vault.call('assets');
        told.push(tracer.take());
        assert.notEqual(deposit.status, 'trap');
      }
      const [wasm, evm] = told as [readonly string[], readonly string[]];
      assert.ok(frames(wasm).length >= 8, String(frames(wasm).length));
      assert.deepEqual(frames(evm), frames(wasm));
      assert.deepEqual(storage(evm), storage(wasm));
    });
  }

  it('hears every instruction where it wants to: of a guest and of EVM code', async () => {
    const reference = new Recorder(true);
    const backend = createReferenceBackend({ tracer: reference });
    const bytes = await wat(`(module (memory (export "memory") 1)
      (func (export "user_entrypoint") (param i32) (result i32) (i32.add (i32.const 2) (i32.const -2))))`);
    const program = await backend.prepare({ name: 'adds', wasm: { bytes, abi: stylusAbi } });
    const world = await backend.createWorld();
    const to = deployedAddress(await world.deploy(program, { deployer: ALICE }));
    await world.call({ caller: ALICE, to, gasLimit: 1000n });
    const seen = reference.events.map((event) =>
      event.kind === 'instruction' ? `${event.mnemonic} ${event.top}` : event.kind,
    );
    assert.deepEqual(seen, ['begin', 'i32.const undefined', 'i32.const 2', 'i32.add -2', 'end 0', 'end']);

    const evm = new Recorder(true);
    const machine = await createEvmBackend({ tracer: evm });
    // PUSH1 5 PUSH1 1 SSTORE PUSH1 1 SLOAD POP and nothing is left as code.
    const creating = await machine.prepare({ name: 'stores', evm: { initcode: fromHex('0x60056001556001545000') } });
    await (await machine.createWorld()).deploy(creating, { deployer: ALICE });
    const kinds = evm.events.map((event) => (event.kind === 'instruction' ? event.mnemonic : event.kind));
    assert.deepEqual(kinds, [
      'begin',
      'PUSH1',
      'PUSH1',
      'SSTORE',
      'store',
      'PUSH1',
      'SLOAD',
      'load',
      'POP',
      'STOP',
      'end',
    ]);
  });

  it('gets bytes of its own, and what it throws ends the call, which is taken back', async () => {
    for (const create of [createWasmBackend, createReferenceBackend, createEvmBackend]) {
      let thrown: Error | undefined;
      const onEvent = (event: TraceEvent): void => {
        for (const value of Object.values(event)) if (value instanceof Uint8Array) value.fill(0xee);
        if (thrown !== undefined && event.kind === 'store') throw thrown;
      };
      const backend = await create({ tracer: { onEvent } });
      const token = await openContract(await loadSubject('erc20'), backend);
      const before = await token.world.stateDigest();
      for (const error of [new Error('enough'), new GuestTrap(TrapCode.Unreachable)]) {
        thrown = error as Error;
        const failed = token.call('transfer', ['bob', '5'], { caller: 'deployer' });
        await assert.rejects(failed, { name: 'EngineError', code: 'tracer-failed', cause: error }, backend.name);
        thrown = undefined;
        assert.equal(await token.world.stateDigest(), before, backend.name);
      }
      const outcome = await token.call('transfer', ['bob', '5'], { caller: 'deployer' });
      assert.equal(outcome.status, 'success', backend.name);
    }
  });

  it('is told how long what a guest hands around is, and how it begins', async () => {
    for (const create of [createWasmBackend, createReferenceBackend, createEvmBackend]) {
      const tracer = new Recorder();
      const token = await openContract(await loadSubject('erc20'), await create({ tracer }));
      tracer.take();
      const input = new Uint8Array(128 << 10).fill(7);
      await token.world.call({ caller: ALICE, to: token.address, input });
      const [begin] = tracer.events;
      assert.ok(begin?.kind === 'begin');
      assert.deepEqual(begin.input, new Uint8Array(1024).fill(7));
      assert.equal(begin.inputBytes, 128 << 10);
    }
  });

  it('is told how many events were too many to hold on to', () => {
    const tracer = new Recorder();
    const log = new TraceLog(tracer, 3);
    const event = (count: number): TraceEvent => ({ kind: 'lost', depth: 0, count });
    log.tell(event(0));
    log.hold();
    for (let i = 1; i <= 2; i++) log.tell(event(i));
    const mark = log.mark();
    for (let i = 3; i <= 5; i++) log.tell(event(i));
    assert.equal(tracer.events.length, 1);
    log.forgetSince(mark);
    for (let i = 6; i <= 9; i++) log.tell(event(i));
    log.release();
    assert.deepEqual(
      tracer.events.map((told) => told.kind === 'lost' && told.count),
      [0, 1, 2, 6, 3],
    );
    log.tell(event(10));
    assert.equal(tracer.events.length, 6);
  });

  it('has to be one', async () => {
    const wrong = {
      name: 'EngineError',
      code: 'bad-argument',
      message: /^options\.tracer must be an object with a function/,
    };
    for (const tracer of [{} as never, 5 as never, null as never]) {
      for (const create of [createWasmBackend, createReferenceBackend]) assert.throws(() => create({ tracer }), wrong);
      for (const create of Object.values(evms)) await assert.rejects(create({ tracer }), wrong);
    }
    const unknown = { code: 'bad-argument', message: /nothing but tracer, got the string "trcer"/ };
    for (const create of Object.values(evms)) await assert.rejects(create({ trcer: 1 } as never), unknown);
  });
});
