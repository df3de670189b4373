import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { lockFileName } from '../artifact-lock.ts';
import { isBundledDirectory } from '../bundled-cases.ts';
import { checkCaseName } from '../case-name.ts';
import { fileStats } from '../file-stats.ts';
import { unlinkedCode } from '../forms/compiled-contract.ts';
import { InputRejected } from '../input-rejected.ts';
import { parseManifest } from '../manifest.ts';
import { defaultCacheDirectory } from '../npm-cache.ts';
import { contractSources } from '../package-sources.ts';
import { parseAbi } from '../parse-abi.ts';
import { readInputText } from '../read-input.ts';
import { compileSolidity, solidityInputs } from '../solidity/compile-solidity.ts';
import {
  type BuildRecord,
  formatBuildRecord,
  hashInputs,
  hashOfFile,
  type MadeOf,
  readBuildRecord,
  recordPath,
  sha256Hex,
} from './build-record.ts';
import { compileModule } from './compile-module.ts';
import { type CompiledLanguage, pinnedPackages, provideCompiler } from './npm-compilers.ts';
import { buildCrate, crateSources } from './rust-crate.ts';

export interface BuildSettings {
  /** Where compilers are kept. By default `$TRIMETER_CACHE`, or `trimeter` in the user's folder of caches. */
  readonly cacheDirectory?: string;
  /** Writes a lock file. One that is there is written anew in any case. */
  readonly lock?: boolean;
  /** Is told in lines what is being done. */
  readonly onProgress?: (message: string) => void;
  /** Is told of downloads and of the compilers' warnings. */
  readonly onNotice?: (message: string) => void;
}

/** A file in a contract's folder, and whether this build made it. */
export interface Artifact {
  /** From the folder: `build/erc20.wasm`. */
  readonly path: string;
  readonly bytes: number;
  readonly isNew: boolean;
}

/** One compilation, with what it takes and what it makes. */
interface Step {
  /** For people: `vault2.cpp`. */
  readonly source: string;
  readonly artifacts: readonly string[];
  /** Absolute paths. */
  readonly inputs: readonly string[];
  /** An input that the compiler itself writes, as cargo does its lock: absolute path. */
  readonly kept?: string;
  readonly settings: string;
  /** In the order of `artifacts`. */
  readonly make: () => Promise<readonly (string | Uint8Array)[]>;
}

interface Context {
  /** As the user named it. */
  readonly directory: string;
  readonly id: string;
  readonly cache: string;
  readonly onProgress: (message: string) => void;
  readonly onNotice: (message: string) => void;
}

const MAX_FILE_BYTES = 1 << 20;

/**
 * Builds the forms of a contract folder from the sources that are there, as far as they are not built already.
 *
 * @throws CompilerRejected for what a compiler refuses, InputRejected for everything else
 */
export async function buildFolder(
  directory: string,
  {
    cacheDirectory = defaultCacheDirectory(),
    lock = false,
    onProgress = () => {},
    onNotice = () => {},
  }: BuildSettings = {},
): Promise<readonly Artifact[]> {
  if (fileStats(directory)?.isDirectory() !== true) {
    throw new InputRejected(directory, 'no such folder');
  }
  if (isBundledDirectory(resolve(directory))) {
    throw new InputRejected(directory, 'is a contract that comes with this package, and is built');
  }
  const id = basename(resolve(directory));
  checkCaseName(id, directory);
  const steps = stepsOf({ directory, id, cache: cacheDirectory, onProgress, onNotice });
  const before = readBuildRecord(directory);
  const known = steps.flatMap((step) => step.artifacts).filter((path) => before[path] !== undefined);
  const record: Record<string, MadeOf> = Object.fromEntries(known.map((path) => [path, before[path] as MadeOf]));
  const artifacts: Artifact[] = [];
  for (const step of steps) {
    const found = hashInputs(directory, step.inputs);
    const isFresh = step.artifacts.every((path) => isUpToDate(directory, path, before, found, step.settings));
    if (!isFresh) onProgress(`${directory}: compiling ${step.source}`);
    const made = isFresh ? step.artifacts.map((path) => readFileSync(join(directory, path))) : await step.make();
    // All else as it was before: what is edited while it is compiled has to be compiled again.
    const inputs = isFresh ? found : withKept(directory, found, step);
    for (const [i, path] of step.artifacts.entries()) {
      const content = made[i] as string | Uint8Array;
      if (!isFresh) write(join(directory, path), content);
      record[path] = { inputs, settings: step.settings, sha256: sha256Hex(content) };
      artifacts.push({ path, bytes: Buffer.byteLength(content), isNew: !isFresh });
    }
    // After each: the next one may fail.
    writeRecord(directory, record);
  }
  const lockPath = join(directory, lockFileName);
  if (lock || existsSync(lockPath)) write(lockPath, formatLock(record));
  return artifacts;
}

