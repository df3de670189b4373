import assert from 'node:assert/strict';
import fc from 'fast-check';
import { bundledCases } from '../../../contracts/bundled-cases.ts';
import { readBundledCase } from '../../../contracts/read-case.ts';
import { hostCodeOf } from '../../../engine/abi/host-code-of.ts';
import { moduleInterfaceOf } from '../../../engine/abi/module-interface-of.ts';
import { stylusAbi } from '../../../engine/abi/stylus/stylus-abi.ts';
import { defaultSchedule } from '../../../engine/schedules.ts';
import { Op } from '../../../metering/format/opcodes.ts';
import type { TrackedWrites } from '../../../metering/host/tracked-writes.ts';
import { type Instrumented, instrument } from '../../../metering/instrument.ts';
import { type CodeInstruction, readModule } from '../../../metering/verify/read-module.ts';
import { verifiableStrategies, verifyInstrumented } from '../../../metering/verify/verify-instrumented.ts';
import { randomModule } from '../../support/random-module.ts';
import { testGuestInterface } from '../../support/test-guest.ts';
import { wat } from '../../support/wat.ts';
import { codeOf } from './mutate.ts';

const { costs, limits } = defaultSchedule;

/** With thunks into the kernel, as the engine runs it. */
function linked(bytes: Uint8Array, strategy: (typeof verifiableStrategies)[number] = 'default'): Instrumented {
  const hostCode = hostCodeOf(stylusAbi, defaultSchedule, strategy !== 'none');
  const moduleInterface = moduleInterfaceOf(stylusAbi);
  return instrument(bytes, { costs, limits, interface: moduleInterface, strategy, hostCode, tracksWrites: 'all' });
}

function verifyLinked(
  bytes: Uint8Array,
  instrumented: Instrumented,
  strategy: (typeof verifiableStrategies)[number] = 'default',
): void {
  const hostCode = hostCodeOf(stylusAbi, defaultSchedule, strategy !== 'none');
  verifyInstrumented(bytes, instrumented, { costs, limits, strategy, hostCode });
}

const writing = (pages: number): Promise<Uint8Array> =>
  wat(`(module (import "vm_hooks" "read_args" (func $read (param i32)))
    (import "vm_hooks" "emit_log" (func $log (param i32 i32 i32)))
    (import "vm_hooks" "tx_gas_price" (func $price (param i32)))
    (memory (export "memory") ${pages}) (table 3 3 funcref) (elem (i32.const 0) $read $price $recurse)
    (data (i32.const 70) "initial") (data (i32.const 40000) "more")
    (func $recurse (param i32) (if (local.get 0) (then
      (i64.store offset=8 (local.get 0) (i64.const 5)) (i64.store offset=500 (local.get 0) (i64.const 5))
      (call $recurse (i32.sub (local.get 0) (i32.const 1))))))
    (func $early (param i32) (result i32)
      (i32.store (local.get 0) (i32.const 3)) (i32.store16 offset=12 (local.get 0) (i32.const 3))
      (if (local.get 0) (then (return (i32.const 1))))
      (i32.store8 (i32.add (local.get 0) (i32.const 4)) (i32.const 3)) (i32.const 0))
    (func (export "user_entrypoint") (param i32) (result i32) (local i32)
      (call $read (i32.const 0)) (call $log (i32.const 0) (i32.const 0) (i32.const 0)) (call $price (i32.const 64))
      (memory.fill (i32.const 0) (i32.const 1) (i32.const 9)) (call $recurse (i32.const 4))
      (call_indirect (param i32) (i32.const 0) (i32.const 1))
      (loop $l (i32.store offset=8 (local.get 1) (local.get 1)) (i32.store offset=12 (local.get 1) (local.get 1))
        (br_if $l (i32.lt_u (local.tee 1 (i32.add (local.get 1) (i32.const 8))) (local.get 0))))
      (call $early (local.get 0))))`);

