import assert from 'node:assert/strict';
import fc from 'fast-check';
import { stylusAbi } from '../../engine/abi/stylus/stylus-abi.ts';
import type { Backend, World } from '../../engine/backend.ts';
import { BatchTally } from '../../engine/batch-tally.ts';
import type { CallMessage } from '../../engine/context.ts';
import { deployedAddress } from '../../engine/deployed-address.ts';
import type { Outcome } from '../../engine/outcome.ts';
import { createReferenceBackend, createWasmBackend } from '../../engine/wasm-backend.ts';
import { ALICE, AMPLE_GAS, BOB } from '../support/guest-world.ts';
import { printOutcome } from '../support/outcome.ts';
import { wat } from '../support/wat.ts';

/** What the guest does is in its input: records of 32 bytes, a function's position and six i32 arguments. */
const RECORD_BYTES = 32;
/** Where the guest puts its input, which leaves room below for what the functions work on. */
const SCRIPT_AT = 32_768;
const OUTPUT_BYTES = 2_048;

/**
 * A guest that calls every host function with arguments from its input, keeps what they return in memory, and returns the
 * first part of it. An i64 argument is the i32, unsigned.
 */
function scriptedGuest(): string {
  const rows = stylusAbi.hostFunctions;
  const imports = rows.map(({ module, name, params, result }) => {
    const type = `${params.length > 0 ? `(param ${params.join(' ')})` : ''} ${result === undefined ? '' : `(result ${result})`}`;
    return `(import "${module}" "${name}" (func $${name} ${type}))`;
  });
  const bodies = rows.map(({ name, params, result }) => {
    const args = params.map((type, index) => {
      const word = `(i32.load offset=${4 * (index + 1)} (local.get $at))`;
      return type === 'i64' ? `(i64.extend_i32_u ${word})` : word;
    });
    const call = `(call $${name} ${args.join(' ')})`;
    if (result === undefined) return call;
    const kept = result === 'i64' ? call : `(i64.extend_i32_u ${call})`;
    return `(i64.store (i32.and (local.get $at) (i32.const 2040)) ${kept})`;
  });
  const labels = rows.map((_, index) => `$f${index}`);
  const arms = bodies.reduce(
    (inner, body, index) => `(block $f${index} ${inner}) ${body} (br $next)`,
    `(br_table ${labels.join(' ')} $next (i32.load (local.get $at)))`,
  );
  return `(module ${imports.join('\n')}
    (memory (export "memory") 1 2)
    (global $runs (mut i32) (i32.const 7))
    (data (i32.const 1000) "some data across the first granule, and more of it")
    (func (export "user_entrypoint") (param $length i32) (result i32) (local $at i32) (local $end i32)
      (global.set $runs (i32.add (global.get $runs) (i32.const 1)))
      (i32.store (i32.const 0) (global.get $runs))
      (call $read_args (i32.const ${SCRIPT_AT}))
      (local.set $at (i32.const ${SCRIPT_AT}))
      (local.set $end (i32.add (local.get $at) (i32.and (local.get $length) (i32.const ${-RECORD_BYTES}))))
      (block $done (loop $again
        (br_if $done (i32.ge_u (local.get $at) (local.get $end)))
        (block $next ${arms})
        (local.set $at (i32.add (local.get $at) (i32.const ${RECORD_BYTES})))
        (br $again)))
      (call $write_result (i32.const 0) (i32.const ${OUTPUT_BYTES}))
      (i32.and (local.get $length) (i32.const 1))))`;
}

interface Step {
  readonly name: string;
  readonly args: readonly number[];
}

const pointers = [0, 1, 8, 31, 32, 64, 96, 512, 999, 1000, 1016, 1023, 1024, 2000, 4096, SCRIPT_AT, 65_472, 65_503];
const hostilePointers = [65_504, 65_505, 65_535, 65_536, 65_537, -1, -32, 0x7fff_ffff, -0x8000_0000];
const lengths = [0, 1, 4, 7, 8, 16, 20, 31, 32, 33, 63, 64, 65, 96, 100, 128, 135, 136, 137, 160, 272, 1000];
const hostileLengths = [24_577, 65_536, 131_200, 0x7fff_ffff, -1];

/** Mostly what works, so that a script gets far. */
const argument = fc.oneof(
  { weight: 30, arbitrary: fc.constantFrom(...pointers) },
  { weight: 20, arbitrary: fc.constantFrom(...lengths) },
  { weight: 1, arbitrary: fc.constantFrom(...hostilePointers, ...hostileLengths) },
);
const lengthArgument = fc.oneof(
  { weight: 40, arbitrary: fc.constantFrom(...lengths) },
  { weight: 1, arbitrary: fc.constantFrom(...hostileLengths) },
);

const names = stylusAbi.hostFunctions.map(({ name }) => name);
/** Ends the script, or costs so much that few others would run. */
const rare = new Set(['exit_early', 'math_pow', 'create1', 'create2', 'account_code']);

