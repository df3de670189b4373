import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Installs what the package.json of a folder of its own names, at the locked versions, unless it is there.
 *
 * @param flags For npm, such as `--ignore-scripts`.
 * @returns why it is not there, or undefined.
 */
export function installPackages(folder: string, name: string, flags: readonly string[] = []): string | undefined {
  if (arePackagesInstalled(folder)) return undefined;
  const npm = spawnSync('npm', ['ci', ...flags, '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: folder,
    encoding: 'utf8',
    shell: process.platform === 'win32',
  });
  return npm.status === 0 ? undefined : `npm ci in ${name} failed`;
}

export function arePackagesInstalled(folder: string): boolean {
  // npm writes this when all is in place. Optional packages may be missing.
  return existsSync(join(folder, 'node_modules/.package-lock.json'));
}
