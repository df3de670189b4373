import assert from 'node:assert/strict';
import { referenceMachine } from '../../engine/reference/reference-machine.ts';
import { wasmMachine } from '../../engine/wasm/wasm-machine.ts';
import { verified } from '../../fuzz/modules/verified.ts';
import { strategies } from '../../metering/plan/strategies.ts';
import { verifiableStrategies } from '../../metering/verify/verify-instrumented.ts';
import { prepareGuest, type Sighting, testGuestInterface, testSchedule } from '../support/test-guest.ts';

/** No two opcodes that stand for each other weigh the same. */
const schedule = testSchedule({ weightOf: (_mnemonic, code) => 1 + ((code * 37) % 11) });
/** More than any case needs that comes to an end. */
const AMPLE = 4_000n;
const metered = strategies.filter((strategy) => strategy !== 'none');

/**
 * Holds every strategy against the verifier, and against the reference interpreter: at every gas limit from 0 to what the run needs and one more,
 * and with ample gas at every stack budget up to `stackWords`.
 *
 * @param bytes A module for `prepareGuest`.
 */
export function assertSameAtEveryLimit(
  bytes: Uint8Array,
  arguments_: readonly (readonly number[])[],
  stackWords: number,
): void {
  const { costs, limits: moduleLimits } = schedule;
  const toVerify = { costs, limits: moduleLimits, interface: testGuestInterface };
  for (const strategy of verifiableStrategies) verified(bytes, toVerify, strategy);
  const reference = prepareGuest(referenceMachine(), bytes, { schedule });
  for (const args of arguments_) {
    const ample = reference({ args, gas: AMPLE });
    const used = ample.gasLeft === undefined ? 600 : Number(AMPLE - ample.gasLeft);
    assert.ok(used < 3_000, `${used} gas`);
    const limits: { readonly gas: bigint; readonly stackWords?: number }[] = [{ gas: AMPLE }];
    for (let gas = 0; gas <= used + 1; gas += 1) limits.push({ gas: BigInt(gas) });
    for (let words = 0; words <= stackWords; words += 1) limits.push({ gas: AMPLE, stackWords: words });
    const expected = limits.map((limit): Sighting => reference({ args, ...limit }));
    for (const strategy of metered) {
      const run = prepareGuest(wasmMachine('wasm', { strategy, reusesInstances: true }), bytes, { schedule });
      for (const [index, limit] of limits.entries()) {
        const where = `${strategy}, ${args}, gas ${limit.gas}, stack ${limit.stackWords ?? 'ample'}`;
        assert.deepEqual(run({ args, ...limit }), expected[index], where);
      }
    }
  }
}
