import assert from 'node:assert/strict';
import fc from 'fast-check';
import { BatchTally } from '../../engine/batch-tally.ts';
import { concatBytes } from '../../engine/bytes.ts';
import { guestBackend } from '../../engine/guest-backend.ts';
import type { GuestModule, Machine } from '../../engine/machine.ts';
import { referenceMachine } from '../../engine/reference/reference-machine.ts';
import { defaultSchedule } from '../../engine/schedules.ts';
import { KernelState } from '../../engine/state/kernel-state.ts';
import { PlainState } from '../../engine/state/plain-state.ts';
import type { WorldState } from '../../engine/state/world-state.ts';
import { wasmMachine } from '../../engine/wasm/wasm-machine.ts';
import { createWasmBackend } from '../../engine/wasm-backend.ts';
import { ALICE, AMPLE_GAS, type GuestWorld, guestWorld } from '../support/guest-world.ts';
import { printOutcome } from '../support/outcome.ts';

/**
 * A guest that calls itself as its input says: byte 0 is how it ends (see `endings`), byte 1 whether it first turns a loop
 * that only an exact run can count, byte 2 what it stores, byte 3 the number of children. Of each: kind, gas (0 none,
 * 1 a little, else all), length (u16) and input. The output is the children's statuses.
 */
const TREE = `
(module
  (import "vm_hooks" "read_args" (func $read_args (param i32)))
  (import "vm_hooks" "write_result" (func $write_result (param i32 i32)))
  (import "vm_hooks" "exit_early" (func $exit_early (param i32)))
  (import "vm_hooks" "storage_cache_bytes32" (func $store (param i32 i32)))
  (import "vm_hooks" "storage_flush_cache" (func $flush (param i32)))
  (import "vm_hooks" "contract_address" (func $contract_address (param i32)))
  (import "vm_hooks" "call_contract" (func $call (param i32 i32 i32 i32 i64 i32) (result i32)))
  (import "vm_hooks" "static_call_contract" (func $static (param i32 i32 i32 i64 i32) (result i32)))
  (import "vm_hooks" "delegate_call_contract" (func $delegate (param i32 i32 i32 i64 i32) (result i32)))
  (memory (export "memory") 1 1)
  ;; Four turns, which go around the end of 32 bits.
  (func $wraps (param $end i32) (local $i i32)
    (loop $again
      (local.set $i (i32.add (local.get $i) (i32.const 0x7fffffff)))
      (br_if $again (i32.ne (local.get $i) (local.get $end)))))
  (func (export "user_entrypoint") (param $length i32) (result i32)
    (local $at i32) (local $left i32) (local $bytes i32) (local $gas i64) (local $done i32)
    (call $read_args (i32.const 1024))
    (call $contract_address (i32.const 200))
    (if (i32.load8_u (i32.const 1025)) (then (call $wraps (i32.const -4))))
    (if (i32.load8_u (i32.const 1026)) (then
      (i32.store8 (i32.const 95) (i32.load8_u (i32.const 1026)))
      (call $store (i32.const 32) (i32.const 64)) (call $flush (i32.const 0))))
    (local.set $left (i32.load8_u (i32.const 1027)))
    (local.set $at (i32.const 1028))
    (block $end (loop $next
      (br_if $end (i32.eqz (local.get $left)))
      (local.set $bytes (i32.load16_u offset=2 (local.get $at)))
      (local.set $gas (i64.const -1))
      (if (i32.lt_u (i32.load8_u offset=1 (local.get $at)) (i32.const 2)) (then
        (local.set $gas (i64.mul (i64.const 700) (i64.extend_i32_u (i32.load8_u offset=1 (local.get $at)))))))
      (i32.store8 (i32.add (i32.const 300) (local.get $done))
        (block $status (result i32)
          (block $delegate (block $static (block $call
            (br_table $call $static $delegate (i32.load8_u (local.get $at))))
            (br $status (call $call (i32.const 200) (i32.add (local.get $at) (i32.const 4)) (local.get $bytes) (i32.const 4000) (local.get $gas) (i32.const 400))))
            (br $status (call $static (i32.const 200) (i32.add (local.get $at) (i32.const 4)) (local.get $bytes) (local.get $gas) (i32.const 400))))
          (call $delegate (i32.const 200) (i32.add (local.get $at) (i32.const 4)) (local.get $bytes) (local.get $gas) (i32.const 400))))
      (local.set $done (i32.add (local.get $done) (i32.const 1)))
      (local.set $at (i32.add (local.get $at) (i32.add (local.get $bytes) (i32.const 4))))
      (local.set $left (i32.sub (local.get $left) (i32.const 1)))
      (br $next)))
    (call $write_result (i32.const 300) (local.get $done))
    (block $wrap (block $pointer (block $trap (block $exit (block $revert (block $succeed
      (br_table $succeed $revert $exit $trap $pointer $wrap (i32.load8_u (i32.const 1024))))
      (return (i32.const 0)))
      (return (i32.const 1)))
      (call $exit_early (i32.const 1)))
      (unreachable))
      (call $write_result (i32.const -1) (i32.const 1)))
    (call $wraps (i32.const -4))
    (i32.const 0)))
`;