function withKept(directory: string, found: MadeOf['inputs'], { kept }: Step): MadeOf['inputs'] {
  if (kept === undefined || !existsSync(kept)) return found;
  const all = { ...found, ...hashInputs(directory, [kept]) };
  return Object.fromEntries(Object.entries(all).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function writeRecord(directory: string, record: BuildRecord): void {
  const path = join(directory, recordPath);
  const text = formatBuildRecord(record);
  if (hashOfFile(path) !== sha256Hex(text)) write(path, text);
}

function isUpToDate(
  directory: string,
  path: string,
  record: BuildRecord,
  inputs: MadeOf['inputs'],
  settings: string,
): boolean {
  const made = record[path];
  return (
    made !== undefined &&
    made.settings === settings &&
    JSON.stringify(made.inputs) === JSON.stringify(inputs) &&
    made.sha256 === hashOfFile(join(directory, path))
  );
}

function stepsOf(context: Context): readonly Step[] {
  const { directory, id } = context;
  const at = (name: string): string => join(directory, name);
  const isThere = (name: string): boolean => existsSync(at(name));
  const { contract, ports } = parseManifest(readInputText(at('manifest.json'), MAX_FILE_BYTES), at('manifest.json'));
  if (contract !== undefined && !isThere(`${contract}.sol`)) {
    throw new InputRejected(at('manifest.json'), `names the contract ${contract}, and there is no ${contract}.sol`);
  }
  const asPort = ports.includes('assemblyscript');
  const forModule = [`${id}.cpp`, 'Cargo.toml', ...(asPort ? [] : [`${id}.as`])].filter(isThere);
  const [source, other] = forModule;
  if (asPort && source === undefined) {
    throw new InputRejected(
      at('manifest.json'),
      `has ${id}.as as a port, and there is no module beside it: without "ports" it is the module`,
    );
  }
  if (other !== undefined) {
    throw new InputRejected(directory, `has ${source} and ${other}, of which either would be build/${id}.wasm`);
  }
  if (contract === undefined && source === undefined) {
    throw new InputRejected(
      directory,
      `has nothing to build: no ${id}.cpp, ${id}.as or Cargo.toml, and no "contract" in its manifest`,
    );
  }
  if (contract === undefined && !isThere(`${id}.abi.json`)) {
    throw new InputRejected(
      directory,
      `has no ABI: expected a .sol file that is "contract" in its manifest, or ${id}.abi.json`,
    );
  }
  return [
    contract === undefined ? abiStep(context) : solidityStep(context, contract),
    ...(source === `${id}.cpp` ? [moduleStep(context, 'cpp', `build/${id}.wasm`)] : []),
    ...(source === `${id}.as` ? [moduleStep(context, 'assemblyscript', `build/${id}.wasm`)] : []),
    ...(source === 'Cargo.toml' ? [crateStep(context)] : []),
    ...(asPort ? [moduleStep(context, 'assemblyscript', `build/${id}.assemblyscript.wasm`)] : []),
  ];
}

function solidityStep({ directory, id, cache, onProgress, onNotice }: Context, contract: string): Step {
  const path = join(directory, `${contract}.sol`);
  const { files, settings } = solidityInputs(path, contract);
  return {
    source: `${contract}.sol`,
    artifacts: [`build/${id}.abi.json`, `build/${id}.evm.hex`],
    inputs: files,
    settings,
    make: async () => {
      const compiled = await compileSolidity(path, { contract, cacheDirectory: cache, onProgress, onNotice });
      const code = unlinkedCode(compiled, path);
      return [`${JSON.stringify(compiled.abi, null, 2)}\n`, `${code}\n`];
    },
  };
}

/** Where no Solidity says what the contract's interface is, somebody wrote it down. */
function abiStep({ directory, id }: Context): Step {
  const path = join(directory, `${id}.abi.json`);
  return {
    source: `${id}.abi.json`,
    artifacts: [`build/${id}.abi.json`],
    inputs: [resolve(path)],
    settings: 'as it is',
    make: async () => {
      const text = readInputText(path, MAX_FILE_BYTES);
      parseAbi(text, path);
      return [text];
    },
  };
}

const sourceNames: Readonly<Record<CompiledLanguage, RegExp>> = { cpp: /\.(?:cpp|hpp|h)$/, assemblyscript: /\.as$/ };

function moduleStep({ directory, id, cache, onNotice }: Context, language: CompiledLanguage, artifact: string): Step {
  const names = readdirSync(directory).filter((name) => sourceNames[language].test(name));
  const source = `${id}.${language === 'cpp' ? 'cpp' : 'as'}`;
  if (!names.includes(source)) throw new InputRejected(join(directory, source), 'no such file');
  const packages = Object.entries(pinnedPackages(language)).map((entry) => entry.join('@'));
  return {
    source,
    artifacts: [artifact],
    inputs: names.map((name) => resolve(directory, name)),
    settings: `${packages.join(', ')}, SDK and flags ${ourPart(language)}`,
    make: async () => {
      const toolchain = await provideCompiler(language, cache, onNotice);
      const files = Object.fromEntries(
        names.map((name) => [name, readInputText(join(directory, name), MAX_FILE_BYTES).replaceAll('\r\n', '\n')]),
      );
      const { wasm, messages } = await compileModule({ language, id, files, directory }, toolchain);
      if (messages !== '') onNotice(messages);
      return [wasm];
    },
  };
}

/** Hash of the SDK, and of the code that has the flags. */
function ourPart(language: CompiledLanguage): string {
  const sdk = join(contractSources, language === 'cpp' ? 'sdk' : 'sdk/assemblyscript');
  const files = [join(contractSources, 'compile'), sdk].flatMap((folder) =>
    readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ name }) => join(folder, name)),
  );
  return sha256Hex(JSON.stringify(hashInputs(contractSources, files))).slice(0, 12);
}

