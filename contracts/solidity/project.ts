import { existsSync, realpathSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileStats, folderEntries } from '../file-stats.ts';
import { InputRejected } from '../input-rejected.ts';
import { readInputText } from '../read-input.ts';
import { parseFoundryConfig } from './foundry-config.ts';
import { parseHardhatConfig } from './hardhat-config.ts';
import type { ProjectConfig } from './project-config.ts';
import { parseRemappingLines, type Remapping } from './remappings.ts';

/** A folder in which Solidity is compiled. */
export interface Project {
  /** Absolute. */
  readonly root: string;
  /** Undefined where neither Foundry nor Hardhat is configured. */
  readonly config: ProjectConfig | undefined;
  /** What it says itself. */
  readonly remappings: readonly Remapping[];
  /** What follows from the libraries that are there, for imports that it says nothing of. */
  readonly inferredRemappings: readonly Remapping[];
}

const hardhatFiles = ['js', 'ts', 'cjs', 'mjs', 'cts', 'mts'].map((extension) => `hardhat.config.${extension}`);
const markers = ['foundry.toml', ...hardhatFiles, 'remappings.txt', 'package.json'];

const MAX_CONFIG_BYTES = 1 << 20;
/** Libraries of libraries of libraries. */
const MAX_LIBRARY_DEPTH = 4;

/**
 * The project that a folder lies in: the nearest folder upwards with a configuration, or else itself.
 *
 * @throws InputRejected for a configuration that is none.
 */
export function findProject(folder: string): Project {
  const start = resolve(folder);
  const root = foldersUpwards(start).find((at) => markers.some((name) => existsSync(join(at, name)))) ?? start;
  const config = readConfig(root);
  return {
    root,
    config,
    remappings: [...readRemappings(root), ...(config?.remappings ?? [])],
    inferredRemappings: (config?.libs ?? ['lib']).flatMap((libs) =>
      inferRemappings(root, libs, MAX_LIBRARY_DEPTH, new Set([realpathSync(root)])),
    ),
  };
}

/** From a folder to the root of the file system. */
export function foldersUpwards(folder: string): readonly string[] {
  const parent = dirname(folder);
  return parent === folder ? [folder] : [folder, ...foldersUpwards(parent)];
}

/** Path within a project, with forward slashes. */
export function pathWithin(root: string, path: string): string {
  return relative(root, path).replaceAll('\\', '/');
}

/** Errors call a file as the user would, from where the user is. */
export function shownPath(path: string): string {
  const shown = relative('', path);
  return shown.startsWith('..') ? path : shown;
}

/** Where both are configured, Foundry counts: its configuration is plain data. */
function readConfig(root: string): ProjectConfig | undefined {
  const foundry = join(root, 'foundry.toml');
  if (existsSync(foundry)) return parseFoundryConfig(readInputText(foundry, MAX_CONFIG_BYTES), shownPath(foundry));
  const hardhat = hardhatFiles.find((name) => existsSync(join(root, name)));
  return hardhat === undefined
    ? undefined
    : parseHardhatConfig(readInputText(join(root, hardhat), MAX_CONFIG_BYTES), hardhat);
}

function readRemappings(folder: string): readonly Remapping[] {
  const path = join(folder, 'remappings.txt');
  return existsSync(path) ? parseRemappingLines(readInputText(path, MAX_CONFIG_BYTES), shownPath(path)) : [];
}

/**
 * As Foundry infers them: `x/` for each library `lib/x`, then what the library says of itself and what follows from its own
 * libraries, which count first for its own files.
 *
 * @param libs Folder of libraries, relative to the project.
 * @param above Real paths of the project and of the libraries that this is in: a link may lead back to one.
 */
function inferRemappings(root: string, libs: string, depth: number, above: ReadonlySet<string>): readonly Remapping[] {
  const names = foldersIn(join(root, libs));
  const own = names.map((name) => {
    const folder = `${libs}/${name}/`;
    return { context: '', prefix: `${name}/`, targets: [`${folder}src/`, `${folder}contracts/`, folder] };
  });
  const nested = names.flatMap((name) => {
    const folder = `${libs}/${name}`;
    const said = saidByLibrary(join(root, folder)).map(({ context: inner, prefix, targets }) => ({
      context: inner === '' ? '' : `${folder}/${inner}`,
      prefix,
      targets: targets.map((target) => `${folder}/${target}`),
    }));
    const realPath = realpathSync(join(root, folder));
    const isLeft = depth === 1 || above.has(realPath);
    const further = isLeft ? [] : inferRemappings(root, `${folder}/lib`, depth - 1, new Set([...above, realPath]));
    return [...said, ...further].flatMap((remapping) =>
      remapping.context === '' ? [{ ...remapping, context: `${folder}/` }, remapping] : [remapping],
    );
  });
  return [...own, ...nested];
}

/** Nothing, if it is not what it should be: that is for the library's authors to mend, and may not matter here. */
function saidByLibrary(folder: string): readonly Remapping[] {
  try {
    const foundry = join(folder, 'foundry.toml');
    const config = existsSync(foundry)
      ? parseFoundryConfig(readInputText(foundry, MAX_CONFIG_BYTES), foundry)
      : undefined;
    return [...readRemappings(folder), ...(config?.remappings ?? [])];
  } catch (error) {
    if (error instanceof InputRejected) return [];
    throw error;
  }
}

function foldersIn(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return folderEntries(folder)
    .map(({ name }) => name)
    .filter((name) => fileStats(join(folder, name))?.isDirectory());
}
