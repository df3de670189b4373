/**
 * Installs the engines of `check --matrix` and of the benchmark, where they are missing: packages of hundreds of megabytes,
 * which nothing else needs. What cannot be installed is left out, and whoever wants it says so.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

const folders = [
  // bun and deno put their programs in place by install scripts.
  { folder: 'processes/engines', flags: [] },
  { folder: 'evm-baseline/revm', flags: ['--ignore-scripts'] },
];

for (const { folder, flags } of folders) {
  if (existsSync(join(root, folder, 'node_modules'))) continue;
  process.stderr.write(`installing ${folder} (first run only)\n`);
  const { status } = spawnSync('npm', ['ci', ...flags, '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: join(root, folder),
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  if (status !== 0) process.stderr.write(`${folder} could not be installed: what uses it goes on without\n`);
}