const step = (): fc.Arbitrary<Step> =>
  fc
    .oneof(
      { weight: 40, arbitrary: fc.constantFrom(...names.filter((name) => !rare.has(name))) },
      { weight: 1, arbitrary: fc.constantFrom(...rare) },
    )
    .chain((name) => {
      switch (name) {
        case 'write_result':
        case 'native_keccak256':
          return fc.tuple(argument, lengthArgument, argument).map((args) => ({ name, args }));
        case 'emit_log':
          return fc.tuple(argument, lengthArgument, fc.integer({ min: 0, max: 5 })).map((args) => ({ name, args }));
        case 'call_contract':
          // to, data, length, value, gas, where the length of the return data goes
          return fc
            .tuple(
              fc.constantFrom(64, 96, 1000),
              argument,
              lengthArgument,
              fc.constantFrom(2016, 4096, 1000),
              argument,
              argument,
            )
            .map(([to, data, length, value, gas, out]) => ({ name, args: [to, data, length, value, 100 * gas, out] }));
        case 'static_call_contract':
        case 'delegate_call_contract':
          return fc
            .tuple(fc.constantFrom(64, 96, 1000), argument, lengthArgument, argument, argument)
            .map(([to, data, length, gas, out]) => ({ name, args: [to, data, length, 100 * gas, out] }));
        default:
          return fc.array(argument, { minLength: 6, maxLength: 6 }).map((args) => ({ name, args }));
      }
    });

function encode(steps: readonly Step[], isRevert: boolean): Uint8Array {
  const bytes = new Uint8Array(steps.length * RECORD_BYTES + (isRevert ? 1 : 0));
  const view = new DataView(bytes.buffer);
  for (const [index, { name, args }] of steps.entries()) {
    view.setInt32(index * RECORD_BYTES, names.indexOf(name), true);
    for (const [position, argument] of args.entries())
      view.setInt32(index * RECORD_BYTES + 4 * (position + 1), argument, true);
  }
  return bytes;
}

interface Call {
  readonly steps: readonly Step[];
  readonly isRevert: boolean;
  readonly value: bigint;
  readonly gasLimit: bigint;
}

const prologue: readonly Step[] = [
  { name: 'contract_address', args: [64] },
  { name: 'msg_sender', args: [96] },
];

const call: fc.Arbitrary<Call> = fc.record({
  steps: fc.array(step(), { maxLength: 10 }).map((steps) => [...prologue, ...steps]),
  isRevert: fc.boolean(),
  value: fc.oneof({ weight: 5, arbitrary: fc.constant(0n) }, { weight: 1, arbitrary: fc.constant(3n) }),
  gasLimit: fc.oneof(
    { weight: 5, arbitrary: fc.constant(AMPLE_GAS) },
    { weight: 1, arbitrary: fc.bigInt({ min: 0n, max: 20_000n }) },
  ),
});

/** No two numbers alike. */
const block = {
  chainId: 3n,
  number: 5n,
  timestamp: 7n,
  gasLimit: 11n,
  baseFee: 13n,
  coinbase: new Uint8Array(20).fill(17),
};

const machines: Readonly<Record<string, () => Backend>> = {
  plain: () => createWasmBackend({ usesKernel: false }),
  'fast path': () => createWasmBackend(),
  'fast path, fresh instances': () => createWasmBackend({ reusesInstances: false }),
  reference: () => createReferenceBackend(),
};

/** What there is to see of a sequence of calls. */
async function observe(world: World, messages: readonly CallMessage[]): Promise<readonly unknown[]> {
  const seen: unknown[] = [];
  for (const message of messages) {
    const outcome = await world.call(message);
    seen.push([printOutcome(outcome), await world.stateDigest()]);
  }
  return seen;
}

describe('the host functions of the fast path', () => {
  let source: Uint8Array;
  before(async () => {
    source = await wat(scriptedGuest());
  });

  async function deployed(backend: Backend): Promise<{ readonly world: World; readonly address: Uint8Array }> {
    const program = await backend.prepare({ name: 'scripted', wasm: { bytes: source, abi: stylusAbi } });
    const world = await backend.createWorld(block);
    await world.setBalance(ALICE, 1_000_000n);
    await world.setBalance(BOB, 5n);
    const message = { deployer: ALICE, value: 0n, input: new Uint8Array(0), gasLimit: AMPLE_GAS };
    const address = deployedAddress(await world.deploy(program, message));
    return { world, address };
  }

  const messagesOf = (calls: readonly Call[], to: Uint8Array): CallMessage[] =>
    calls.map(({ steps, isRevert, value, gasLimit }) => ({
      caller: ALICE,
      to,
      value,
      input: encode(steps, isRevert),
      gasLimit,
    }));

  it('have the results, gas, faults and effects of their definitions, whatever they are called with', async () => {
    const worlds = await Promise.all(
      Object.entries(machines).map(async ([name, create]) => ({ name, ...(await deployed(create())) })),
    );
    const starts = await Promise.all(worlds.map(({ world }) => world.snapshot()));
    await fc.assert(
      fc.asyncProperty(fc.array(call, { minLength: 1, maxLength: 4 }), async (calls) => {
        let expected: readonly unknown[] | undefined;
        for (const [index, { name, world, address }] of worlds.entries()) {
          await world.restore(starts[index] as number);
          const seen = await observe(world, messagesOf(calls, address));
          expected ??= seen;
          assert.deepEqual(seen, expected, name);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('come to the same in a batch as in single calls', async () => {
    const { world, address } = await deployed(createWasmBackend());
    const single = await deployed(createWasmBackend({ usesKernel: false }));
    const start = await world.snapshot();
    const singleStart = await single.world.snapshot();
    await fc.assert(
      fc.asyncProperty(fc.array(call, { minLength: 1, maxLength: 6 }), async (calls) => {
        await world.restore(start);
        await single.world.restore(singleStart);
        const tally = new BatchTally();
        for (const message of messagesOf(calls, single.address))
          tally.add((await single.world.call(message)) as Outcome);
        const batch = await world.loadBatch(messagesOf(calls, address));
        assert.deepEqual(await batch.run(), tally.summary());
        assert.equal(await world.stateDigest(), await single.world.stateDigest());
      }),
      { numRuns: 150 },
    );
  });
});
