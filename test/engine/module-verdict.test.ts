import assert from 'node:assert/strict';
import { readBundledCase } from '../../contracts/read-case.ts';
import { stylusAbi } from '../../engine/abi/stylus/stylus-abi.ts';
import type { Backend } from '../../engine/backend.ts';
import { guestBackend } from '../../engine/guest-backend.ts';
import { defaultSchedule } from '../../engine/schedules.ts';
import { KernelState } from '../../engine/state/kernel-state.ts';
import { PlainState } from '../../engine/state/plain-state.ts';
import { ModuleCache, type ModuleRequest, moduleVerdicts } from '../../engine/wasm/module-cache.ts';
import { instrumentJudged, type MakeModule } from '../../engine/wasm/module-verdict.ts';
import { wasmMachine } from '../../engine/wasm/wasm-machine.ts';
import { createReferenceBackend, createWasmBackend } from '../../engine/wasm-backend.ts';
import { type CostTable, instrument } from '../../metering/index.ts';
import { AMPLE_GAS, guestWorld } from '../support/guest-world.ts';

const { wasm: erc20 } = await readBundledCase('erc20');

/** Counts loops, writes, calls itself, and traps on demand. */
const GUEST = `(module (import "vm_hooks" "read_args" (func $read (param i32)))
  (import "vm_hooks" "evm_gas_left" (func $left (result i64)))
  (import "vm_hooks" "write_result" (func $write (param i32 i32)))
  (memory (export "memory") 1)
  (func $sum (param i32) (result i32)
    (if (result i32) (local.get 0)
      (then (i32.store (local.get 0) (local.get 0)) (i32.store offset=4 (local.get 0) (local.get 0))
        (i32.add (local.get 0) (call $sum (i32.sub (local.get 0) (i32.const 1)))))
      (else (i32.load (i32.const 900)))))
  (func (export "user_entrypoint") (param i32) (result i32) (local i32)
    (call $read (i32.const 0))
    (local.set 1 (i32.load8_u (i32.const 0)))
    (loop $l (i32.store offset=2048 (local.get 1) (call $sum (i32.and (local.get 1) (i32.const 7))))
      (br_if $l (local.tee 1 (i32.sub (local.get 1) (i32.const 1)))))
    (if (i32.eq (i32.load8_u offset=1 (i32.const 0)) (i32.const 1)) (then (unreachable)))
    (i64.store (i32.const 3000) (call $left))
    (call $write (i32.const 2048) (i32.const 1000)) (i32.const 0)))`;

/** A planner that weighs some instructions wrongly: its charges are fewer than they should be. */
const faulty: MakeModule = (...all) =>
  instrumentJudged(...all, (bytes, options) => {
    if (options.strategy !== 'default') return instrument(bytes, options);
    const { instructions } = options.costs;
    const costs: CostTable = { ...options.costs, instructions: { ...instructions, 'local.get': 0, 'i32.add': 0 } };
    return instrument(bytes, { ...options, costs });
  });

function backendWith(modules: ModuleCache, usesKernel: boolean, reusesInstances: boolean): Backend {
  const machine = wasmMachine('wasm', { strategy: 'default', reusesInstances, usesKernel, modules });
  return guestBackend(machine, defaultSchedule, (schedule) =>
    usesKernel ? new KernelState(schedule) : new PlainState(),
  );
}

/** Outcomes and the state after calls that succeed, trap, and run out of gas. */
async function outcomesOf(backend: Backend): Promise<readonly unknown[]> {
  const { world, call } = await guestWorld(backend, GUEST);
  try {
    const outcomes: unknown[] = [];
    const calls = [
      [3, 0, AMPLE_GAS],
      [200, 0, AMPLE_GAS],
      [9, 1, AMPLE_GAS],
      [250, 0, 60_000n],
      [5, 0, AMPLE_GAS],
    ] as const;
    for (const [turns, trapsThen, gasLimit] of calls) {
      outcomes.push(await call(Uint8Array.of(turns, trapsThen), { gasLimit }));
    }
    return [...outcomes, await world.stateDigest()];
  } finally {
    world.close();
  }
}

describe('a module that the verifier does not prove', () => {
  for (const usesKernel of [true, false]) {
    for (const reusesInstances of [true, false]) {
      const how = `${usesKernel ? 'with' : 'without'} a kernel, instances ${reusesInstances ? 'reused' : 'made anew'}`;
      it(`runs under the exact strategy, with the reference's outcomes: ${how}`, async () => {
        const modules = new ModuleCache(1 << 20, faulty);
        const outcomes = await outcomesOf(backendWith(modules, usesKernel, reusesInstances));
        assert.deepEqual(outcomes, await outcomesOf(createReferenceBackend()));
        assert.equal(modules.verdicts.unproved, 1);
        assert.match(modules.verdicts.lastReason ?? '', /^unbalanced at byte \d+ in function \d+: expected /);
      });
    }
  }

  it('is what global makes of it, and says so, also when it comes out of the cache', () => {
    const modules = new ModuleCache(1 << 20, faulty);
    const request: ModuleRequest = {
      bytes: erc20,
      abi: stylusAbi,
      schedule: defaultSchedule,
      strategy: 'default',
      forKernel: true,
    };
    const first = modules.compile(request);
    const again = modules.compile(request);
    assert.equal(first, again);
    assert.equal(first.verdict.kind, 'unproved');
    const exact = modules.compile({ ...request, strategy: 'global' });
    assert.equal(exact.verdict.kind, 'exact');
    assert.deepEqual(first.report, exact.report);
    assert.deepEqual(
      { proved: modules.verdicts.proved, unproved: modules.verdicts.unproved },
      { proved: 0, unproved: 1 },
    );
  });

  it('is one that another error came of, too', () => {
    const modules = new ModuleCache(1 << 20, (...all) =>
      instrumentJudged(...all, (bytes, options) => {
        const instrumented = instrument(bytes, options);
        const names = { ...instrumented.names, entryPoints: undefined as unknown as Record<string, string> };
        return options.strategy === 'default' ? { ...instrumented, names } : instrumented;
      }),
    );
    const request: ModuleRequest = {
      bytes: erc20,
      abi: stylusAbi,
      schedule: defaultSchedule,
      strategy: 'default',
      forKernel: true,
    };
    assert.equal(modules.compile(request).verdict.kind, 'unproved');
  });

  it('does not come up with the planner that there is', async () => {
    const before = moduleVerdicts();
    const { costs, limits } = defaultSchedule;
    const schedule = { ...defaultSchedule, id: 'of its own', costs: { ...costs }, limits: { ...limits } };
    await createWasmBackend({ schedule }).prepare({ name: 'erc20', wasm: { bytes: erc20, abi: stylusAbi } });
    const after = moduleVerdicts();
    assert.equal(after.proved, before.proved + 1);
    assert.equal(after.unproved, before.unproved);
  });
});
