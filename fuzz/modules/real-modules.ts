import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface RealModule {
  /** Its path from the repository's root. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Where compilers' output lies. What is in `node_modules` is there or not, by what was installed. */
const FOLDERS = [
  'contracts',
  'test/fixtures',
  'engine/kernel',
  'bench/metering/kernels',
  'bench/engines/guests',
  'node_modules/playwright-core/lib',
  'contracts/toolchain/node_modules/@yowasp/clang/gen',
];

/** A larger one takes seconds to run on every strategy. */
const MOST_BYTES = 150_000;

/** In the order of their names. Modules of ink! bundles are taken out of them. */
export function realModules(): readonly RealModule[] {
  return FOLDERS.flatMap((folder) => paths(folder).flatMap(readReal)).filter(({ bytes }) => bytes.length <= MOST_BYTES);
}

function paths(folder: string): readonly string[] {
  try {
    const entries = readdirSync(join(ROOT, folder), { withFileTypes: true });
    return entries
      .flatMap((entry) => {
        const path = `${folder}/${entry.name}`;
        if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : paths(path);
        return /\.(?:wasm|contract)$/.test(entry.name) ? [path] : [];
      })
      .sort();
  } catch {
    // Not installed here.
    return [];
  }
}

function readReal(name: string): readonly RealModule[] {
  const bytes = new Uint8Array(readFileSync(join(ROOT, name)));
  if (!name.endsWith('.contract')) return [{ name, bytes }];
  const bundle = JSON.parse(Buffer.from(bytes).toString()) as { readonly source?: { readonly wasm?: string } };
  const hex = bundle.source?.wasm;
  return hex === undefined ? [] : [{ name, bytes: new Uint8Array(Buffer.from(hex.slice(2), 'hex')) }];
}
