import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type InkBundle, readInkBundle } from '../../contracts/ink/bundle.ts';

export function bundlePath(name: string): string {
  return fileURLToPath(new URL(`../../contracts/ink/bundles/${name}.contract`, import.meta.url));
}

/** @throws Error with the command that fetches the bundles, if they are not there. */
export function bundle(name: string): InkBundle {
  const path = bundlePath(name);
  if (!existsSync(path)) throw new Error(`the ink! bundle ${name} is missing; run: node tools/ink-bundles.mjs`);
  return readInkBundle(path);
}
