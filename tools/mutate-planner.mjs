// Puts faults that the planner of the strategy `default` once had back into a copy, one at a time, and measures how long the
// metering fuzz test takes to find each.
//
//   npm run mutate:planner -- [--seed N] [--source NAME]
//
// Exit codes: 0 all were found within two minutes, 1 some were not.
import { spawn } from 'node:child_process';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { copySources } from './copy-sources.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

const faults = [
  {
    name: 'code behind a block that control never leaves is taken for reachable',
    file: 'metering/flow/basic-blocks.ts',
    from: 'isReachable ||= innermost?.isLeft === true || innermost?.hasOtherWay === true;',
    to: 'isReachable = true;',
  },
  {
    name: 'a function without a frame leaves the stack budget as its callee left it',
    file: 'metering/inject/inject-body.ts',
    from: '} else if (isObserved && takesFrame) {',
    to: '} else if (isObserved && takesFrame && frame < 0) {',
  },
];

const { values } = parseArgs({ options: { seed: { type: 'string', default: '1' }, source: { type: 'string' } } });
const args = [
  '--minutes',
  '2',
  '--seed',
  values.seed,
  ...(values.source === undefined ? [] : ['--target', `modules:${values.source}`]),
];

/** What the fuzz test says of each kind first, with seconds from its start. */
async function firstFindings(copy, kinds) {
  const found = new Map();
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', 'fuzz/main.ts', '--state', 'state.json', '--fixtures', 'found', '--no-minimise', ...args],
    {
      cwd: copy,
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  );
  child.stderr.setEncoding('utf8');
  for await (const text of child.stderr) {
    for (const [line, kind] of text.matchAll(/^[\d.]+ s: (\w+) in case .*$/gm))
      if (!found.has(kind)) found.set(kind, line);
    if (kinds.every((kind) => found.has(kind))) child.kill();
  }
  return [...found.values()];
}

const copy = copySources('mutate-planner-');
try {
  for (const { name, file, from, to } of faults) {
    const text = readFileSync(join(root, file), 'utf8');
    if (!text.includes(from)) throw new Error(`${file} has no ${from}`);
    writeFileSync(join(copy, file), text.replace(from, to));
    const found = await firstFindings(copy, ['refused', 'difference']);
    if (found.length === 0) process.exitCode = 1;
    process.stdout.write(`${name}\n${found.map((line) => `  ${line}\n`).join('') || '  NOT FOUND\n'}`);
    cpSync(join(root, file), join(copy, file));
  }
} finally {
  rmSync(copy, { recursive: true, force: true });
}
