import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { InputRejected } from './input-rejected.ts';
import { runProgram } from './run-program.ts';

/** Packages of npm that are kept together in a folder of the cache. */
export interface CachedPackages {
  /** For people: `solc 0.8.30`. */
  readonly name: string;
  /** Of the cache, in which they get a folder `node_modules`. */
  readonly folder: string;
  /** As npm takes them: `solc@0.8.30`. */
  readonly packages: readonly string[];
  /** Whether a folder has them all, and whole. */
  readonly isWhole: (folder: string) => boolean;
  /** What to do where npm does not give them. */
  readonly remedy: string;
}

const INSTALL_MS = 600_000;

/** `$TRIMETER_CACHE`, or `trimeter` in the user's folder for such. */
export function defaultCacheDirectory(): string {
  const { TRIMETER_CACHE: own, XDG_CACHE_HOME: shared } = process.env;
  return resolve(own || join(shared || join(homedir(), '.cache'), 'trimeter'));
}

/** The version of a package in a folder's `node_modules`, if it is there. */
export function installedVersion(folder: string, name: string): string | undefined {
  try {
    const { version } = JSON.parse(readFileSync(join(folder, 'node_modules', name, 'package.json'), 'utf8'));
    return typeof version === 'string' ? version : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Installs packages in the cache. Beside their place first, so that what is in their place is whole, whoever else installs
 * them or breaks off.
 *
 * @throws InputRejected
 */
export async function installCached(cache: string, wanted: CachedPackages): Promise<void> {
  const unfinished = makeFolder(cache, wanted.folder);
  try {
    const flags = [
      '--ignore-scripts',
      '--no-audit',
      '--no-fund',
      '--no-package-lock',
      '--loglevel=error',
      '--fetch-retries=1',
    ];
    const args = ['install', ...flags, '--prefix', '.', ...wanted.packages];
    await runNpm(args, wanted, { folder: unfinished, limitMs: INSTALL_MS });
    if (!wanted.isWhole(unfinished)) {
      throw new InputRejected(wanted.name, 'npm installed something else: is the network whole? Try again');
    }
    takePlace(unfinished, join(cache, wanted.folder), wanted.isWhole);
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
}

function makeFolder(cache: string, name: string): string {
  try {
    makeFolders(cache);
    return mkdtempSync(join(cache, `.${name}-`));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new InputRejected(cache, `cannot be written (${code}), and compilers are kept there: set TRIMETER_CACHE`);
  }
}

/** One by one: Node's `recursive` never comes back from a file system that lets nobody make folders (/proc). */
function makeFolders(folder: string): void {
  if (existsSync(folder)) return;
  makeFolders(dirname(folder));
  try {
    mkdirSync(folder);
  } catch (error) {
    // Another process was quicker.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

function takePlace(unfinished: string, place: string, isWhole: (folder: string) => boolean): void {
  // What is there and not whole is what was left by something else.
  if (existsSync(place) && !isWhole(place)) rmSync(place, { recursive: true, force: true });
  try {
    renameSync(unfinished, place);
  } catch (error) {
    // Another process was quicker.
    if (!isWhole(place)) throw error;
  }
}

/** What npm says. @throws InputRejected */
export async function runNpm(
  args: readonly string[],
  { name, remedy }: Pick<CachedPackages, 'name' | 'remedy'>,
  { folder, limitMs }: { readonly folder?: string; readonly limitMs: number },
): Promise<string> {
  const { failure, isMissing, output, errors } = await runProgram('npm', args, {
    ...(folder !== undefined && { folder }),
    limitMs,
  });
  if (failure === undefined) return output;
  const saidWhy = npmError(`${errors}\n${output}`);
  const why = isMissing || saidWhy === undefined ? `npm ${failure}` : `npm failed with ${saidWhy}`;
  throw new InputRejected(name, `is not on this machine, and ${why}: ${remedy}`);
}

function npmError(text: string): string | undefined {
  return /(?:code\s+|"code":\s*")(\w+)/.exec(text)?.[1] ?? (text.trim().split('\n')[0]?.slice(0, 200) || undefined);
}
