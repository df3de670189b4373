import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as fc from 'fast-check';
import { check } from '../../harness/check.ts';
import { randomInkValue } from '../../harness/generators/random-ink-calls.ts';
// Loaded here, and not when it is asked for: mocha would load the engine a second time.
import { inkSubject } from '../../harness/subjects/ink.ts';

const bundles = fileURLToPath(new URL('../../contracts/ink/bundles/', import.meta.url));

describe('random calls of an ink! contract', () => {
  const cases: readonly (readonly [string, readonly string[]])[] = [
    ['flipper', []],
    ['wazero', []],
    ['test_psp22', ['Token', 'TOK', '12', '@alice']],
  ];
  for (const [name, constructorArgs] of cases) {
    it(`agree on the machines that run it, gas included, and succeed often: ${name}`, async function () {
      const path = `${bundles}${name}.contract`;
      if (!existsSync(path)) return this.skip();
      const subject = { ...inkSubject(path), constructorArgs };
      const report = await check(subject, ['wasm', 'reference'], { callBudget: 150, seed: 3 });
      assert.equal(report.agreed, true);
      assert.ok(report.methods.some(({ successes }) => successes > 10));
    });
  }

  it('have values of the types that metadata names, and none of others', () => {
    for (const [type, pattern] of [
      ['u8', /^(?:\d|\d\d|1\d\d|2[0-4]\d|25[0-5])$/],
      ['i8', /^-?\d{1,3}$/],
      ['[u8;4]', /^0x[0-9a-f]{8}$/],
      ['AccountId', /^@[a-z]+$/],
      ['Option<bool>', /^(?:null|true|false)$/],
      ['Vec<Vec<u16>>', /^[\d,]*$/],
    ] as const) {
      const value = randomInkValue(type);
      assert.ok(value !== undefined, type);
      for (const sample of fc.sample(value, { numRuns: 100, seed: 1 })) assert.match(String(sample), pattern);
    }
    for (const type of ['MyStruct', 'Vec<MyStruct>', '[u32;4]', '(u8,u8)'])
      assert.equal(randomInkValue(type), undefined);
  });
});
