import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import type { Backend } from '../../engine/backend.ts';
import { stackFrames } from '../../engine/reference/stack-frames.ts';
import { calibratedV1Schedule, defaultSchedule } from '../../engine/schedules.ts';
import { createReferenceBackend, createWasmBackend } from '../../engine/wasm-backend.ts';
import type { ReplayFile } from '../../harness/agreement/replay-file.ts';
import { type CheckOptions, check } from '../../harness/check.ts';
import type { Cause } from '../../harness/divergence/cause.ts';
import { CodeView } from '../../harness/divergence/code-view.ts';
import { type Localisation, localise } from '../../harness/divergence/localise.ts';
import { createProcessBackend } from '../../harness/machines/process-backend.ts';
import { loadSubject } from '../../harness/subjects/load.ts';
import type { Subject } from '../../harness/subjects/subject.ts';
import { validateModule } from '../../metering/format/validate.ts';
import {
  skippedRollback,
  staleCacheKey,
  swappedArguments,
  wrongInstruction,
  wrongStackLimit,
  wrongWeight,
} from '../support/faulty-machines.ts';
import { watSubject } from '../support/wat-subject.ts';

interface Caught {
  readonly file: ReplayFile;
  readonly place: Localisation;
  readonly cause: Cause;
  /** The instruction, as the module has it. */
  readonly text: string;
}

/** What a check finds of a faulty machine, and where that is said to lie. */
async function caught(subject: Subject, machine: Backend, options: CheckOptions = {}): Promise<Caught> {
  const machines = [machine, 'reference'];
  const { counterexample } = await check(subject, machines, { callBudget: 60, schedule: defaultSchedule, ...options });
  assert.ok(counterexample !== undefined, 'the fault was not found');
  const [place, ...others] = await localise(subject, counterexample, [machine, createReferenceBackend()]);
  assert.ok(place?.cause !== undefined && others.length === 0);
  assert.equal(place.call, counterexample.disagreement.step);
  const view = new CodeView(subject.code.wasm?.bytes as Uint8Array);
  const instruction = place.cause.place && view.instructionAt(place.cause.place.offset);
  return { file: counterexample, place, cause: place.cause, text: instruction ? view.textOf(instruction) : '' };
}

/** Stores 1, calls itself with nothing, which stores 2 and reverts, and returns what is stored. */
const NESTED = `
(module
  (import "vm_hooks" "contract_address" (func $self (param i32)))
  (import "vm_hooks" "storage_cache_bytes32" (func $cache (param i32 i32)))
  (import "vm_hooks" "storage_flush_cache" (func $flush (param i32)))
  (import "vm_hooks" "call_contract" (func $call (param i32 i32 i32 i32 i64 i32) (result i32)))
  (memory (export "memory") 1 1)
  (func $store (param $value i32)
    (i32.store8 (i32.const 95) (local.get $value))
    (call $cache (i32.const 32) (i32.const 64))
    (call $flush (i32.const 1)))
  (func (export "user_entrypoint") (param $length i32) (result i32)
    (if (i32.eqz (local.get $length)) (then (call $store (i32.const 2)) (return (i32.const 1))))
    (call $store (i32.const 1))
    (call $self (i32.const 256))
    (drop (call $call (i32.const 256) (i32.const 0) (i32.const 0) (i32.const 128) (i64.const -1) (i32.const 160)))
    (i32.const 0)))`;

const nesting = (locals: number, calls: number): string => `
(module
  (memory (export "memory") 1 1)
  (func $deeper (param i32) (result i32) ${'(local i64)'.repeat(locals)}
    (if (i32.eqz (local.get 0)) (then (return (i32.const 0))))
    (call $deeper (i32.sub (local.get 0) (i32.const 1))))
  (func (export "user_entrypoint") (param i32) (result i32) (call $deeper (i32.const ${calls - 1}))))`;

/** Keeps what it was called with, in 16 bits where it should be 32. */
const STORING = `
(module
  (import "vm_hooks" "write_result" (func $write (param i32 i32)))
  (memory (export "memory") 1 1)
  (global $count (mut i32) (i32.const 7))
  (func (export "user_entrypoint") (param $length i32) (result i32)
    (global.set $count (i32.mul (local.get $length) (i32.const 65537)))
    (i32.store offset=4 align=1 (i32.const 1024) (global.get $count))
    (call $write (i32.const 1028) (i32.const 4))
    (i32.const 0)))`;

