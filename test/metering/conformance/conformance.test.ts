import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { newReport, runScript } from './run-script.ts';

/** The core specification's scripts of 2017, as npm's wasm-metering carries them. */
const PACKAGE = fileURLToPath(new URL('../../../bench/metering/node_modules/wasm-metering', import.meta.url));
const SCRIPTS = join(PACKAGE, 'test/wabt/third_party/testsuite');
/** `.fail` are one malformed text each, for an assembler; `float_` are about floats, and keep them in memory. */
const LEFT_OUT = /\.fail\.wast$|^float_/;
const INSTALL = 'wasm-metering is not installed: npm ci --prefix bench/metering';

describe('the WebAssembly core conformance scripts', () => {
  const report = newReport();
  const scripts = existsSync(SCRIPTS)
    ? readdirSync(SCRIPTS).filter((name) => name.endsWith('.wast') && !LEFT_OUT.test(name))
    : [];

  before(function () {
    if (scripts.length > 0) return;
    console.log(`    ${INSTALL}`);
    this.skip();
  });

  for (const name of scripts.sort()) {
    it(`hold on the reference interpreter and under every strategy: ${name}`, async () => {
      await runScript(readFileSync(join(SCRIPTS, name), 'utf8'), report);
    });
  }

  it('were run, and not left out', () => {
    const print = (map: ReadonlyMap<string, number>): string =>
      [...map]
        .sort(([, a], [, b]) => b - a)
        .map(([what, times]) => `      ${times} ${what}`)
        .join('\n');
    console.log(`    run\n${print(report.run)}\n    left out\n${print(report.skipped)}`);
    assert.ok((report.run.get('assert_return') ?? 0) > 500);
    assert.ok((report.run.get('assert_trap') ?? 0) > 50);
    assert.ok((report.run.get('assert_invalid') ?? 0) > 50);
  });
});
