import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Installs what the package.json in a folder of its own asks for, at the locked versions, unless it is there.
 *
 * @param flags For npm, such as `--ignore-scripts`.
 * @returns why it is not there, or undefined.
 */
export function installPackages(folder: string, name: string, flags: readonly string[] = []): string | undefined {
  const { dependencies } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    readonly dependencies: Readonly<Record<string, string>>;
  };
  const isInstalled = (name: string): boolean => existsSync(join(folder, 'node_modules', name, 'package.json'));
  if (Object.keys(dependencies).every(isInstalled)) return undefined;
  const npm = spawnSync('npm', ['ci', ...flags, '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: folder,
    encoding: 'utf8',
    shell: process.platform === 'win32',
  });
  return npm.status === 0 ? undefined : `npm ci in ${name} failed`;
}