describe('a seeded fault is caught, and localised', function () {
  this.timeout(60_000);

  it('of an opcode weight off by one: to the first block that is dearer, and to the opcode', async () => {
    const { place, cause } = await caught(await loadSubject('erc20'), wrongWeight('i64.eqz'), {
      calls: fc.constant([{ method: 'approve', args: ['carol', '5'] }]),
    });
    assert.equal(place.call, 1);
    assert.equal(cause.kind, 'gas');
    assert.equal(cause.note, 'it is as if i64.eqz cost 1 more');
    assert.equal(Number(cause.left) - Number(cause.right), 1);
    assert.equal(cause.place?.mnemonic, 'i64.eqz');
    assert.equal(cause.place.functionName, 'user_entrypoint');
    const sum = cause.listing.reduce((gas, { weight = 0 }) => gas + weight, 0);
    assert.equal(sum, Number(cause.right));
  });

  it('of a rollback that is skipped inside a call: to the host function behind which the slot differs', async () => {
    const subject = await watSubject('nested', NESTED);
    const { file, place, cause, text } = await caught(subject, skippedRollback('inner'));
    assert.equal(place.call, 1);
    assert.equal(file.steps.length, 1);
    assert.equal(cause.kind, 'storage');
    assert.match(cause.what, /slot 0x0{64}, after vm_hooks\.call_contract$/);
    assert.deepEqual([Number(cause.left), Number(cause.right)], [2, 1]);
    assert.equal(text, 'call 3 (vm_hooks.call_contract)');
    assert.equal(cause.place?.hostFunction, 'vm_hooks.call_contract');
    assert.equal(cause.place.depth, 0);
  });

  it('of a rollback that is skipped at the end of a call: to what is done once it has ended', async () => {
    const { place, cause } = await caught(await loadSubject('vault'), skippedRollback('all'));
    assert.equal(place.call, 1);
    assert.equal(cause.kind, 'after the call');
    assert.equal(cause.what, 'storage once the call has ended');
    assert.equal(cause.place, undefined);
  });

  it('of a numeric instruction that computes something else: to it, with its operands', async () => {
    const subject = await loadSubject('hashing');
    const hash = { method: 'sha256GuestRounds', args: [`0x${'00'.repeat(32)}`, '1'] };
    const machine = wrongInstruction('i32.rotl', 'i32.rotr');
    const { place, cause } = await caught(subject, machine, { calls: fc.constant([hash]) });
    assert.equal(place.call, 1);
    assert.equal(cause.kind, 'value');
    const [, value, by] = /^result of i32\.rotl\((-?\d+), (\d+)\)/.exec(cause.what) ?? [];
    const rotated = (bits: number) => (Number(value) << bits) | (Number(value) >>> (32 - bits));
    assert.equal(Number(cause.right), rotated(Number(by)));
    assert.equal(Number(cause.left), rotated(32 - Number(by)));
    assert.equal(cause.place?.mnemonic, 'i32.rotl');
  });

  it('of a store that writes too little: to the store, and the first byte that differs', async () => {
    const subject = await watSubject('storing', STORING);
    const { place, cause, text } = await caught(subject, wrongInstruction('i32.store', 'i32.store16'));
    assert.equal(place.call, 1);
    assert.equal(cause.kind, 'memory');
    assert.match(cause.what, /^memory at 1030/);
    assert.equal(cause.left, '0x00');
    assert.notEqual(cause.right, '0x00');
    assert.equal(text, 'i32.store offset=4');
    assert.equal(cause.place?.functionName, 'user_entrypoint');
  });

  it('of a stack limit off by one: to the call that the reference does not let happen', async () => {
    const subject = await subjectThatJustDoesNotFit();
    const { place, cause } = await caught(subject, wrongStackLimit(1));
    assert.equal(place.call, 1);
    assert.equal(cause.kind, 'control');
    assert.match(cause.left, /^function 0 goes on at \d+$/);
    assert.equal(cause.right, 'trap StackExhausted');
    assert.equal(cause.place?.mnemonic, 'call');
    assert.equal(cause.place.functionIndex, 0);
  });

  it('of a cache that does not look at the schedule: to the first host call with other gas', async () => {
    const subject = await loadSubject('erc20');
    const { before, after } = staleCacheKey(calibratedV1Schedule);
    await check(subject, [before], { callBudget: 5, repeats: true });
    const { place, cause } = await caught(subject, after);
    assert.equal(place.call, 0);
    // The form that is recorded block by block is another module, which is not in the cache yet.
    assert.equal(place.isReproduced, false);
    assert.equal(cause.kind, 'gas');
    assert.equal(cause.place?.hostFunction, 'vm_hooks.read_args');
    assert.equal(cause.place.functionName, 'user_constructor');
  });

  it('of such a cache that has the recorded form as well: to the first block', async () => {
    const subject = await loadSubject('erc20');
    const { before, after } = staleCacheKey(calibratedV1Schedule);
    const { counterexample } = await check(subject, [before, 'reference'], { callBudget: 5 });
    assert.ok(counterexample !== undefined);
    await localise(subject, counterexample, [before], { schedule: calibratedV1Schedule });
    const { place, cause } = await caught(subject, after);
    assert.equal(place.call, 0);
    assert.equal(cause.kind, 'gas');
    assert.match(cause.what, /^charge of the block at \d+$/);
    assert.equal(cause.place?.functionName, 'user_constructor');
  });

  it('in another process: to the block that is dearer there', async () => {
    const subject = await loadSubject('erc20');
    const { costs } = defaultSchedule;
    const instructions = { ...costs.instructions, 'i64.or': costs.instructions['i64.or'] + 1 };
    const schedule = { ...defaultSchedule, costs: { ...costs, instructions } };
    const machine = await createProcessBackend({ machine: 'wasm', schedule });
    const calls = fc.constant([{ method: 'totalSupply', args: [] }]);
    const { place, cause } = await caught(subject, machine, { calls });
    assert.deepEqual([place.call, cause.kind, cause.place?.mnemonic], [0, 'gas', 'i64.or']);
    assert.equal(cause.note, 'it is as if i64.or cost 1 more');
  });

  it('and two machines that are both wrong are each held against the reference', async () => {
    const subject = await watSubject('storing', STORING);
    const step = { data: '0x0102' };
    const disagreement = { step: 1, field: 'gas', left: '1', right: '2', backends: ['wasm', 'wasm'] } as const;
    const file = { case: 'storing', constructorArgs: [], steps: [step], disagreement };
    const machines = [wrongWeight('i32.mul'), wrongInstruction('i32.store', 'i32.store16'), createWasmBackend()];
    const places = await localise(subject, file, machines);
    assert.deepEqual(
      places.map(({ difference, cause }) => [difference?.field, cause?.kind]),
      [
        ['gas', 'gas'],
        ['output', 'memory'],
        [undefined, undefined],
      ],
    );
    await assert.rejects(localise(subject, { ...file, case: 'other' }, machines), { code: 'bad-argument' });
  });

  it('of a host function that gets its arguments the wrong way round: to the call and the argument', async () => {
    const { place, cause, text } = await caught(await loadSubject('erc20'), swappedArguments('storage_cache_bytes32'));
    assert.equal(place.call, 0);
    assert.equal(cause.kind, 'host argument');
    assert.equal(cause.what, 'argument 0 of vm_hooks.storage_cache_bytes32');
    assert.equal(cause.place?.hostFunction, 'vm_hooks.storage_cache_bytes32');
    assert.match(text, /^call \d+ \(vm_hooks\.storage_cache_bytes32\)$/);
  });
});

/** One whose deepest chain of calls takes a word more than there is. */
async function subjectThatJustDoesNotFit(): Promise<Subject> {
  const { stackWords } = defaultSchedule.limits;
  for (let locals = 0; locals < 100; locals++) {
    const subject = await watSubject('nesting', nesting(locals, 1));
    const { module } = new CodeView(subject.code.wasm?.bytes as Uint8Array);
    const frames = stackFrames(module, validateModule(module, defaultSchedule.limits));
    const [deeper, entry] = [frames.get(0) ?? 1, frames.get(1) ?? 1];
    const calls = (stackWords + 1 - entry) / deeper;
    if (Number.isInteger(calls)) return watSubject('nesting', nesting(locals, calls));
  }
  throw new Error('no such frame');
}
