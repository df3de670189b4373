import { createHash, randomUUID } from 'node:crypto';
import { constants, existsSync } from 'node:fs';
import { access, mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EngineError } from '../engine/errors.ts';
import type { Compiler } from './compiler.ts';

/** Where the host's sources lie, seen from this file or from its compiled form in `dist`. */
const here: string = fileURLToPath(new URL('.', import.meta.url));
const root: string = existsSync(join(here, 'host')) ? join(here, '..') : join(here, '../..');
const hostDirectory: string = join(root, 'native-ref/host');
/** Contracts include the library as `sdk/contract.hpp`. */
const contractsDirectory: string = join(root, 'contracts');
const sdkDirectory: string = join(contractsDirectory, 'sdk');

const isDarwin: boolean = process.platform === 'darwin';

/**
 * What is built is kept, under a name with a hash of everything it is made from: sources, compiler, flags, processor. A
 * stale build can therefore not be found, and several processes may build the same thing at once.
 */
export interface Builds {
  readonly compiler: Compiler;
  readonly directory: string;
}

/**
 * Uses `directory`, or `native-ref/build` inside a checkout, or the user's cache directory.
 *
 * @throws EngineError `backend-unavailable` if none can be written.
 */
export async function openBuilds(compiler: Compiler, directory?: string): Promise<Builds> {
  const cache = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'trimeter/native');
  const inCheckout = root.split(sep).includes('node_modules') ? [] : [join(root, 'native-ref/build')];
  const candidates = directory === undefined ? [...inCheckout, cache] : [directory];
  for (const candidate of candidates) {
    try {
      // Only the owner may write where code is loaded from.
      await mkdir(candidate, { recursive: true, mode: 0o700 });
      await access(candidate, constants.W_OK);
      return { compiler, directory: candidate };
    } catch {}
  }
  const tried = candidates.join(', ');
  throw new EngineError('backend-unavailable', `no directory for native builds can be written: ${tried}`);
}

/** Path of the addon with the host. */
export async function buildHost({ compiler, directory }: Builds): Promise<string> {
  const hostFiles = (await readdir(hostDirectory)).sort().map((file) => join(hostDirectory, file));
  const headers = (await readdir(sdkDirectory)).filter((file) => file.endsWith('.hpp'));
  const sdkFiles = headers.sort().map((file) => join(sdkDirectory, file));
  const hash = createHash('sha256').update(compiler.fingerprint);
  for (const file of [...hostFiles, ...sdkFiles]) hash.update(await readFile(file));
  const name = `host-${hash.digest('hex').slice(0, 32)}.node`;
  const nameFlags = isDarwin
    ? [`-Wl,-install_name,@rpath/${name}`, '-undefined', 'dynamic_lookup']
    : [`-Wl,-soname,${name}`];
  const sources = hostFiles.filter((file) => file.endsWith('.cpp'));
  return buildOnce(compiler, join(directory, name), [...nameFlags, ...sources]);
}

/** Path of the shared object of one contract, whose host functions are those of `hostFile`. */
export async function buildContract(
  { compiler, directory }: Builds,
  hostFile: string,
  name: string,
  sourceFile: string,
): Promise<string> {
  const source = [sourceFile, `-I${contractsDirectory}`];
  const preprocessed = await compiler.run(['-E', '-P', ...source]);
  const hash = createHash('sha256').update(compiler.fingerprint).update(basename(hostFile)).update(preprocessed);
  const file = `${name.replaceAll(/[^\w-]/g, '_')}-${hash.digest('hex').slice(0, 32)}.so`;
  const searchPath = isDarwin ? '@loader_path' : '$ORIGIN';
  return buildOnce(compiler, join(directory, file), [...source, hostFile, `-Wl,-rpath,${searchPath}`]);
}

async function buildOnce(compiler: Compiler, file: string, args: readonly string[]): Promise<string> {
  if (existsSync(file)) return file;
  const partial = `${file}.${randomUUID()}`;
  try {
    await compiler.run(['-shared', ...args, '-o', partial]);
    await rename(partial, file);
  } finally {
    await rm(partial, { force: true });
  }
  return file;
}
