import type { Stats } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileStats, folderEntries } from '../file-stats.ts';
import { InputRejected } from '../input-rejected.ts';
import { findProject, type Project, pathWithin, shownPath } from './project.ts';
import type { DefinitionKind } from './scan-source.ts';
import { scanSource } from './scan-source.ts';
import { readSourceText } from './source-files.ts';

/** What a user points at. */
export interface WantedContract {
  readonly project: Project;
  /** Absolute path of the file. */
  readonly path: string;
  /** Those of the file's contracts that it may be. More than one only where none was named. */
  readonly names: readonly string[];
}

interface Definition {
  /** Absolute path of the file. */
  readonly path: string;
  readonly kind: DefinitionKind;
  readonly name: string;
}

const MAX_FILES = 2000;
/** Files and folders of any kind that are looked at. */
const MAX_ENTRIES = 100_000;
const MAX_SHOWN = 20;

/**
 * Finds a contract in a file (`Token.sol`, `Token.sol:Token`) or in the sources of a project (its folder).
 *
 * @param contract Its name, or `src/Token.sol:Token`.
 * @throws InputRejected where there is none, or more than one that it may be.
 */
export function findWanted(given: string, contract: string | undefined): WantedContract {
  const { path, name, stats } = splitName(given, contract);
  const [file, wantedName] = name === undefined ? [] : splitQualified(name);
  const project = findProject(stats.isDirectory() ? path : dirname(path));
  const paths = stats.isDirectory() ? sourcesOf(project, path) : [resolve(path)];
  const all = paths.flatMap((at) =>
    scanSource(readSourceText(shownPath(at))).definitions.map((found) => ({ ...found, path: at })),
  );
  const isIt = (found: Definition): boolean =>
    found.name === wantedName &&
    (file === undefined || `/${pathWithin(project.root, found.path)}`.endsWith(`/${file}`));
  const found = wantedName === undefined ? all : all.filter(isIt);
  const deployable = found.filter(({ kind }) => kind === 'contract');
  const [first] = deployable;
  if (first === undefined) throw notDeployable(path, name, found, all);
  if (deployable.some((other) => other.path !== first.path)) throw whichOne(path, shownNames(project, deployable));
  return { project, path: first.path, names: deployable.map((definition) => definition.name) };
}

/** One line with the names that there are to choose from. */
export function whichOne(where: string, names: readonly string[]): InputRejected {
  return new InputRejected(where, `which one? --contract ${shownList(names)}`);
}

/** @param kind such as `an interface` */
export function withoutCode(where: string, name: string, kind: string): InputRejected {
  return new InputRejected(where, `${name} is ${kind}, which cannot be deployed: name a contract that can`);
}

function splitName(
  given: string,
  contract: string | undefined,
): { path: string; name: string | undefined; stats: Stats } {
  const [, path = given, name = contract] = fileStats(given) ? [] : (/^(.+\.sol):([\w$]+)$/.exec(given) ?? []);
  if (contract !== undefined && name !== undefined && splitQualified(contract)[1] !== splitQualified(name)[1]) {
    throw new InputRejected(given, `names ${name}, and --contract ${contract}: name one`);
  }
  const stats = fileStats(path);
  if (stats === undefined) throw new InputRejected(path, 'no such file or folder');
  if (!stats.isDirectory() && !path.endsWith('.sol')) {
    throw new InputRejected(path, 'expected a .sol file, or a folder with some');
  }
  return { path, name, stats };
}

/** File and name. */
function splitQualified(name: string): readonly [string | undefined, string] {
  const [, file, own = name] = /^(.+):([^:]+)$/.exec(name) ?? [];
  return [file?.replace(/^\.?\//, ''), own];
}

/** Files of the project's own sources, or of the folder where it is not the project's. */
function sourcesOf({ root, config }: Project, folder: string): readonly string[] {
  const sources = [config?.sources ?? '', 'src', 'contracts'].map((name) => join(root, name)).filter(isFolder);
  const from = resolve(folder) === root ? (sources.find((path) => path !== root) ?? root) : resolve(folder);
  const libs = (config?.libs ?? ['lib']).map((name) => join(root, name));
  const files = solidityFiles(from, libs);
  if (files.length === 0) throw new InputRejected(shownPath(from) || folder, 'has no .sol file');
  return files;
}

/** @throws InputRejected for a folder with too much in it: somebody's home, or the root of the file system. */
function solidityFiles(folder: string, left: readonly string[]): readonly string[] {
  const files: string[] = [];
  let looked = 0;
  const tooMuch = (limit: string) => new InputRejected(folder, `has more than ${limit}: name the .sol file`);
  const walk = (at: string): void => {
    for (const entry of folderEntries(at)) {
      if (++looked > MAX_ENTRIES) throw tooMuch(`${MAX_ENTRIES} files`);
      const path = join(at, entry.name);
      const isSource = entry.name.endsWith('.sol') && (entry.isFile() || entry.isSymbolicLink());
      if (isSource && fileStats(path)?.isFile()) {
        if (files.length === MAX_FILES) throw tooMuch(`${MAX_FILES} .sol files`);
        files.push(path);
      }
      // Links to folders are not followed: they may lead back.
      else if (entry.isDirectory() && !/^\.|^node_modules$/.test(entry.name) && !left.includes(path)) walk(path);
    }
  };
  walk(folder);
  return files;
}

function isFolder(path: string): boolean {
  return fileStats(path)?.isDirectory() === true;
}

function notDeployable(
  where: string,
  name: string | undefined,
  found: readonly Definition[],
  all: readonly Definition[],
): InputRejected {
  const [first] = found;
  if (name !== undefined && first !== undefined) {
    return withoutCode(shownPath(first.path), first.name, withArticle(first.kind));
  }
  const contracts = all.filter(({ kind }) => kind === 'contract').map((definition) => definition.name);
  const others = shownList(all.map((definition) => `${definition.kind} ${definition.name}`));
  if (contracts.length > 0)
    return new InputRejected(where, `has no contract ${name}: there are ${shownList(contracts)}`);
  return new InputRejected(where, `has no contract that can be deployed${others === '' ? '' : `, only ${others}`}`);
}

function withArticle(kind: DefinitionKind): string {
  return `${/^[ai]/.test(kind) ? 'an' : 'a'} ${kind}`;
}

/** With their files where the names alone say too little. */
function shownNames({ root }: Project, definitions: readonly Definition[]): readonly string[] {
  return definitions.map(({ name, path }) => {
    const isAlone = definitions.filter((other) => other.name === name).length === 1;
    return isAlone ? name : `${pathWithin(root, path)}:${name}`;
  });
}

function shownList(names: readonly string[]): string {
  const more = names.length > MAX_SHOWN ? ` and ${names.length - MAX_SHOWN} more` : '';
  return names.slice(0, MAX_SHOWN).join(', ') + more;
}
