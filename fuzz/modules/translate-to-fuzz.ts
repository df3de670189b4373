import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What to run where `findBinaryen` finds nothing. */
export const BINARYEN_MISSING = 'binaryen is not installed: npm ci --prefix contracts/toolchain';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Path of binaryen's `wasm-opt`, from this package or from the contract toolchain; undefined if neither has it. */
export function findBinaryen(): string | undefined {
  for (const from of ['package.json', 'contracts/toolchain/package.json']) {
    try {
      return join(dirname(createRequire(join(ROOT, from)).resolve('binaryen')), 'bin', 'wasm-opt');
    } catch {
      // Not installed there.
    }
  }
  return undefined;
}

/** The allowed subset, as far as binaryen can be told: it does not know WebAssembly without floats. */
const FEATURES = ['--mvp-features', '--enable-mutable-globals', '--enable-sign-ext', '--enable-bulk-memory-opt'];

/** Turns any bytes into a valid module: the same bytes always into the same one. */
export type TranslateToFuzz = (seed: Uint8Array) => Promise<Uint8Array>;

/**
 * Runs `wasm-opt --translate-to-fuzz` in this process: the script is evaluated anew for each module, on a WebAssembly
 * module compiled once, because starting a process takes several times longer than the work.
 */
export function translateToFuzz(wasmOpt: string): TranslateToFuzz {
  const script = readFileSync(wasmOpt, 'utf8').replace(/^#!.*/, '');
  const parameters = ['require', '__dirname', '__filename', 'process', 'WebAssembly', 'console', 'module'];
  const run = new Function(...parameters, script) as (...values: unknown[]) => void;
  const require = createRequire(wasmOpt);
  const silent = { log: (): void => {}, warn: (): void => {}, error: (): void => {} };
  const all = Object.fromEntries(
    Object.getOwnPropertyNames(WebAssembly).map((name) => [name, WebAssembly[name as keyof typeof WebAssembly]]),
  );
  let compiled: WebAssembly.Module | undefined;
  const instantiate = async (bytes: Uint8Array, imports: WebAssembly.Imports): Promise<unknown> => {
    compiled ??= new WebAssembly.Module(bytes);
    return { module: compiled, instance: new WebAssembly.Instance(compiled, imports) };
  };
  return async (seed) => {
    const folder = mkdtempSync(join(tmpdir(), 'trimeter-fuzz-'));
    try {
      const [input, output] = [join(folder, 'seed'), join(folder, 'module.wasm')];
      writeFileSync(input, seed);
      await new Promise<void>((resolve, reject) => {
        const argv = ['node', wasmOpt, '--translate-to-fuzz', input, '-o', output, '--quiet', ...FEATURES];
        const ended = (code: number): void =>
          code === 0 ? resolve() : reject(new Error(`wasm-opt ended with exit code ${code}`));
        const own = Object.create(process, {
          argv: { value: argv },
          on: { value: (): void => {} },
          exitCode: { set: ended },
        }) as unknown;
        const api = { ...all, instantiate };
        run(require, dirname(wasmOpt), wasmOpt, own, api, silent, undefined);
      });
      return new Uint8Array(readFileSync(output));
    } finally {
      rmSync(folder, { recursive: true });
    }
  };
}
