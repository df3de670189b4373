import { existsSync, readFileSync } from 'node:fs';

/** The part of our package.json that the program speaks of. */
interface PackageManifest {
  readonly version: string;
  readonly peerDependencies: Readonly<Record<string, string>>;
}

/** It lies above this file both as source and built into `dist`. */
export function packageManifest(): PackageManifest {
  const candidates = ['../package.json', '../../package.json'].map((path) => new URL(path, import.meta.url));
  const file = candidates.find((url) => existsSync(url));
  if (file === undefined) throw new Error('the package has lost its package.json');
  return JSON.parse(readFileSync(file, 'utf8'));
}
