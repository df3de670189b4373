// How the builders of contracts read sources.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const sdkRoot = fileURLToPath(new URL('../sdk', import.meta.url));

export function sortedFiles(directory) {
  return readdirSync(directory, { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => entry.name)
    .sort();
}

/** The files of a folder whose names match, by name. */
export function readTexts(directory, pattern) {
  const names = sortedFiles(directory).filter((name) => pattern.test(name));
  return Object.fromEntries(names.map((name) => [name, readText(join(directory, name))]));
}

/** Line ends as in the repository, so that a checkout that changed them builds the same bytes. */
export function readText(path) {
  return readFileSync(path, 'utf8').replaceAll('\r\n', '\n');
}

export function readCppSdk() {
  return readTexts(sdkRoot, /\.hpp$/);
}

export function readAssemblyscriptSdk() {
  return readTexts(join(sdkRoot, 'assemblyscript'), /\.as$/);
}
