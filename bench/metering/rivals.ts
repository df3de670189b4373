/** Packages that the benchmark compares with. They live in a package.json of their own and are not needed to run. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('.', import.meta.url));
const requireHere = createRequire(import.meta.url);

/** npm packages that inject a call of the host function `metering.usegas` at every block. */
export const hostCallPackages = ['wasm-metering', '@permaweb/wasm-metering'] as const;
export type HostCallPackage = (typeof hostCallPackages)[number];

/** @returns why there is nothing to compare with, or undefined when all is in place. */
export function installRivals(): string | undefined {
  const { dependencies } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    readonly dependencies: Readonly<Record<string, string>>;
  };
  const isInstalled = (name: string): boolean => existsSync(join(folder, 'node_modules', name, 'package.json'));
  if (Object.keys(dependencies).every(isInstalled)) return undefined;
  const npm = spawnSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: folder,
    encoding: 'utf8',
    shell: process.platform === 'win32',
  });
  return npm.status === 0 ? undefined : 'npm ci in bench/metering failed';
}

/**
 * The module as one of the npm packages meters it. They know nothing beyond the WebAssembly of 2017, so that newer
 * instructions are replaced first.
 *
 * @throws Error in the package's own words if it cannot take the module.
 */
export async function meteredByPackage(name: HostCallPackage, bytes: Uint8Array): Promise<Uint8Array> {
  const { meterWASM } = requireHere(name) as {
    meterWASM(bytes: Uint8Array, options: { readonly meterType: 'i32' }): Uint8Array;
  };
  return meterWASM(Buffer.from(await withoutNewInstructions(bytes)), { meterType: 'i32' });
}

async function withoutNewInstructions(bytes: Uint8Array): Promise<Uint8Array> {
  // On demand: it is 14 MB, which a loader for TypeScript takes many seconds over.
  const { default: binaryen } = await import('binaryen');
  const { MVP, SignExt, BulkMemory, BulkMemoryOpt, MutableGlobals } = binaryen.Features;
  const module = binaryen.readBinary(bytes);
  try {
    module.setFeatures(SignExt | BulkMemory | BulkMemoryOpt | MutableGlobals);
    module.runPasses(['signext-lowering', 'llvm-memory-copy-fill-lowering']);
    module.setFeatures(MVP);
    if (module.validate() !== 1) throw new Error('binaryen made an invalid module');
    return module.emitBinary();
  } finally {
    module.dispose();
  }
}
