// The npm part of the contract toolchain, in contracts/toolchain: installed when it is first needed.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { BuildFailed } from '../contracts/compile/build-failed.mjs';
import { contractsRoot, readJson } from './contract-files.mjs';

export const toolchainRoot = join(contractsRoot, 'toolchain');
export const toolchainRequire = createRequire(join(toolchainRoot, 'package.json'));

export const progress =
  process.stderr.isTTY && !process.env['CI'] ? (line) => process.stderr.write(`${line}\n`) : () => {};

/** Versions of the compilers by package. */
export function ensureToolchain() {
  const { dependencies } = readJson(join(toolchainRoot, 'package.json'));
  if (Object.entries(dependencies).every(([name, version]) => installedVersion(name) === version)) return dependencies;
  progress('installing the contract toolchain (npm ci in contracts/toolchain)');
  const npm = spawnSync('npm', ['ci', '--no-audit', '--no-fund'], {
    cwd: toolchainRoot,
    encoding: 'utf8',
    shell: process.platform === 'win32',
  });
  if (npm.status !== 0) throw new BuildFailed(`npm ci in contracts/toolchain failed\n${npm.stderr ?? npm.error}`);
  return dependencies;
}

function installedVersion(name) {
  const path = join(toolchainRoot, 'node_modules', name, 'package.json');
  return existsSync(path) ? readJson(path).version : undefined;
}
