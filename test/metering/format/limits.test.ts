import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { bundledCaseDirectory, bundledCases } from '../../../contracts/bundled-cases.ts';
import { decodeModule } from '../../../metering/format/decode.ts';
import { defaultLimits, type ModuleLimits } from '../../../metering/format/limits.ts';
import type { Module } from '../../../metering/format/module.ts';
import { ModuleRejected } from '../../../metering/format/module-rejected.ts';
import { validateModule } from '../../../metering/format/validate.ts';
import type { FunctionFacts } from '../../../metering/format/validate-body.ts';
import { wat } from '../../support/wat.ts';
import { instrumentBytes, moduleWithBody } from '../metered-guest.ts';

interface Case {
  readonly limit: keyof ModuleLimits;
  /** The limit, small enough for a test; `at` uses all of it and `beyond` one more. */
  readonly value: number;
  readonly at: string;
  readonly beyond: string;
}

const nested = (depth: number): string => `(func ${'block '.repeat(depth)} ${'end '.repeat(depth)})`;
const table = (labels: number): string => `(func i32.const 0 br_table ${'0 '.repeat(labels)})`;

const cases: readonly Case[] = [
  { limit: 'types', value: 2, at: '(type (func)) (type (func))', beyond: '(type (func)) (type (func)) (type (func))' },
  { limit: 'functions', value: 3, at: '(func) (func) (func)', beyond: '(func) (func) (func) (func)' },
  {
    limit: 'importedFunctions',
    value: 1,
    at: '(import "a" "b" (func)) (func)',
    beyond: '(import "a" "b" (func)) (import "a" "b" (func))',
  },
  {
    limit: 'globals',
    value: 1,
    at: '(global i32 (i32.const 1))',
    beyond: '(global i32 (i32.const 1)) (global i64 (i64.const 1))',
  },
  {
    limit: 'exports',
    value: 2,
    at: '(func) (export "a" (func 0)) (export "b" (func 0))',
    beyond: '(func) (export "a" (func 0)) (export "b" (func 0)) (export "c" (func 0))',
  },
  { limit: 'nameBytes', value: 3, at: '(func (export "abc"))', beyond: '(func (export "abcd"))' },
  { limit: 'nameBytes', value: 3, at: '(func (export "\\e2\\82\\ac"))', beyond: '(func (export "\\e2\\82\\aca"))' },
  { limit: 'nameBytes', value: 3, at: '(import "abc" "d" (func))', beyond: '(import "abcd" "d" (func))' },
  { limit: 'nameBytes', value: 3, at: '(import "d" "abc" (func))', beyond: '(import "d" "abcd" (func))' },
  {
    limit: 'dataSegments',
    value: 1,
    at: '(memory 1) (data (i32.const 0) "a")',
    beyond: '(memory 1) (data (i32.const 0) "a") (data (i32.const 0) "a")',
  },
  {
    limit: 'elementSegments',
    value: 1,
    at: '(table 1 funcref) (elem (i32.const 0))',
    beyond: '(table 1 funcref) (elem (i32.const 0)) (elem (i32.const 0))',
  },
  { limit: 'tableSize', value: 5, at: '(table 5 funcref)', beyond: '(table 6 funcref)' },
  { limit: 'params', value: 2, at: '(func (param i32 i32))', beyond: '(func (param i32 i32 i32))' },
  {
    limit: 'totalParams',
    value: 4,
    at: '(import "a" "b" (func (param i32))) (func (param i32)) (func (param i32 i32))',
    beyond: '(import "a" "b" (func (param i32))) (func (param i32 i32)) (func (param i32 i32))',
  },
  { limit: 'localsPerFunction', value: 3, at: '(func (local i32 i64 i64))', beyond: '(func (local i32 i64 i64 i32))' },
  {
    limit: 'totalLocals',
    value: 3,
    at: '(func (local i32)) (func (local i64 i64))',
    beyond: '(func (local i32 i32)) (func (local i64 i64))',
  },
  { limit: 'bodyBytes', value: 5, at: '(func nop nop nop)', beyond: '(func nop nop nop nop)' },
  { limit: 'instructionsPerFunction', value: 4, at: '(func nop nop nop)', beyond: '(func nop nop nop nop)' },
  { limit: 'nesting', value: 6, at: nested(6), beyond: nested(7) },
  { limit: 'brTableLabels', value: 4, at: table(4), beyond: table(5) },
  { limit: 'totalBrTableLabels', value: 7, at: `${table(4)} ${table(3)}`, beyond: `${table(4)} ${table(4)}` },
  {
    // Edges between blocks: br_if and end.
    limit: 'mergedValues',
    value: 3 * 2,
    at: '(func (param i32) (local i64 i64) local.get 0 br_if 0)',
    beyond: '(func (param i32) (local i64 i64 i64) local.get 0 br_if 0)',
  },
  {
    // Each label is an edge.
    limit: 'mergedValues',
    value: 2 * (3 + 1),
    at: '(func (local i32 i32) i32.const 0 br_table 0 0 0)',
    beyond: '(func (local i32 i32) i32.const 0 br_table 0 0 0 0)',
  },
  {
    // One operand that stays below loop and end, and the end of the function.
    limit: 'mergedValues',
    value: 2 * 2 + 1,
    at: '(func (param i32) local.get 0 loop end drop)',
    beyond: '(func (param i32) local.get 0 local.get 0 loop end drop drop)',
  },
  {
    // Of one function, however many there are.
    limit: 'mergedValues',
    value: 2,
    at: '(func (local i32)) (func (local i32 i32)) (func (local i32 i32))',
    beyond: '(func (local i32)) (func (local i32 i32 i32))',
  },
  {
    limit: 'totalMergedValues',
    value: 1 + 2,
    at: '(func (local i32)) (func (local i32 i32))',
    beyond: '(func (local i32) ) (func (local i32 i32 i32))',
  },
  {
    // Of one loop: a branch to another, or out, is none.
    limit: 'backEdges',
    value: 2,
    at: `(func (param i32) loop loop local.get 0 br_if 1 local.get 0 br_if 1 local.get 0 br_if 0
      local.get 0 br_if 2 end end)`,
    beyond: '(func (param i32) loop local.get 0 br_if 0 block local.get 0 br_if 1 local.get 0 br_if 1 end end)',
  },
  {
    limit: 'backEdges',
    value: 3,
    at: '(func loop block i32.const 0 br_table 1 1 0 1 end end)',
    beyond: '(func loop block i32.const 0 br_table 1 1 1 1 end end)',
  },
  { limit: 'memoryPages', value: 2, at: '(memory 2)', beyond: '(memory 3)' },
  { limit: 'memoryPages', value: 2, at: '(import "a" "b" (memory 2 9))', beyond: '(import "a" "b" (memory 3 9))' },
];

