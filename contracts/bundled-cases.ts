import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { InputRejected } from './input-rejected.ts';

/** The folder of this file: cases lie beside it, in the repository as well as in a package. */
export const bundledRoot: string = dirname(fileURLToPath(import.meta.url));

/**
 * Ids of the cases that come with this package, sorted.
 *
 * @example
 * console.log(bundledCases().includes('erc20')); // true
 */
export function bundledCases(): readonly string[] {
  return readdirSync(bundledRoot)
    .filter((name) => existsSync(join(bundledRoot, name, 'manifest.json')))
    .sort();
}

/**
 * Absolute path of a bundled case's folder.
 *
 * @throws InputRejected for an id that is not among `bundledCases()`
 *
 * @example
 * import { basename } from 'node:path';
 * console.log(basename(bundledCaseDirectory('erc20'))); // erc20
 */
export function bundledCaseDirectory(id: string): string {
  const ids = bundledCases();
  if (!ids.includes(id)) throw new InputRejected(id, `no such case; there are ${ids.join(', ')}`);
  return join(bundledRoot, id);
}

/** Whether a folder is that of a bundled case: its code came with this package. */
export function isBundledDirectory(directory: string): boolean {
  return dirname(directory) === bundledRoot && bundledCases().includes(basename(directory));
}
