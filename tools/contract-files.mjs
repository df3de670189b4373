// What the builders of contracts have in common: where files lie, how they are read, and what a failed build is.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { basename, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BuildFailed } from '../contracts/compile/build-failed.mjs';
import { readText } from '../contracts/compile/source-texts.mjs';

export const contractsRoot = fileURLToPath(new URL('../contracts/', import.meta.url));
export const lockName = 'artifacts.lock.json';

/** Folders of the bundled cases, in order. */
export function bundledCases() {
  return readdirSync(contractsRoot)
    .sort()
    .map((name) => join(contractsRoot, name))
    .filter((path) => existsSync(join(path, 'manifest.json')));
}

/** Languages besides C++ and Solidity that a case's manifest lists. */
export function portsOf(directory) {
  return readJson(join(directory, 'manifest.json')).ports ?? [];
}

/** The folder that holds a case's lock, and what paths in the lock begin with. */
export function prefixIn(lockDirectory, directory) {
  return directory === lockDirectory ? '' : `${basename(directory)}/`;
}

/** Hashes of files by path, with paths from the lock's folder. */
export function hashesOf(prefix, files) {
  return Object.fromEntries(
    Object.entries(files).map(([name, content]) => [posix.join(prefix, name), sha256(content)]),
  );
}

/** As they are compared: by path. */
export function sortedByKey(record) {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Whether a path in a lock belongs to a Rust port. */
export function isOfRust(path) {
  return /\.(?:rs|rust\.wasm)$/.test(path);
}

export function readJson(path) {
  try {
    return JSON.parse(readText(path));
  } catch (error) {
    throw new BuildFailed(`${path}: ${error.message}`);
  }
}

export function sha256(content) {
  return createHash('sha256').update(content).digest('hex');
}
