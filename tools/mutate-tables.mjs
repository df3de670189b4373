// Deletes the rows of the metering pass's opcode tables one at a time and expects a test to fail each time.
//
//   npm run mutate:tables -- [--only TEXT] [--rows FROM,TO]
//
// Takes some seconds per row. Exit codes: 0 every deletion was noticed, 1 some were not, 2 bad usage.
import { spawnSync } from 'node:child_process';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { copySources } from './copy-sources.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Files and what a row looks like in them. A row in a list on one line is one of its items. */
const tables = [
  { file: 'metering/format/opcodes.ts', row: /^ {2}'?[a-z][\w.]+'?: \[0x.*$/gm },
  { file: 'metering/flow/basic-blocks.ts', row: /Op\.\w+(?:, )?(?=[^\n]*\]\);)/g },
  { file: 'metering/inject/copy-body.ts', row: /(?<=\[[^\]\n]*)Op\.\w+(?:, )?(?=[^\n]*\];)/g },
  { file: 'metering/plan/place-module-charges.ts', row: /(?<=new Set\(\[[^\]\n]*)Op\.\w+(?:, )?(?=[^\n]*\]\);)/g },
];

/** Until one fails: the quickest first. */
const tests = [
  'test/metering/format/opcodes.test.ts',
  'test/metering/plan/charge-placement.test.ts',
  'test/metering/gas/gas-plan.test.ts',
  'test/metering/dynamic-charges.test.ts',
  'test/metering/strategies.test.ts',
  'test/metering/plan/by-value.test.ts',
  'test/metering/known-bugs.test.ts',
  'test/fuzz/modules.test.ts',
];

/** The first test file that fails, or undefined. */
function failingTest(copy) {
  const mocha = join(root, 'node_modules/mocha/bin/mocha.js');
  for (const test of tests) {
    const { status } = spawnSync(process.execPath, [mocha, '--bail', test], {
      cwd: copy,
      stdio: 'ignore',
      timeout: 300_000,
    });
    if (status !== 0) return test;
  }
  return undefined;
}

function mutations(only) {
  return tables
    .flatMap(({ file, row }) => {
      const text = readFileSync(join(root, file), 'utf8');
      return [...text.matchAll(row)].map((match) => ({
        file,
        text: text.slice(0, match.index) + text.slice(match.index + match[0].length),
        line: text.slice(0, match.index).split('\n').length,
        name: `${file}: ${match[0].trim()}`,
      }));
    })
    .filter(({ name }) => only === undefined || name.includes(only));
}

const { values } = parseArgs({ options: { only: { type: 'string' }, rows: { type: 'string' } } });
const [from = 0, to = Number.POSITIVE_INFINITY] = (values.rows ?? '').split(',').filter(Boolean).map(Number);
const chosen = mutations(values.only).slice(from, to);
if (chosen.length === 0) {
  process.stderr.write('mutate:tables: no row has that text\n');
  process.exit(2);
}
const copy = copySources('mutate-');
let survivors = 0;
try {
  if (failingTest(copy) !== undefined) throw new Error('the tests fail without a mutation');
  for (const { file, text, line, name } of chosen) {
    writeFileSync(join(copy, file), text);
    const noticed = failingTest(copy);
    if (noticed === undefined) survivors++;
    process.stdout.write(`${noticed ?? 'NOT NOTICED'}  ${name} (line ${line})\n`);
    cpSync(join(root, file), join(copy, file));
  }
} finally {
  rmSync(copy, { recursive: true, force: true });
}
process.stdout.write(`${chosen.length - survivors} of ${chosen.length} deletions were noticed\n`);
process.exitCode = survivors === 0 ? 0 : 1;
