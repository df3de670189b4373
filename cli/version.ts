import { existsSync, readFileSync } from 'node:fs';

/** Of our package.json, which lies above this file both as source and built into `dist`. */
export function version(): string {
  const candidates = ['../package.json', '../../package.json'].map((path) => new URL(path, import.meta.url));
  const file = candidates.find((url) => existsSync(url));
  return file === undefined ? 'unknown' : JSON.parse(readFileSync(file, 'utf8')).version;
}
