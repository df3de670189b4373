import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { toHex } from '../../engine/bytes.ts';
import { deployedAddress } from '../../engine/deployed-address.ts';
import { nativeBackendOrSkip, SCRIPT_SOURCE } from './native-machine.ts';
import * as s from './script.ts';

/** What one frame does. A call names one of two contracts. */
type Step =
  | { readonly do: 'cache'; readonly key: bigint; readonly value: bigint }
  | { readonly do: 'flush' }
  | { readonly do: 'load'; readonly key: bigint }
  | { readonly do: 'call'; readonly isDelegate: boolean; readonly to: number; readonly frame: FrameSteps };
interface FrameSteps {
  readonly steps: readonly Step[];
  readonly reverts: boolean;
}

const key = fc.bigInt(0n, 3n);

const { frame } = fc.letrec<{ frame: FrameSteps; step: Step }>((tie) => ({
  frame: fc.record({ steps: fc.array(tie('step'), { maxLength: 6 }), reverts: fc.boolean() }),
  step: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    fc.record({ do: fc.constant('cache' as const), key, value: fc.bigInt(0n, 3n) }),
    fc.record({ do: fc.constant('flush' as const) }),
    fc.record({ do: fc.constant('load' as const), key }),
    fc.record({ do: fc.constant('call' as const), isDelegate: fc.boolean(), to: fc.nat(1), frame: tie('frame') }),
  ),
}));

function encode({ steps, reverts }: FrameSteps, contracts: readonly Uint8Array[]): Uint8Array {
  const commands = steps.map((step) => {
    if (step.do === 'cache') return s.cache(step.key, step.value);
    if (step.do === 'flush') return s.flush;
    if (step.do === 'load') return s.load(step.key);
    const send = step.isDelegate ? s.delegateCall : s.call;
    return send(contracts[step.to] as Uint8Array, encode(step.frame, contracts));
  });
  return s.script(...commands, ...(reverts ? [s.revert] : []));
}

/** Storage of both contracts. */
type Model = readonly ReadonlyMap<bigint, bigint>[];

/** The same by copying: a frame works on its own copy of everything, and a frame that reverts leaves the old one. */
function simulate({ steps, reverts }: FrameSteps, self: number, before: Model): { state: Model; output: Uint8Array } {
  let state: Model = before;
  const output: Uint8Array[] = [];
  const pending = new Map<bigint, bigint>();
  for (const step of steps) {
    if (step.do === 'cache') pending.set(step.key, step.value);
    else if (step.do === 'load') output.push(s.word(pending.get(step.key) ?? state[self]?.get(step.key) ?? 0n));
    else if (step.do === 'flush') {
      state = state.map((slots, i) => (i === self ? new Map([...slots, ...pending]) : slots));
      pending.clear();
    } else {
      const child = simulate(step.frame, step.isDelegate ? self : step.to, state);
      output.push(Uint8Array.of(step.frame.reverts ? 2 : 0), child.output);
      state = child.state;
    }
  }
  return { state: reverts ? before : state, output: s.script(...output) };
}

describe('native storage', () => {
  it('is what copying the whole state for every frame would give, however frames nest and fail', async function () {
    const backend = await nativeBackendOrSkip(this);
    const program = await backend.prepare({ name: 'script', native: { sourceFile: SCRIPT_SOURCE } });
    const caller = new Uint8Array(20).fill(1);
    const property = fc.asyncProperty(fc.array(frame, { minLength: 1, maxLength: 4 }), async (frames) => {
      const world = await backend.createWorld();
      const deployment = { deployer: caller, value: 0n, input: new Uint8Array(0), gasLimit: 0n };
      const contracts = [await world.deploy(program, deployment), await world.deploy(program, deployment)].map(
        (result) => deployedAddress(result),
      );
      let model: Model = [new Map(), new Map()];
      for (const steps of frames) {
        const input = encode(steps, contracts);
        fc.pre(input.length <= 4096);
        const outcome = await world.call({ caller, to: contracts[0] as Uint8Array, value: 0n, input, gasLimit: 0n });
        const expected = simulate(steps, 0, model);
        assert.equal(outcome.status, steps.reverts ? 'revert' : 'success');
        assert.equal('output' in outcome && toHex(outcome.output), toHex(expected.output));
        model = expected.state;
        for (const [i, address] of contracts.entries()) {
          const entries = (await world.storageOf(address)).map((entry) => [toHex(entry.key), toHex(entry.value)]);
          const slots = [...(model[i] as ReadonlyMap<bigint, bigint>)].filter(([, value]) => value !== 0n);
          slots.sort(([a], [b]) => Number(a - b));
          assert.deepEqual(
            entries,
            slots.map((slot) => slot.map((value) => toHex(s.word(value)))),
          );
        }
      }
      await world.close();
    });
    await fc.assert(property, { numRuns: 300 });
  });
});
