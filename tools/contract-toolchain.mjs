// The npm part of the contract toolchain, in contracts/toolchain: installed when it is first needed.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { BuildFailed, contractsRoot, readJson } from './contract-files.mjs';

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

export async function importTool(path) {
  return import(pathToFileURL(toolchainRequire.resolve(path)).href);
}

/**
 * One more pass over a contract, then a look at the module: what it may contain is the integer subset of docs/contracts.md. The
 * kernel is taken as clang leaves it, with which its keccak is 2 to 3 % faster.
 */
export async function finish(bytes, isKernel = false) {
  const { default: binaryen } = await importTool('binaryen');
  const { SignExt, BulkMemory, BulkMemoryOpt, Multivalue } = binaryen.Features;
  const module = binaryen.readBinary(bytes);
  try {
    module.setFeatures(SignExt | BulkMemory | BulkMemoryOpt | (isKernel ? Multivalue : 0));
    binaryen.setOptimizeLevel(3);
    binaryen.setShrinkLevel(0);
    if (!isKernel) module.optimize();
    module.runPasses(['strip-debug', 'strip-producers', 'strip-target-features']);
    const foreign = /\b(f32|f64|v128|externref|memory\.init|data\.drop|table\.\w+)\b/.exec(module.emitText());
    if (foreign !== null) throw new BuildFailed(`the module uses ${foreign[0]}, which is outside the integer subset`);
    if (module.validate() !== 1) throw new BuildFailed('the optimised module is not valid');
    return module.emitBinary();
  } finally {
    module.dispose();
  }
}
