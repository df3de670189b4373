import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import { InputRejected } from '../input-rejected.ts';
import { anyFields, readMatching, readObject, readText } from '../json-fields.ts';
import { readInput, readInputText } from '../read-input.ts';
import { parseStrictJson } from '../strict-json.ts';

/** What an artifact was made of. Paths are from the contract's folder, with forward slashes; hashes are SHA-256 in hex. */
export interface MadeOf {
  /** Hash of each file that was read. */
  readonly inputs: Readonly<Record<string, string>>;
  /** What else decides the bytes: versions and flags of compilers, the SDK. */
  readonly settings: string;
  /** Hash of the artifact. */
  readonly sha256: string;
}

/** By artifact. */
export type BuildRecord = Readonly<Record<string, MadeOf>>;

export const recordPath = 'build/made-of.json';

const MAX_RECORD_BYTES = 1 << 20;
const MAX_HASHED_BYTES = 64 << 20;
const expectedHash = '64 lower-case hex digits';

/** Empty if nothing was built. @throws InputRejected */
export function readBuildRecord(directory: string): BuildRecord {
  const where = join(directory, recordPath);
  if (!existsSync(where)) return {};
  const { format, artifacts } = readObject(
    parseStrictJson(readInputText(where, MAX_RECORD_BYTES), where),
    where,
    anyFields,
  );
  if (format !== 1) throw new InputRejected(where, 'expected an object with "format": 1');
  return mapValues(readObject(artifacts, `${where}: artifacts`, anyFields), (value, artifact) => {
    const at = `${where}: ${artifact}`;
    const { inputs, settings, sha256 } = readObject(value, at, { required: ['inputs', 'settings', 'sha256'] });
    return {
      inputs: mapValues(readObject(inputs, `${at}: inputs`, anyFields), (hash, file) =>
        readHash(hash, `${at}: ${file}`),
      ),
      settings: readText(settings, `${at}: settings`),
      sha256: readHash(sha256, `${at}: sha256`),
    };
  });
}

export function formatBuildRecord(record: BuildRecord): string {
  return `${JSON.stringify({ format: 1, artifacts: record }, null, 2)}\n`;
}

/**
 * Refuses a folder whose sources are not those that its artifacts were built from. What lies outside of the folder is left to
 * the next build.
 *
 * @throws InputRejected
 */
export function checkIsFresh(directory: string): void {
  for (const { inputs } of Object.values(readBuildRecord(directory))) {
    const changed = Object.entries(inputs).find(
      ([file, hash]) => !file.startsWith('../') && hashOfFile(join(directory, file)) !== hash,
    );
    if (changed === undefined) continue;
    throw new InputRejected(
      directory,
      `${changed[0]} changed since the build: run \`npx trimeter build ${directory}\``,
    );
  }
}

/** Hashes of files, sorted by path. */
export function hashInputs(directory: string, paths: readonly string[]): Readonly<Record<string, string>> {
  const named = paths.map((path) => [relative(resolve(directory), path).replaceAll(sep, '/'), path] as const);
  const sorted = named.sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(sorted.map(([name, path]) => [name, hashOfFile(path) ?? '']));
}

export function sha256Hex(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

/** Undefined for what is not there. @throws InputRejected for what is no file, or too large for a source or an artifact. */
export function hashOfFile(path: string): string | undefined {
  return existsSync(path) ? sha256Hex(readInput(path, MAX_HASHED_BYTES)) : undefined;
}

function readHash(value: unknown, where: string): string {
  return readMatching(value, where, /^[0-9a-f]{64}$/, expectedHash);
}

function mapValues<T>(
  record: Readonly<Record<string, unknown>>,
  change: (value: unknown, key: string) => T,
): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value, key)]));
}
