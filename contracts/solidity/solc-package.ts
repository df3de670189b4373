import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { InputRejected } from '../input-rejected.ts';
import { foldersUpwards } from './project.ts';
import { newestSatisfying, noSuchVersion, type VersionWish } from './solc-version.ts';

/** A `solc` package of npm, installed. */
export interface SolcPackage {
  /** Of the compiler. */
  readonly version: string;
  /** Absolute path of the package. */
  readonly folder: string;
}

const isSource = import.meta.url.endsWith('.ts');
/** Where a checkout has the compiler of the bundled contracts. */
const toolchain = fileURLToPath(new URL(`${isSource ? '../' : '../../../contracts/'}toolchain`, import.meta.url));

const LIST_MS = 120_000;
const INSTALL_MS = 600_000;
/** A release that was published wrong, and again under this. */
const fixed = /-fixed$/;

/** `$TRIMETER_CACHE`, or `trimeter` in the user's folder for such. */
export function defaultCacheDirectory(): string {
  const { TRIMETER_CACHE: own, XDG_CACHE_HOME: shared } = process.env;
  return resolve(own || join(shared || join(homedir(), '.cache'), 'trimeter'));
}

/**
 * The newest compiler that suits all: of those that are there, or else of those that npm has, which is then installed in the
 * cache.
 *
 * @param project Folder in whose `node_modules`, and those above it, compilers are looked for.
 * @throws InputRejected where there is none, or npm does not give it.
 */
export async function provideSolc(
  project: string,
  cache: string,
  wishes: readonly VersionWish[],
  onProgress: (message: string) => void,
): Promise<SolcPackage> {
  const installed = installedPackages(project, cache);
  const version = newestSatisfying(
    installed.map((found) => found.version),
    wishes,
  );
  const known = installed.find((found) => found.version === version);
  return known ?? installFor(cache, wishes, onProgress);
}

function installedPackages(project: string, cache: string): readonly SolcPackage[] {
  const cached = existsSync(cache) ? readdirSync(cache).filter((name) => /^solc-\d/.test(name)) : [];
  return [...cached.map((name) => join(cache, name)), ...foldersUpwards(resolve(project)), toolchain].flatMap(
    (folder) => {
      const found = packageIn(folder);
      return found === undefined ? [] : [found];
    },
  );
}

/** What is no whole package is not there. */
function packageIn(parent: string): SolcPackage | undefined {
  const folder = join(parent, 'node_modules', 'solc');
  try {
    const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    if (!/^\d+\.\d+\.\d+(?:-fixed)?$/.test(version) || !existsSync(join(folder, 'soljson.js'))) return undefined;
    return { version: version.replace(fixed, ''), folder };
  } catch {
    return undefined;
  }
}

async function installFor(
  cache: string,
  wishes: readonly VersionWish[],
  onProgress: (message: string) => void,
): Promise<SolcPackage> {
  const wanted = [...new Set(wishes.map(({ range }) => range))].join(' and ');
  onProgress(`asking npm for solc ${wanted || '*'}`);
  const published = await publishedVersions(wanted || '*');
  const versions = published.map((name) => name.replace(fixed, ''));
  const version = newestSatisfying(versions, wishes);
  if (version === undefined) throw noSuchVersion(versions, wishes);
  return installSolc(cache, version, published.includes(`${version}-fixed`) ? `${version}-fixed` : version, onProgress);
}

async function publishedVersions(wanted: string): Promise<readonly string[]> {
  const text = await runNpm(
    ['view', 'solc', 'versions', '--json', '--fetch-retries=0'],
    undefined,
    LIST_MS,
    `solc ${wanted}`,
  );
  const names: unknown = JSON.parse(text);
  return (Array.isArray(names) ? names : [names]).filter((name) => /^\d+\.\d+\.\d+(?:-fixed)?$/.test(name));
}

/** Beside its place first, so that what is in its place is whole, whoever else installs it or breaks off. */
async function installSolc(
  cache: string,
  version: string,
  packageVersion: string,
  onProgress: (message: string) => void,
): Promise<SolcPackage> {
  const place = join(cache, `solc-${version}`);
  onProgress(`downloading solc ${version} (once, to ${place})`);
  const unfinished = makeFolder(cache, version);
  try {
    const flags = [
      '--ignore-scripts',
      '--no-audit',
      '--no-fund',
      '--no-package-lock',
      '--loglevel=error',
      '--fetch-retries=1',
    ];
    await runNpm(
      ['install', ...flags, '--prefix', '.', `solc@${packageVersion}`],
      unfinished,
      INSTALL_MS,
      `solc ${version}`,
    );
    if (packageIn(unfinished)?.version !== version) {
      throw new InputRejected(`solc ${version}`, 'npm installed something else: is the network whole? Try again');
    }
    takePlace(unfinished, place);
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
  return { version, folder: join(place, 'node_modules', 'solc') };
}

function makeFolder(cache: string, version: string): string {
  try {
    mkdirSync(cache, { recursive: true });
    return mkdtempSync(join(cache, `.solc-${version}-`));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new InputRejected(cache, `cannot be written (${code}), and compilers are kept there: set TRIMETER_CACHE`);
  }
}

function takePlace(unfinished: string, place: string): void {
  // What is there and no whole package is what was left by something else.
  if (existsSync(place) && packageIn(place) === undefined) rmSync(place, { recursive: true, force: true });
  try {
    renameSync(unfinished, place);
  } catch (error) {
    // Another process was quicker.
    if (packageIn(place) === undefined) throw error;
  }
}

/** What npm says. @param what for errors */
async function runNpm(
  args: readonly string[],
  folder: string | undefined,
  limitMs: number,
  what: string,
): Promise<string> {
  const child = spawn('npm', args, {
    ...(folder !== undefined && { cwd: folder }),
    stdio: ['ignore', 'pipe', 'pipe'],
    shell: process.platform === 'win32',
  });
  const timer = setTimeout(() => void child.kill('SIGKILL'), limitMs);
  let said = '';
  let errors = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  const failure = await new Promise<string | undefined>((ended) => {
    child.once('error', ({ message }) => ended(`npm did not run (${message})`));
    child.once('close', (code, signal) => {
      if (code === 0) ended(undefined);
      else if (signal === null) ended(`npm failed with ${npmError(`${errors}\n${said}`)}`);
      else ended(`npm did not end within ${limitMs / 1000} s`);
    });
  });
  clearTimeout(timer);
  if (failure === undefined) return said;
  throw new InputRejected(
    what,
    `is not on this machine, and ${failure}: connect to the network this once, or add solc to the project's node_modules`,
  );
}

function npmError(text: string): string {
  return /(?:code\s+|"code":\s*")(\w+)/.exec(text)?.[1] ?? (text.trim().split('\n')[0] as string).slice(0, 200);
}
