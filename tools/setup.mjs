/**
 * Set-up for a fresh clone, with nothing but Node and npm: installs the locked packages when they are missing or out of
 * date, and fetches the ink! bundles that the tests and examples run. Does nothing when all is in place.
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const lock = `${root}package-lock.json`;
const stamp = `${root}node_modules/.trimeter-lock.json`;

function run(command, args) {
  const result = spawnSync(command, args, { cwd: root, stdio: 'inherit', shell: process.platform === 'win32' });
  if (result.status !== 0) {
    process.stderr.write(`trimeter: set-up failed at: ${command} ${args.join(' ')}\n`);
    process.exit(result.status ?? 1);
  }
}

const isInstalled = existsSync(stamp) && readFileSync(stamp, 'utf8') === readFileSync(lock, 'utf8');
if (!isInstalled) {
  process.stderr.write('installing packages (first run only)\n');
  // Not `npm ci`: it refuses a lock without the binaries of platforms that the registry at hand does not carry.
  run('npm', ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error']);
  copyFileSync(lock, stamp);
}
// Without them everything but the ink! examples works, and those say what to run.
spawnSync(process.execPath, ['tools/ink-bundles.mjs'], { cwd: root, stdio: 'inherit' });
