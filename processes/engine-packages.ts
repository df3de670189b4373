import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EngineError } from '../engine/errors.ts';

/** In a checkout our programs are TypeScript, and in the package they lie a folder deeper. */
const root = new URL(import.meta.url.endsWith('.ts') ? '../' : '../../', import.meta.url);

/** Where a checkout installs packages that are no dependencies of ours: each with the command that does. */
const places = {
  engines: { folder: 'processes/engines', command: 'npm run engines:install' },
  nodeLines: { folder: 'tools/node-lines', command: 'npm ci --prefix tools/node-lines' },
} as const;
type Place = keyof typeof places;

/** The executable, if it is installed. Its package exists for Linux on x64 alone. */
export function findWizer(): string | undefined {
  if (process.platform !== 'linux' || process.arch !== 'x64') return undefined;
  return findFile('engines', '@bytecodealliance/wizer-linux-x64', 'wizer');
}

/** @throws EngineError `backend-unavailable` */
export function wizerBinary(): string {
  return findWizer() ?? refuse('engines', '@bytecodealliance/wizer-linux-x64');
}

/** JavaScriptCore in a program that runs what Node runs. @throws EngineError `backend-unavailable` */
export function bunBinary(): string {
  // Under this name on every platform: its own install step puts the program there.
  return fileOf('engines', 'bun', 'bin/bun.exe');
}

/** V8, newer than Node's, in a program that runs what Node runs. @throws EngineError `backend-unavailable` */
export function denoBinary(): string {
  // Its own install step puts the program there.
  return fileOf('engines', 'deno', process.platform === 'win32' ? 'deno.exe' : 'deno');
}

/** WebAssembly in JavaScript. @throws EngineError `backend-unavailable` */
export function polywasmModule(): string {
  return fileOf('engines', 'polywasm', 'index.js');
}

/**
 * The executable of a Node line, such as `24`: this process's own, or that of a package that is called `node24`.
 *
 * @throws EngineError `backend-unavailable`
 */
export function nodeLineBinary(line: string): string {
  if (process.versions.node.split('.')[0] === line) return process.execPath;
  return fileOf('nodeLines', `node${line}`, 'bin/node');
}

function fileOf(place: Place, name: string, file: string): string {
  return findFile(place, name, file) ?? refuse(place, name);
}

/** In a checkout's own place, or where Node finds packages that are installed beside this one. */
function findFile(place: Place, name: string, file: string): string | undefined {
  const own = join(fileURLToPath(new URL(places[place].folder, root)), 'node_modules', name);
  return [own, installedBeside(name)]
    .flatMap((folder) => (folder === undefined ? [] : [join(folder, file)]))
    .find((path) => existsSync(path));
}

function installedBeside(name: string): string | undefined {
  const found = createRequire(import.meta.url).resolve.paths(name) ?? [];
  return found.map((folder) => join(folder, name)).find((folder) => existsSync(folder));
}

function refuse(place: Place, name: string): never {
  throw new EngineError('backend-unavailable', `${name} is not installed: ${installCommand(place, name)}`);
}

function installCommand(place: Place, name: string): string {
  const { folder, command } = places[place];
  if (existsSync(new URL('test/architecture.test.ts', root))) return command;
  return `npm install ${name}@${versionIn(folder, name)}`;
}

/** Which one this package is tested with. */
function versionIn(folder: string, name: string): string {
  const manifest = JSON.parse(readFileSync(new URL(`${folder}/package.json`, root), 'utf8'));
  return { ...manifest.dependencies, ...manifest.optionalDependencies }[name];
}