const endings = ['succeed', 'revert', 'exit', 'trap', 'pointer', 'wrap'] as const;
const kinds = ['call', 'static', 'delegate'] as const;
type Kind = (typeof kinds)[number];

interface Tree {
  readonly ending: (typeof endings)[number];
  readonly wrapsFirst: boolean;
  readonly stores: number;
  readonly children: readonly { readonly kind: Kind; readonly gas: number; readonly tree: Tree }[];
}

function encode({ ending, wrapsFirst, stores, children }: Tree): Uint8Array {
  const head = Uint8Array.of(endings.indexOf(ending), wrapsFirst ? 1 : 0, stores, children.length);
  const encoded = children.flatMap(({ kind, gas, tree }) => {
    const bytes = encode(tree);
    return [Uint8Array.of(kinds.indexOf(kind), gas, bytes.length & 0xff, bytes.length >> 8), bytes];
  });
  return concatBytes([head, ...encoded]);
}

const leaf: Tree = { ending: 'succeed', wrapsFirst: true, stores: 0, children: [] };

const { tree: trees } = fc.letrec<{ tree: Tree }>((tie) => ({
  tree: fc.record({
    ending: fc.constantFrom(...endings),
    wrapsFirst: fc.boolean(),
    stores: fc.constantFrom(0, 1, 2, 3),
    children: fc.array(
      fc.record({
        kind: fc.constantFrom('call', ...kinds),
        gas: fc.constantFrom(2, 2, 2, 1, 0),
        tree: fc.oneof({ maxDepth: 6, depthSize: 'small' }, fc.constant(leaf), tie('tree')),
      }),
      { maxLength: 4 },
    ),
  }),
}));

/** Calls nested so deep, all of which only an exact run can end. */
function nested(depth: number, kind: Kind): Tree {
  const children = depth === 0 ? [] : [{ kind, gas: 2, tree: nested(depth - 1, kind) }];
  return { ending: 'wrap', wrapsFirst: false, stores: 0, children };
}

/** So many children of one call, of which each traps. */
function siblings(count: number): Tree {
  const tree: Tree = { ending: 'trap', wrapsFirst: false, stores: 1, children: [] };
  const children = Array.from({ length: count }, () => ({ kind: 'call' as const, gas: 1, tree }));
  return { ending: 'succeed', wrapsFirst: false, stores: 2, children };
}

