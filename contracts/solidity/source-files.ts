import { existsSync, realpathSync } from 'node:fs';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { fileStats } from '../file-stats.ts';
import { InputRejected } from '../input-rejected.ts';
import { readInputText } from '../read-input.ts';
import { foldersUpwards, type Project, pathWithin, shownPath } from './project.ts';
import { matchingRemappings, remap } from './remappings.ts';
import { type SourceScan, scanSource } from './scan-source.ts';

/** A Solidity file that is compiled. */
export interface SourceFile {
  /** What the compiler calls it: its path within the project, or within `node_modules`. */
  readonly name: string;
  /** Absolute. */
  readonly path: string;
  readonly content: string;
  readonly scan: SourceScan;
  /** Whether it is the project's own, and not a dependency's. */
  readonly isOwn: boolean;
}

/** A file and all that it imports. */
export interface SourceFiles {
  /** The files asked for first. */
  readonly files: readonly SourceFile[];
  /**
   * For the compiler, which finds imports by text alone: one for every import that means another name than it says, as
   * `file with the import:import=name`.
   */
  readonly remappings: readonly string[];
}

const MAX_FILE_BYTES = 1 << 20;
const MAX_FILES = 2000;

/**
 * Reads files and what they import, which is what a compiler is then given. A file that is reached in several ways, through
 * links too, is one file.
 *
 * @throws InputRejected for an import that is not found, and for what is too large.
 */
export function readSourceFiles(project: Project, paths: readonly string[]): SourceFiles {
  const byRealPath = new Map<string, SourceFile>();
  const names = new Set<string>();
  const remappings: string[] = [];
  const read = (path: string): SourceFile => {
    const realPath = realpathSync(path);
    // What a compiler refuses it shows, and what is no Solidity may be a secret.
    if (!realPath.endsWith('.sol')) {
      throw new InputRejected(shownPath(path), `leads to ${realPath}, expected a file whose name ends in .sol`);
    }
    const known = byRealPath.get(realPath);
    if (known !== undefined) return known;
    if (byRealPath.size === MAX_FILES) {
      throw new InputRejected(shownPath(path), `is one file too many: at most ${MAX_FILES} are compiled together`);
    }
    const file = readSourceFile(project, path, names);
    names.add(file.name);
    byRealPath.set(realPath, file);
    return file;
  };
  for (const path of paths) read(path);
  // Grows while it is gone through.
  for (const file of byRealPath.values()) {
    for (const { path: importPath, line } of file.scan.imports) {
      const { name } = read(findImport(project, file, importPath, line));
      const plainName = nameWithoutRemapping(file.name, importPath);
      if (name !== plainName) remappings.push(`${file.name}:${plainName}=${name}`);
    }
  }
  return { files: [...byRealPath.values()], remappings };
}

/** @throws InputRejected for what cannot be read, or is above 1 MiB. */
export function readSourceText(path: string): string {
  return readInputText(path, MAX_FILE_BYTES);
}

function readSourceFile(project: Project, path: string, taken: ReadonlySet<string>): SourceFile {
  const content = readSourceText(isAbsolute(shownPath(path)) ? path : shownPath(path));
  const within = pathWithin(project.root, path);
  const [packaged] = /(?<=(?:^|\/)node_modules\/)(?!.*\/node_modules\/).*$/.exec(path.replaceAll('\\', '/')) ?? [];
  const isLibrary = (project.config?.libs ?? ['lib']).some((libs) => within.startsWith(`${libs}/`));
  return {
    // Two versions of a package have the same paths within.
    name: packaged === undefined || taken.has(packaged) ? within : packaged,
    path,
    content,
    scan: scanSource(content),
    isOwn: packaged === undefined && !isLibrary && !within.startsWith('..'),
  };
}

/** What solc makes of an import where nothing is remapped. */
function nameWithoutRemapping(importer: string, importPath: string): string {
  if (!isRelative(importPath)) return importPath;
  const parts = importer.split('/').slice(0, -1);
  for (const part of importPath.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.' && part !== '') parts.push(part);
  }
  return parts.join('/');
}

function isRelative(importPath: string): boolean {
  return /^\.\.?(?:\/|$)/.test(importPath);
}

/** The path of the file that an import means. @throws InputRejected */
function findImport(project: Project, importer: SourceFile, importPath: string, line: number): string {
  if (!importPath.endsWith('.sol')) {
    throw new InputRejected(
      `${shownPath(importer.path)}:${line}`,
      `imports ${JSON.stringify(importPath)}, expected a file whose name ends in .sol`,
    );
  }
  const candidates = importCandidates(project, importer, importPath);
  const found = candidates.find(isFile);
  if (found !== undefined) return found;
  throw new InputRejected(
    `${shownPath(importer.path)}:${line}`,
    `imports ${JSON.stringify(importPath)}, ${whereItIsNot(candidates, importPath)}: ${remedy(importPath)}`,
  );
}

function whereItIsNot(candidates: readonly string[], importPath: string): string {
  const [only, ...others] = candidates;
  if (others.length === 0) return `and there is no ${shownPath(only as string)}`;
  const folders = [...new Set(candidates.map((path) => path.slice(0, -importPath.length - 1)))].filter(existsSync);
  const shown = folders.map((path) => shownPath(path) || '.');
  return `which is not in ${shown.length <= 5 ? shown.join(', ') : `${shown.slice(0, 5).join(', ')} or ${shown.length - 5} more`}`;
}

/** Where an import may be, the likeliest first. A remapping of the project's own says where it is. */
function importCandidates(
  { root, config, remappings, inferredRemappings }: Project,
  importer: SourceFile,
  importPath: string,
) {
  if (isRelative(importPath)) return [join(dirname(importer.path), importPath)];
  const within = pathWithin(root, importer.path);
  const [said] = matchingRemappings(remappings, within, importPath);
  if (said !== undefined) return remap(said, importPath).map((path) => resolve(root, path));
  const inferred = matchingRemappings(inferredRemappings, within, importPath);
  // Packages see their own dependencies, whose links lead elsewhere, before those of the project.
  const aroundFile = foldersUpwards(dirname(realpathSync(importer.path)));
  const aroundProject = foldersUpwards(root).filter((folder) => !aroundFile.includes(folder));
  return [
    ...inferred.flatMap((remapping) => remap(remapping, importPath)).map((path) => resolve(root, path)),
    resolve(root, importPath),
    ...(config?.libs ?? ['lib']).map((libs) => join(root, libs, importPath)),
    ...[...aroundFile, ...aroundProject]
      .filter((folder) => !/(?:^|[/\\])node_modules$/.test(folder))
      .map((folder) => join(folder, 'node_modules', importPath)),
  ];
}

function isFile(path: string): boolean {
  return fileStats(path)?.isFile() === true;
}

function remedy(importPath: string): string {
  if (/^(?:https?:|github\.com\/)/.test(importPath)) return 'nothing is fetched by address; import it from a package';
  const [packageName] = /^(?:@[\w.-]+\/)?[\w.-]+(?=\/)/.exec(importPath) ?? [];
  if (isRelative(importPath) || isAbsolute(importPath) || packageName === undefined) return 'is the path right?';
  return `install the package (npm install ${packageName}) or add a remapping`;
}
