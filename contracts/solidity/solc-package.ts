import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { InputRejected } from '../input-rejected.ts';
import { show } from '../json-fields.ts';
import { installCached, runNpm } from '../npm-cache.ts';
import { contractSources } from '../package-sources.ts';
import { foldersUpwards } from './project.ts';
import { newestSatisfying, noSuchVersion, type VersionWish } from './solc-version.ts';

/** A `solc` package of npm, installed. */
export interface SolcPackage {
  /** Of the compiler. */
  readonly version: string;
  /** Absolute path of the package. */
  readonly folder: string;
}

/** Where a checkout has the compiler of the bundled contracts. */
const toolchain = join(contractSources, 'toolchain');

const LIST_MS = 120_000;
const remedy = "connect to the network this once, or add solc to the project's node_modules";
/** A release that was published wrong, and again under this. */
const fixed = /-fixed$/;

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
  const cached = namesIn(cache).filter((name) => /^solc-\d/.test(name));
  return [...cached.map((name) => join(cache, name)), ...foldersUpwards(resolve(project)), toolchain].flatMap(
    (folder) => {
      const found = packageIn(folder);
      return found === undefined ? [] : [found];
    },
  );
}

/** None where there is no cache yet, or none that can be read: it is then for the installation to say so. */
function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
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
  const args = ['view', 'solc', 'versions', '--json', '--fetch-retries=0'];
  const name = `solc ${wanted}`;
  const answer = await runNpm(args, { name, remedy }, { limitMs: LIST_MS });
  let names: unknown;
  try {
    names = JSON.parse(answer);
  } catch {
    throw new InputRejected(name, `is not on this machine, and npm said ${show(answer)}, expected versions: ${remedy}`);
  }
  return (Array.isArray(names) ? names : [names]).filter((name) => /^\d+\.\d+\.\d+(?:-fixed)?$/.test(name));
}

async function installSolc(
  cache: string,
  version: string,
  packageVersion: string,
  onProgress: (message: string) => void,
): Promise<SolcPackage> {
  const folder = `solc-${version}`;
  onProgress(`downloading solc ${version} (once, to ${join(cache, folder)})`);
  await installCached(cache, {
    name: `solc ${version}`,
    folder,
    packages: [`solc@${packageVersion}`],
    isWhole: (place) => packageIn(place)?.version === version,
    remedy,
  });
  return { version, folder: join(cache, folder, 'node_modules', 'solc') };
}
