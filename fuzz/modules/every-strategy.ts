import assert from 'node:assert/strict';
import { referenceMachine } from '../../engine/reference/reference-machine.ts';
import { ModuleCache } from '../../engine/wasm/module-cache.ts';
import { wasmMachine } from '../../engine/wasm/wasm-machine.ts';
import { instrument } from '../../metering/instrument.ts';
import { strategies as allStrategies, type Strategy } from '../../metering/plan/strategies.ts';
import { type FuzzRun, type FuzzWorldOptions, fuzzWorld } from './fuzz-world.ts';
import type { ImportedFunction } from './integer-module.ts';
import { verifyEveryStrategy } from './verify-every-strategy.ts';

export const meteredStrategies: readonly Strategy[] = allStrategies.filter((strategy) => strategy !== 'none');

/** As `unverified`. @throws VerificationFailed if the verifier does not accept what a strategy makes. */
export async function everyStrategy(
  bytes: Uint8Array,
  imports: readonly ImportedFunction[],
  options: FuzzWorldOptions = {},
): Promise<FuzzRun> {
  verifyEveryStrategy(bytes, imports, options);
  return unverified(bytes, imports, options);
}

/**
 * Runs what it is given on the reference interpreter and on the engine under each strategy, in a world each.
 * The run throws AssertionError where one differs: in the outcome, in gas, at a host call. What a strategy makes is run as it
 * is: the engine's own verifier would have it replaced where it is wrong.
 */
export async function unverified(
  bytes: Uint8Array,
  imports: readonly ImportedFunction[],
  options: FuzzWorldOptions = {},
  strategies: readonly Strategy[] = meteredStrategies,
): Promise<FuzzRun> {
  const reference = await fuzzWorld(referenceMachine(), bytes, imports, options);
  const machines: [string, FuzzRun][] = [];
  const modules = new ModuleCache(1 << 20, (...all) => ({ ...instrument(...all), verdict: { kind: 'exact' } }));
  for (const strategy of strategies) {
    const machine = wasmMachine(strategy, { strategy, reusesInstances: true, modules });
    machines.push([strategy, await fuzzWorld(machine, bytes, imports, options)]);
  }
  return async (args, gasLimit) => {
    const expected = await reference(args, gasLimit);
    for (const [strategy, run] of machines) {
      assert.deepEqual(await run(args, gasLimit), expected, `${strategy} of (${args.join()}) at gas limit ${gasLimit}`);
    }
    return expected;
  };
}