/** The machine, and how many frames it has begun. */
function counted(machine: Machine): { readonly machine: Machine; readonly takeCount: () => number } {
  let count = 0;
  const wrap = (module: GuestModule): GuestModule => {
    const { exact, inWorld } = module;
    const exactModule = exact && wrap(exact());
    return {
      abi: module.abi,
      moduleHash: module.moduleHash,
      bytes: module.bytes,
      hasEntry: (entry) => module.hasEntry(entry),
      run: (entry, budget, context) => {
        count += 1;
        return module.run(entry, budget, context);
      },
      exact: exactModule && (() => exactModule),
      inWorld: inWorld && ((state: WorldState) => wrap(inWorld.call(module, state))),
    };
  };
  return {
    machine: { ...machine, prepare: (...args) => wrap(machine.prepare(...args)) },
    takeCount: () => {
      const taken = count;
      count = 0;
      return taken;
    },
  };
}

const options = { strategy: 'default', reusesInstances: true } as const;
const machines = {
  kernel: {
    machine: wasmMachine('wasm', { ...options, usesKernel: true }),
    state: () => new KernelState(defaultSchedule),
  },
  plain: { machine: wasmMachine('wasm-plain', options), state: () => new PlainState() },
};

async function countedWorld(
  machine: Machine,
  state: () => WorldState,
): Promise<GuestWorld & { readonly takeCount: () => number }> {
  const counter = counted(machine);
  const world = await guestWorld(guestBackend(counter.machine, defaultSchedule, state), TREE);
  return { ...world, takeCount: counter.takeCount };
}

describe('runs that have to be exact', () => {
  for (const [name, { machine, state }] of Object.entries(machines)) {
    it(`run at most three times the frames of the reference, to the same outcome, for calls of any shape (${name})`, async () => {
      const reference = await countedWorld(referenceMachine(), () => new PlainState());
      const tested = await countedWorld(machine, state);
      const agree = async (tree: Tree, gasLimit: bigint): Promise<number> => {
        const input = encode(tree);
        reference.takeCount();
        tested.takeCount();
        const expected = printOutcome(await reference.call(input, { gasLimit }));
        assert.deepEqual(printOutcome(await tested.call(input, { gasLimit })), expected);
        assert.equal(await tested.world.stateDigest(), await reference.world.stateDigest());
        const needed = reference.takeCount();
        const run = tested.takeCount();
        assert.ok(run <= 3 * needed, `${run} frames for ${needed}`);
        return run / needed;
      };
      assert.equal(await agree(nested(0, 'call'), AMPLE_GAS), 2, 'what the loop is for');
      for (const kind of kinds) for (const depth of [1, 8, 40]) await agree(nested(depth, kind), AMPLE_GAS);
      for (const count of [1, 2, 30]) await agree(siblings(count), AMPLE_GAS);
      const gasLimits = fc.oneof(fc.constant(AMPLE_GAS), fc.bigInt({ min: 0n, max: 60_000n }));
      await fc.assert(
        fc.asyncProperty(trees, gasLimits, async (tree, gas) => void (await agree(tree, gas))),
        {
          numRuns: 200,
        },
      );
    });
  }

  it('come to the same in a batch', async () => {
    const tested = await guestWorld(createWasmBackend(), TREE);
    const start = await tested.world.snapshot();
    const single = await guestWorld(createWasmBackend(), TREE);
    const singleStart = await single.world.snapshot();
    const property = fc.asyncProperty(fc.array(trees, { minLength: 1, maxLength: 5 }), async (calls) => {
      await tested.world.restore(start);
      await single.world.restore(singleStart);
      const tally = new BatchTally();
      for (const tree of calls) tally.add(await single.call(encode(tree)));
      const messages = calls.map((tree) => ({
        caller: ALICE,
        to: tested.address,
        value: 0n,
        input: encode(tree),
        gasLimit: AMPLE_GAS,
      }));
      assert.deepEqual(await (await tested.world.loadBatch(messages)).run(), tally.summary());
      assert.equal(await tested.world.stateDigest(), await single.world.stateDigest());
    });
    await fc.assert(property, { numRuns: 100 });
  });
});
