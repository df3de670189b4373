import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CachedPackages, installCached, installedVersion } from '../npm-cache.ts';
import { contractSources } from '../package-sources.ts';

/** A language that is compiled to WebAssembly with packages of npm. */
export type CompiledLanguage = 'cpp' | 'assemblyscript';

interface NpmCompiler {
  /** For people. */
  readonly name: string;
  /** The compiler's own package first. */
  readonly packages: readonly [string, ...string[]];
  /** Unpacked, as measured with `du` for the versions that are pinned, dependencies included. */
  readonly megabytes: number;
}

const npmCompilers: Readonly<Record<CompiledLanguage, NpmCompiler>> = {
  cpp: { name: 'clang', packages: ['@yowasp/clang', 'binaryen'], megabytes: 214 },
  assemblyscript: { name: 'asc', packages: ['assemblyscript', 'binaryen'], megabytes: 299 },
};

const remedy = 'connect to the network this once';
const toolchain = join(contractSources, 'toolchain');

/** The compiler's packages with the versions that the bundled contracts are built with. */
export function pinnedPackages(language: CompiledLanguage): Readonly<Record<string, string>> {
  const { dependencies } = JSON.parse(readFileSync(join(toolchain, 'package.json'), 'utf8'));
  return Object.fromEntries(npmCompilers[language].packages.map((name) => [name, dependencies[name]]));
}

/**
 * A folder whose `node_modules` has the compiler of a language: that of a checkout, or one in the cache, where it is installed
 * if need be.
 *
 * @throws InputRejected
 */
export async function provideCompiler(
  language: CompiledLanguage,
  cache: string,
  onNotice: (message: string) => void,
): Promise<string> {
  const { name, packages, megabytes } = npmCompilers[language];
  const pinned = pinnedPackages(language);
  const version = pinned[packages[0]] as string;
  const wanted: CachedPackages = {
    name: `${name} ${version}`,
    folder: `${name}-${version}`,
    packages: Object.entries(pinned).map((entry) => entry.join('@')),
    isWhole: (folder) =>
      existsSync(folder) && Object.entries(pinned).every(([pkg, at]) => installedVersion(folder, pkg) === at),
    remedy,
  };
  const place = join(cache, wanted.folder);
  const known = [toolchain, place].find(wanted.isWhole);
  if (known !== undefined) return known;
  onNotice(`downloading ${wanted.packages.join(' and ')} (once, ${megabytes} MB unpacked, to ${place})`);
  await installCached(cache, wanted);
  return place;
}
