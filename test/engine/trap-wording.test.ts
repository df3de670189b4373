import { deepEqual, equal, rejects } from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Backend } from '../../engine/backend.ts';
import { guestBackend } from '../../engine/guest-backend.ts';
import { TrapCode } from '../../engine/outcome.ts';
import { defaultSchedule } from '../../engine/schedules.ts';
import { KernelState } from '../../engine/state/kernel-state.ts';
import { PlainState } from '../../engine/state/plain-state.ts';
import { trapCodeOf, unknownTraps } from '../../engine/wasm/trap-map.ts';
import { wasmMachine } from '../../engine/wasm/wasm-machine.ts';
import { createReferenceBackend } from '../../engine/wasm-backend.ts';
import { strategies } from '../../metering/plan/strategies.ts';
import { guestWorld } from '../support/guest-world.ts';
import { trappingGuest, traps } from '../support/trap-bodies.ts';
import { wat } from '../support/wat.ts';

const GAS_LIMIT = 200_000n;
const NO_INPUT = new Uint8Array(0);

/** Sentences as engines were seen to say them. */
const said: readonly [engine: string, code: TrapCode, ...sentences: string[]][] = [
  ['V8', TrapCode.Unreachable, 'unreachable'],
  ['V8', TrapCode.MemoryOutOfBounds, 'memory access out of bounds'],
  ['V8', TrapCode.IntegerDivideByZero, 'divide by zero', 'remainder by zero'],
  ['V8', TrapCode.IntegerOverflow, 'divide result unrepresentable'],
  ['V8', TrapCode.TableOutOfBounds, 'table index is out of bounds'],
  ['V8', TrapCode.IndirectCallMismatch, 'null function or function signature mismatch', 'function signature mismatch'],
  ['V8 15', TrapCode.IndirectCallMismatch, 'null function', 'function signature mismatch'],
  ['JavaScriptCore', TrapCode.Unreachable, 'Unreachable code should not be executed'],
  ['JavaScriptCore', TrapCode.MemoryOutOfBounds, 'Out of bounds memory access'],
  ['JavaScriptCore', TrapCode.IntegerDivideByZero, 'Division by zero'],
  ['JavaScriptCore', TrapCode.IntegerOverflow, 'Integer overflow'],
  ['JavaScriptCore', TrapCode.TableOutOfBounds, 'Out of bounds call_indirect'],
  ['JavaScriptCore', TrapCode.IndirectCallMismatch, 'call_indirect to a signature that does not match'],
];

/** An engine whose sentences nobody knows, on either kind of state. */
function unknownEngine(strategy: (typeof strategies)[number], usesKernel: boolean, onCheckpoint = () => {}): Backend {
  const machine = wasmMachine('unknown', { strategy, reusesInstances: true, usesKernel, readTrap: () => undefined });
  return guestBackend(machine, defaultSchedule, (schedule) => {
    const state = usesKernel ? new KernelState(schedule) : new PlainState();
    const checkpoint = state.checkpoint.bind(state);
    state.checkpoint = () => {
      onCheckpoint();
      return checkpoint();
    };
    return state;
  });
}

const metered = strategies.filter((strategy) => strategy !== 'none');