/** Cargo knows best what there is to compile again, and is asked as soon as anything changed. */
function crateStep({ directory, id, onNotice }: Context): Step {
  return {
    source: 'Cargo.toml',
    artifacts: [`build/${id}.wasm`],
    inputs: crateSources(resolve(directory)),
    kept: resolve(directory, 'Cargo.lock'),
    settings: 'cargo build --release',
    make: async () => {
      const { wasm, messages } = await buildCrate(directory);
      if (messages !== '') onNotice(messages);
      return [wasm];
    },
  };
}

/** The format of the bundled contracts' lock, for one folder. Sources from elsewhere are not in it. */
function formatLock(record: BuildRecord): string {
  const steps = Object.entries(record);
  const hashes = steps.flatMap(([path, { inputs, sha256 }]) => [
    [path, sha256] as const,
    ...Object.entries(inputs).filter(([file]) => !file.startsWith('../')),
  ]);
  const settings = Object.fromEntries(steps.map(([path, made]) => [path, made.settings]));
  const sorted = [...new Map(hashes)].sort(([a], [b]) => (a < b ? -1 : 1));
  const lock = { format: 1, toolchain: settings, sha256: Object.fromEntries(sorted) };
  return `${JSON.stringify(lock, null, 2)}\n`;
}

function write(path: string, content: string | Uint8Array): void {
  try {
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, content);
  } catch (error) {
    throw new InputRejected(path, `cannot be written (${(error as NodeJS.ErrnoException).code ?? 'unknown error'})`);
  }
}