describe('the verifier of what the engine runs', () => {
  for (const id of bundledCases()) {
    it(`shows that ${id} is metered, with thunks and with its writes tracked`, async () => {
      const { wasm } = await readBundledCase(id);
      for (const strategy of verifiableStrategies) verifyLinked(wasm, linked(wasm, strategy), strategy);
    });
  }

  for (const pages of [1, 16]) {
    it(`shows that a guest with ${pages} pages of memory is metered, whichever writes are tracked`, async () => {
      const bytes = await writing(pages);
      for (const strategy of verifiableStrategies) verifyLinked(bytes, linked(bytes, strategy), strategy);
    });

    it(`finds any byte of the code changed that is linked to a guest with ${pages} pages`, async () => {
      const bytes = await writing(pages);
      const instrumented = linked(bytes);
      const survivors: string[] = [];
      for (const { code } of readModule(instrumented.bytes).functions) {
        for (const { offset, end } of code) {
          for (let at = offset; at < end; at += 1) {
            const changed = Uint8Array.from(instrumented.bytes);
            changed[at] = (changed[at] ?? 0) + 1;
            if (codeOf(() => verifyLinked(bytes, { ...instrumented, bytes: changed })) === 'nothing') {
              survivors.push(`byte ${at}`);
            }
          }
        }
      }
      assert.deepEqual(survivors, []);
    });
  }

  for (const tracksWrites of ['all', 'large'] as readonly TrackedWrites[]) {
    it(`shows that random modules are metered where ${tracksWrites} writes are tracked`, () => {
      const property = fc.property(randomModule(), ({ bytes }) => {
        for (const strategy of verifiableStrategies) {
          const instrumented = instrument(bytes, {
            costs,
            limits,
            interface: testGuestInterface,
            strategy,
            tracksWrites,
          });
          verifyInstrumented(bytes, instrumented, { costs, limits, strategy });
        }
      });
      fc.assert(property, { numRuns: 60 });
    });
  }

  const first = '(i32.store offset=16 (local.get 0) (i32.const 1))';
  const unmarked: readonly (readonly [what: string, code: string])[] = [
    ['its local was set since', `${first} (local.set 0 (i32.add (local.get 0) (i32.const 600)))`],
    ['only one arm has marked', `(if (local.get 1) (then ${first}))`],
    ['another window is marked', '(i32.store offset=300 (local.get 0) (i32.const 1))'],
    [
      'its local may have been set in the iteration before',
      `${first} (loop (local.set 0 (i32.load (local.get 0))) (br_if 0 (local.get 0)))`,
    ],
  ];
  for (const [what, code] of unmarked) {
    it(`asks for the mark of a store where ${what}`, async () => {
      const bytes = await wat(`(module (memory (export "memory") 1)
        (func (export "user_entrypoint") (param i32) (result i32) (local i32)
          ${code} (i32.store offset=24 (local.get 0) (i32.const 2)) (i32.const 0)))`);
      const instrumented = linked(bytes);
      verifyLinked(bytes, instrumented);
      // The store alone, as if it had been marked before: from its value's local on to the marks'.
      const isStore = ({ opcode, immediate }: CodeInstruction): boolean => opcode === 0x36 && immediate === 24;
      const { functions } = readModule(instrumented.bytes);
      const instructions = functions.find(({ code: each }) => each.some(isStore))?.code ?? [];
      const at = instructions.findIndex(isStore);
      const [from, to] = [instructions[at - 3], instructions.slice(at).find(({ opcode }) => opcode === Op.localSet)];
      assert.ok(from?.opcode === Op.localSet && to !== undefined);
      const store = instructions[at];
      assert.ok(store);
      const nops = new Uint8Array(to.end - from.offset).fill(0x01);
      nops.set(instrumented.bytes.subarray(store.offset, store.end));
      const changed = Uint8Array.from(instrumented.bytes);
      changed.set(nops, from.offset);
      assert.ok(WebAssembly.validate(changed));
      assert.notEqual(
        codeOf(() => verifyLinked(bytes, { ...instrumented, bytes: changed })),
        'nothing',
      );
    });
  }
});
