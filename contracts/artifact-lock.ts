import { createHash } from 'node:crypto';
import { InputRejected } from './input-rejected.ts';
import { anyFields, readMatching, readObject } from './json-fields.ts';
import { parseStrictJson } from './strict-json.ts';

/** The lock file of a folder of cases, or of one case: what a build read and wrote (`tools/contracts.mjs`). */
export const lockFileName = 'artifacts.lock.json';

/** SHA-256, hex, by path relative to the lock's folder, with forward slashes. */
export type ArtifactLock = ReadonlyMap<string, string>;

/** @throws InputRejected */
export function parseArtifactLock(text: string, where: string): ArtifactLock {
  const { format, sha256 } = readObject(parseStrictJson(text, where), where, anyFields);
  if (format !== 1) throw new InputRejected(where, 'expected an object with "format": 1');
  return new Map(
    Object.entries(readObject(sha256, `${where}: sha256`, anyFields)).map(([path, hash]) => {
      const place = `${where}: sha256: ${path}`;
      return [path, readMatching(hash, place, /^[0-9a-f]{64}$/, '64 lower-case hex digits')];
    }),
  );
}

/**
 * @param path the file's path as the lock has it
 * @throws InputRejected when the content is not what the lock says
 */
export function checkAgainstLock(lock: ArtifactLock, path: string, content: Uint8Array, where: string): void {
  const expected = lock.get(path);
  if (expected === undefined)
    throw new InputRejected(
      where,
      `is not in ${lockFileName}: build the contract first, or drop from its manifest what is not built`,
    );
  const actual = createHash('sha256').update(content).digest('hex');
  if (actual === expected) return;
  throw new InputRejected(
    where,
    `SHA-256 is ${actual.slice(0, 12)}…, but ${lockFileName} says ${expected.slice(0, 12)}…: build the contract again`,
  );
}
