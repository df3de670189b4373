import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { kernelOptions } from '../../../bench/metering/kernel-abi.ts';
import { kernels, readKernel } from '../../../bench/metering/kernels.ts';
import { bundledCaseDirectory, bundledCases } from '../../../contracts/bundled-cases.ts';
import { readCase } from '../../../contracts/read-case.ts';
import { moduleInterfaceOf } from '../../../engine/abi/module-interface-of.ts';
import { sealAbi } from '../../../engine/abi/seal/seal-abi.ts';
import { stylusAbi } from '../../../engine/abi/stylus/stylus-abi.ts';
import { defaultSchedule } from '../../../engine/schedules.ts';
import { type ToVerify, verified } from '../../../fuzz/modules/verified.ts';
import { defaultLimits } from '../../../metering/format/limits.ts';
import { calibratedV1, flatV2 } from '../../../metering/gas/cost-tables.ts';
import { verifiableStrategies } from '../../../metering/verify/verify-instrumented.ts';
import { bundle } from '../../ink/bundle-file.ts';
import { randomModule } from '../../support/random-module.ts';
import { testGuestInterface, testSchedule } from '../../support/test-guest.ts';
import { wat } from '../../support/wat.ts';
import { costsOf, testInterface } from '../metered-guest.ts';
import { randomRecursion } from '../random-recursion.ts';

/** With every strategy, by a table that guesses and by one that measures. */
function verifyEverywhere(bytes: Uint8Array, options: ToVerify): void {
  for (const costs of [flatV2, calibratedV1]) {
    const overdrafts = verifiableStrategies.map(
      (strategy) => verified(bytes, { ...options, costs }, strategy).maxOverdraftGas,
    );
    const [ofDefault, ofGlobal, ofNone] = overdrafts;
    assert.equal(ofGlobal, 0);
    assert.equal(ofNone, undefined);
    assert.ok(ofDefault !== undefined && ofDefault <= 50, `${ofDefault}`);
  }
}

