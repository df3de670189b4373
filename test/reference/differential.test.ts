import assert from 'node:assert/strict';
import fc from 'fast-check';
import { trapName } from '../../engine/outcome.ts';
import { referenceMachine } from '../../engine/reference/reference-machine.ts';
import { trapCodeOf } from '../../engine/wasm/trap-map.ts';
import { wasmMachine } from '../../engine/wasm/wasm-machine.ts';
import { strategies } from '../../metering/plan/strategies.ts';
import { type RandomModule, randomModule } from '../support/random-module.ts';
import { hashOf, prepareGuest, testSchedule } from '../support/test-guest.ts';

const args = fc.tuple(fc.integer(), fc.integer());

/** Another weight for nearly every opcode, so that no charge passes for another. */
const schedule = testSchedule({ weightOf: (_mnemonic, code) => 1 + ((code * 37) % 101) });

/** The original module in V8, with no meter in it. */
function runUnmetered(
  { bytes }: RandomModule,
  args: readonly number[],
): { observed: number[]; end: string; memory: string | undefined } {
  const observed: number[] = [];
  const imports = { test: { observe: (value: number) => observed.push(value) } };
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), imports);
  try {
    const result = (exports['run'] as (...args: readonly number[]) => number)(...args);
    const memory = hashOf(new Uint8Array((exports['memory'] as WebAssembly.Memory).buffer));
    return { observed, end: `returned ${result}`, memory };
  } catch (error) {
    if (!(error instanceof WebAssembly.RuntimeError)) throw error;
    return { observed, end: trapName(trapCodeOf(error) ?? assert.fail(error.message)), memory: undefined };
  }
}

describe('reference interpreter on random modules', () => {
  it('ends, observes and leaves memory like the unmetered module in V8', () => {
    const machine = referenceMachine();
    fc.assert(
      fc.property(randomModule(), args, (module, args) => {
        const { end, hostCalls, memory } = prepareGuest(machine, module.bytes)({ args, stackWords: 1 << 24 });
        const observed = hostCalls.map((call) => Number(call.split(' ')[1]));
        assert.deepEqual({ end, observed, memory }, runUnmetered(module, args));
      }),
      { numRuns: 300 },
    );
  });

  for (const strategy of strategies.filter((name) => name !== 'none'))
    it(`agrees with the metered module in V8 (${strategy}) on outcome and memory, and on gas and stack budget at every host call`, () => {
      const reference = referenceMachine();
      const wasm = wasmMachine('wasm', { strategy, reusesInstances: true });
      const share = fc.double({ min: 0, max: 1, noNaN: true });
      fc.assert(
        fc.property(randomModule(), args, share, share, ({ bytes }, args, gasShare, stackShare) => {
          const runReference = prepareGuest(reference, bytes, { schedule });
          const runWasm = prepareGuest(wasm, bytes, { schedule });
          const ample = runReference({ args });
          assert.deepEqual(runWasm({ args }), ample);
          // Anything from nothing to what the run needs, and a little more.
          const needed = ample.gasLeft === undefined ? 5_000n : (1n << 40n) - ample.gasLeft;
          const gas = BigInt(Math.round(Number(needed) * gasShare * 1.1));
          assert.deepEqual(runWasm({ args, gas }), runReference({ args, gas }));
          const stackWords = Math.round(stackShare ** 3 * 2_000);
          assert.deepEqual(runWasm({ args, stackWords }), runReference({ args, stackWords }));
        }),
        { numRuns: 200 },
      );
    });
});