describe('the wording of traps', () => {
  it('is known for each engine, with what JavaScriptCore puts behind it', () => {
    for (const [engine, code, ...sentences] of said) {
      for (const sentence of sentences) {
        equal(trapCodeOf(new WebAssembly.RuntimeError(sentence)), code, sentence);
        const explained = new WebAssembly.RuntimeError(`${sentence} (evaluating 'run(...args("') (")))')`);
        equal(trapCodeOf(explained), engine === 'JavaScriptCore' ? code : undefined, explained.message);
      }
    }
  });

  it('is not guessed from a part of a sentence', () => {
    const sentences = [
      '',
      'Division by zero or not',
      "Division by zero (evaluating 'x'",
      "Division by zero (because of 'x')",
      "Division by zero and overflow (evaluating 'x')",
      " (evaluating 'Division by zero')",
      'unreachable ',
      'Unreachable',
      'constructor',
    ];
    for (const sentence of sentences) equal(trapCodeOf(new WebAssembly.RuntimeError(sentence)), undefined, sentence);
  });

  for (const strategy of metered) {
    // Thunks into a kernel charge by themselves, and not by a host call.
    for (const usesKernel of strategy === 'host-call' ? [false] : [false, true]) {
      it(`does not matter under ${strategy}${usesKernel ? ' with a kernel' : ''}: what nobody knows is read off the reference`, async () => {
        for (const [title, code, body] of traps) {
          const { call } = await guestWorld(unknownEngine(strategy, usesKernel), trappingGuest(body));
          const outcome = await call(NO_INPUT, { gasLimit: GAS_LIMIT });
          deepEqual(outcome, { status: 'trap', code, gasUsed: GAS_LIMIT }, title);
        }
      });
    }
  }

  it('is counted where it is not known', async () => {
    const count = () => [...unknownTraps().values()].reduce((sum, times) => sum + times, 0);
    const before = count();
    const { call } = await guestWorld(unknownEngine('global', false), trappingGuest('unreachable'));
    await call(NO_INPUT, { gasLimit: GAS_LIMIT });
    equal(count(), before + 1);
  });

  it('ends the unmetered twin, which the reference cannot stand in for, as a host failure', async () => {
    const { call } = await guestWorld(unknownEngine('none', false), trappingGuest('unreachable'));
    await rejects(call(NO_INPUT), { name: 'EngineError', code: 'unknown-trap' });
  });

  for (const usesKernel of [false, true]) {
    it(`costs one more run, however deep the trap is${usesKernel ? ', with a kernel' : ''}`, async () => {
      // Calls itself with half of its gas and one byte less, and traps whatever comes back unless it was given one byte.
      const source = `(module
        (import "vm_hooks" "call_contract" (func $call (param i32 i32 i32 i32 i64 i32) (result i32)))
        (import "vm_hooks" "contract_address" (func $self (param i32)))
        (import "vm_hooks" "storage_cache_bytes32" (func $cache (param i32 i32)))
        (import "vm_hooks" "storage_flush_cache" (func $flush (param i32)))
        (import "vm_hooks" "read_args" (func $args (param i32)))
        (import "vm_hooks" "evm_gas_left" (func $gas (result i64)))
        (memory (export "memory") 1 1)
        (func (export "user_entrypoint") (param $bytes i32) (result i32)
          (if (i32.eqz (local.get $bytes)) (then unreachable))
          (call $self (i32.const 0))
          (call $cache (i32.const 64) (i32.const 64))
          (call $flush (i32.const 0))
          (drop (call $call (i32.const 0) (i32.const 128) (i32.sub (local.get $bytes) (i32.const 1))
            (i32.const 32) (i64.shr_u (call $gas) (i64.const 1)) (i32.const 96)))
          (if (i32.gt_u (local.get $bytes) (i32.const 1)) (then unreachable))
          (i32.const 0)))`;
      let checkpoints = 0;
      const message = { gasLimit: 100_000_000n };
      const unknown = await guestWorld(
        unknownEngine('default', usesKernel, () => {
          checkpoints++;
        }),
        source,
      );
      const reference = await guestWorld(createReferenceBackend(), source);
      const depth = new Uint8Array(16);
      checkpoints = 0;
      deepEqual(await unknown.call(depth, message), await reference.call(depth, message));
      equal(await unknown.world.stateDigest(), await reference.world.stateDigest());
      // At most two for each frame and run: the quick one, which takes less, the exact one of the innermost, and the reference.
      equal(checkpoints <= 5 * (depth.length + 1), true, `${checkpoints} checkpoints`);
      const one = new Uint8Array(1);
      const outcome = await unknown.call(one, message);
      equal(outcome.status, 'success');
      deepEqual(outcome, await reference.call(one, message));
      equal(await unknown.world.stateDigest(), await reference.world.stateDigest());
      const call = { caller: new Uint8Array(20), to: unknown.address, value: 0n, input: one, gasLimit: 100_000_000n };
      const { successCount, gasUsed } = await (await unknown.world.loadBatch([call, call])).run();
      equal(successCount, 2);
      equal(gasUsed > 0n, true);
    });
  }

  it('is the same outcome in JavaScriptCore', async function () {
    const bun = fileURLToPath(new URL('../../processes/engines/node_modules/bun/bin/bun.exe', import.meta.url));
    if (!existsSync(bun)) return this.skip();
    const script = fileURLToPath(new URL('../support/run-traps.ts', import.meta.url));
    const guests = await Promise.all(traps.map(async ([, , body]) => [...(await wat(trappingGuest(body)))]));
    const { stdout, stderr } = spawnSync(bun, [script], { input: JSON.stringify(guests), encoding: 'utf8' });
    const wanted = traps.map(([title, code]) => [title, [...metered, 'none'].map((strategy) => [strategy, code])]);
    const outcomes = traps.map(([title], at) => [title, stdout === '' ? stderr : JSON.parse(stdout).codes[at]]);
    // Without gas nothing ends a loop, and the stack of a twin is the engine's.
    const skipped = [TrapCode.StackExhausted, TrapCode.OutOfGas] as readonly TrapCode[];
    deepEqual(
      outcomes,
      wanted.map(([title, codes], at) => [
        title,
        (codes as [string, TrapCode][]).filter(
          ([strategy]) => strategy !== 'none' || !skipped.includes(traps[at]?.[1] as TrapCode),
        ),
      ]),
    );
    deepEqual(JSON.parse(stdout).unknown, []);
    return undefined;
  });
});