describe('the verifier', () => {
  for (const kernel of kernels) {
    it(`shows that every strategy meters the kernel ${kernel.name}`, () => {
      verifyEverywhere(readKernel(kernel), kernelOptions);
    });
  }

  const { limits } = defaultSchedule;
  const fixture = (name: string): string => fileURLToPath(new URL(`../../fixtures/${name}`, import.meta.url));
  const contracts = [...bundledCases().map(bundledCaseDirectory), fixture('kitchen-sink'), fixture('narrow-counter')];
  for (const directory of contracts) {
    it(`shows that every strategy meters the contract ${basename(directory)}`, async () => {
      const { wasm } = await readCase(directory);
      verifyEverywhere(wasm as Uint8Array, { costs: flatV2, limits, interface: moduleInterfaceOf(stylusAbi) });
    });
  }

  for (const name of ['flipper', 'test_psp22', 'wazero']) {
    it(`shows that every strategy meters the ink! contract ${name}`, () => {
      verifyEverywhere(bundle(name).wasm, { costs: flatV2, limits, interface: moduleInterfaceOf(sealAbi) });
    });
  }

  const unlike = testSchedule({ weightOf: (_mnemonic, code) => 1 + ((code * 37) % 11) });
  const tables = [unlike.costs, costsOf({})];
  for (const [name, modules, numRuns] of [
    ['modules', randomModule(), 60],
    ['recursions', randomRecursion(), 60],
  ] as const) {
    it(`shows that every strategy meters random ${name}, even where all but branches is free`, () => {
      const property = fc.property(modules, ({ bytes }) => {
        for (const costs of tables) {
          const options = { costs, limits: defaultLimits, interface: testGuestInterface };
          for (const strategy of verifiableStrategies) verified(bytes, options, strategy);
        }
      });
      fc.assert(property, { numRuns });
    });
  }

  const loops: readonly (readonly [name: string, loop: string])[] = [
    ...['lt_s', 'lt_u', 'le_s', 'le_u'].map(
      (comparison) =>
        [
          `upwards while ${comparison}`,
          `(br_if $l (i32.${comparison} (local.tee $n (i32.add (local.get $n) (i32.const 3))) (local.get $b)))`,
        ] as const,
    ),
    ...['gt_s', 'gt_u', 'ge_s', 'ge_u'].map(
      (comparison) =>
        [
          `downwards while ${comparison}`,
          `(br_if $l (i32.${comparison} (local.tee $n (i32.sub (local.get $n) (i32.const 3))) (local.get $b)))`,
        ] as const,
    ),
    ['down to zero', '(br_if $l (local.tee $n (i32.sub (local.get $n) (i32.const 4))))'],
    [
      'in steps that are not known',
      '(br_if $l (i32.lt_u (local.tee $n (i32.add (local.get $n) (local.get $s))) (local.get $b)))',
    ],
    [
      'asked at its beginning, with the bound on the left',
      `(br_if $out (i32.le_s (local.get $b) (local.get $n)))
       (local.set $n (i32.add (local.get $n) (i32.const 1))) (br $l)`,
    ],
    ...(
      [
        ['lt_s', 'add'],
        ['le_u', 'add'],
        ['gt_u', 'sub'],
        ['ge_s', 'sub'],
        ['ne', 'add'],
        ['ne', 'sub'],
      ] as const
    ).map(
      ([comparison, operation]) =>
        [
          `in 64 bits by ${operation} while ${comparison}`,
          `(br_if $l (i64.${comparison} (local.tee $x (i64.${operation} (local.get $x) (i64.const 6))) (local.get $y)))`,
        ] as const,
    ),
    ['in 64 bits down to zero', '(br_if $l (i32.eqz (i64.eqz (local.tee $x (i64.sub (local.get $x) (i64.const 8))))))'],
    [
      'in 64 bits a number of times that is known',
      '(br_if $l (i64.le_s (local.tee $z (i64.add (local.get $z) (i64.const 5))) (i64.const 20)))',
    ],
    [
      'a number of times that is known',
      '(br_if $l (i32.ne (local.tee $i (i32.add (local.get $i) (i32.const 5))) (i32.const 20)))',
    ],
  ];
  for (const [name, loop] of loops) {
    it(`derives how often a loop turns: ${name}`, async () => {
      const bytes = await wat(`(module (memory (export "memory") 1)
        (func (export "get") (param $n i32) (result i32) (local $i i32) (local $s i32) (local $b i32)
          (local $x i64) (local $y i64) (local $z i64)
          (local.set $x (i64.load (i32.const 16))) (local.set $y (i64.load (i32.const 24)))
          (local.set $s (i32.load (i32.const 0))) (local.set $b (i32.load (i32.const 4)))
          (block $out (loop $l (i32.store (i32.const 8) (local.get $n)) ${loop}))
          (local.get $n)))`);
      const options: ToVerify = { costs: flatV2, limits: defaultLimits, interface: testInterface };
      assert.equal(verified(bytes, options, 'default').functions[0]?.paidLoops, 1);
      assert.equal(verified(bytes, options, 'global').functions[0]?.paidLoops, 0);
    });
  }

  it('takes a way out of a loop into a trap for no end of it, though its condition counts as well', async () => {
    for (const bound of [1, 2, 5]) {
      const bytes = await wat(`(module (memory (export "memory") 1)
        (func (export "get") (param $n i32) (result i32) (local $i i32)
          (block $out
            (loop $l
              (br_if $out (i32.lt_s (local.get $i) (i32.const ${bound})))
              (br_if $l (i32.lt_s (local.tee $i (i32.add (local.get $i) (i32.const 3))) (i32.const 9))))
            (return (local.get $n)))
          (unreachable)))`);
      const options: ToVerify = { costs: flatV2, limits: defaultLimits, interface: testInterface };
      assert.equal(verified(bytes, options, 'default').functions[0]?.paidLoops, 1);
    }
  });

  it('says what callers pay ahead, and how much can run unpaid', async () => {
    const bytes = await wat(`(module (import "host" "note" (func $note (param i32))) (memory (export "memory") 1)
      (func $leaf (param i32) (result i32) (i32.add (local.get 0) (i32.const 1)))
      (func $fail (unreachable))
      (func (export "get") (param i32) (result i32)
        (if (i32.eqz (local.get 0)) (then (call $fail)))
        (if (i32.eqz (local.get 0)) (then (drop (i32.load (i32.const -1))) (unreachable)))
        (call $note (i32.const 0)) (call $leaf (local.get 0))))`);
    const options: ToVerify = { costs: flatV2, limits: defaultLimits, interface: testInterface };
    const { functions, maxOverdraftGas } = verified(bytes, options, 'default');
    assert.deepEqual(
      functions.map(({ prepaidGas }) => prepaidGas),
      [3, undefined, 0],
    );
    // The way to the trap costs 4, of which 2 are paid ahead for the way past it.
    assert.equal(functions[2]?.overdraftGas, 2);
    assert.equal(maxOverdraftGas, 2);
    assert.equal(verified(bytes, options, 'global').maxOverdraftGas, 0);
  });

  it('shares no code with the injector', () => {
    const metering = fileURLToPath(new URL('../../../metering', import.meta.url));
    const seen = new Set(readdirSync(join(metering, 'verify')).map((name) => join('verify', name)));
    for (const path of seen) {
      const text = readFileSync(join(metering, path), 'utf8');
      for (const [, specifier = ''] of text.matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g)) {
        seen.add(join(dirname(path), specifier));
      }
    }
    const shared = [...seen].filter((path) => !path.startsWith('verify/'));
    const data = ['module', 'opcodes', 'section-id'].map((name) => `format/${name}.ts`);
    const bytes = ['module-rejected', 'reader', 'writer'].map((name) => `format/${name}.ts`);
    const host = ['host/host-code.ts', 'host/tracked-writes.ts'];
    assert.deepEqual(shared.sort(), [...data, ...bytes, ...host, 'gas/cost-table.ts'].sort());
  });
});
