/**
 * Runs the tests, or the command given, once on each Node line: `node tools/node-lines.mjs [node24 ...] [-- command]`.
 * The lines are pinned in tools/node-lines/package.json and installed on first use (Linux x64).
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { delimiter } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = fileURLToPath(new URL('node-lines', import.meta.url));
const lines = Object.keys(JSON.parse(readFileSync(`${folder}/package.json`, 'utf8')).dependencies);

const argv = process.argv.slice(2);
const split = argv.indexOf('--');
const wanted = split === -1 ? argv : argv.slice(0, split);
const command = split === -1 ? ['npm', 'test'] : argv.slice(split + 1);

if (!existsSync(`${folder}/node_modules`)) {
  const { status } = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: folder,
    stdio: 'inherit',
  });
  if (status !== 0) process.exit(status ?? 1);
}

let failures = 0;
for (const line of wanted.length === 0 ? lines : wanted) {
  if (!lines.includes(line)) {
    process.stderr.write(`trimeter: no such Node line: ${line} (there are ${lines.join(', ')})\n`);
    process.exit(2);
  }
  const bin = `${folder}/node_modules/${line}/bin`;
  process.stderr.write(`--- ${line}\n`);
  const { status } = spawnSync(command[0], command.slice(1), {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}` },
  });
  if (status !== 0) failures++;
}
process.exit(failures === 0 ? 0 : 1);