function check(bytes: Uint8Array, limits: ModuleLimits): void {
  validateModule(decodeModule(bytes, limits), limits);
}

/** A function with `locals` i32 locals, declared in a few bytes, and `branches` times `br_if`. */
function compileBomb(locals: number, branches: number): Uint8Array {
  return moduleWithBody((writer) => {
    writer.u32(1);
    writer.u32(locals);
    writer.valueType('i32');
    for (let index = 0; index < branches; index += 1) writer.bytes(new Uint8Array([0x41, 0, 0x0d, 0]));
    writer.byte(0x0b);
  });
}

describe('the limits on a module', () => {
  it('are each covered here, but for the two that only matter to injection and size', () => {
    const covered = new Set<string>([...cases.map(({ limit }) => limit), 'moduleBytes', 'stackWords']);
    assert.deepEqual([...covered].sort(), Object.keys(defaultLimits).sort());
  });

  for (const { limit, value, at, beyond } of cases) {
    it(`let ${limit} be ${value} in ${at}, and refuse ${beyond}`, async () => {
      const limits = { ...defaultLimits, [limit]: value };
      check(await wat(`(module ${at})`), limits);
      const bytes = await wat(`(module ${beyond})`);
      assert.throws(
        () => check(bytes, limits),
        (error) =>
          error instanceof ModuleRejected &&
          error.code === 'limit-exceeded' &&
          error.limit === `${limit} <= ${value}` &&
          Number(error.actual) > value,
      );
      check(bytes, defaultLimits);
    });
  }

  it('look at the size of the module before anything else', () => {
    const limits = { ...defaultLimits, moduleBytes: 8 };
    const rejected = { name: 'ModuleRejected', code: 'limit-exceeded', offset: 0, actual: '9' };
    assert.throws(() => check(new Uint8Array(9), limits), rejected);
    check(new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]), limits);
  });

  it('refuse the compile bomb of 20,000 locals and 1,000 branches in a few kilobytes', () => {
    const bytes = compileBomb(20_000, 1000);
    assert.ok(bytes.length < 8192 && WebAssembly.validate(bytes));
    const localsRule = { name: 'ModuleRejected', code: 'limit-exceeded', limit: 'localsPerFunction <= 256' };
    assert.throws(() => check(bytes, defaultLimits), localsRule);
    const productRule = { name: 'ModuleRejected', code: 'limit-exceeded', limit: 'mergedValues <= 250000' };
    const manyLocals = { ...defaultLimits, localsPerFunction: 50_000 };
    assert.throws(() => check(bytes, manyLocals), productRule);
    assert.throws(() => check(compileBomb(256, 1000), defaultLimits), productRule);
    check(compileBomb(256, 900), defaultLimits);
  });

  it('refuse the compile bomb of 10,000 operands below 4,000 blocks, which has no locals', async () => {
    const blocks = 'block local.get 0 br_if 0 end '.repeat(4000);
    const bytes = await wat(
      `(module (func (param i32) ${'local.get 0 '.repeat(10_000)} ${blocks} ${'drop '.repeat(10_000)}))`,
    );
    assert.throws(() => check(bytes, defaultLimits), { code: 'limit-exceeded', limit: 'mergedValues <= 250000' });
  });

  /** What a limit counts, as the largest of a module has it. */
  const largest: Partial<Record<keyof ModuleLimits, (module: Module, facts: readonly FunctionFacts[]) => number>> = {
    localsPerFunction: ({ functions }) => Math.max(...functions.map(({ locals }) => locals.length)),
    mergedValues: (_, facts) => Math.max(...facts.map(({ mergedValues }) => mergedValues)),
    totalMergedValues: (_, facts) => facts.reduce((sum, { mergedValues }) => sum + mergedValues, 0),
    backEdges: (_, facts) => Math.max(...facts.map(({ mostBackEdges }) => mostBackEdges)),
  };
  const margins: readonly (readonly [keyof ModuleLimits, number])[] = [
    ['localsPerFunction', 5],
    ['mergedValues', 10],
    ['totalMergedValues', 10],
    ['backEdges', 10],
  ];
  for (const [limit, margin] of margins) {
    it(`leave ${margin} times the ${limit} of any bundled contract`, () => {
      const paths = bundledCases().flatMap((id) => {
        const build = join(bundledCaseDirectory(id), 'build');
        return readdirSync(build)
          .filter((name) => name.endsWith('.wasm'))
          .map((name) => join(build, name));
      });
      assert.ok(paths.length >= 20, `${paths.length} modules`);
      for (const path of paths) {
        const module = decodeModule(readFileSync(path), defaultLimits);
        const actual = largest[limit]?.(module, validateModule(module, defaultLimits)) ?? Number.POSITIVE_INFINITY;
        const room = defaultLimits[limit] / actual;
        assert.ok(room >= margin, `${path}: ${actual} leaves ${room.toFixed(1)} times`);
      }
    });
  }

  it('do not make room for locals that are too many', () => {
    const rejected = { code: 'limit-exceeded', actual: String(2 ** 32 - 1) };
    assert.throws(() => check(compileBomb(2 ** 32 - 1, 0), defaultLimits), rejected);
  });

  it('keep every accepted module within those of the engine', async () => {
    // About as many blocks as a function may have, each of which gets a charge.
    const source = `(module (memory (export "memory") 1) (func (export "main") ${'call 0 '.repeat(120_000)}))`;
    const { bytes, report } = instrumentBytes(await wat(source));
    assert.ok(report.chargeCount >= 120_000);
    assert.ok(WebAssembly.validate(bytes));
  });
});
