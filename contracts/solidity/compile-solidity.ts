import { basename, join } from 'node:path';
import { valid } from 'semver';
import type { CompiledContract } from '../forms/compiled-contract.ts';
import { InputRejected } from '../input-rejected.ts';
import { defaultCacheDirectory } from '../npm-cache.ts';
import { laterEvmVersions } from './evm-version.ts';
import { linksOf, outputContract, splitQualifiedName } from './output-contract.ts';
import { shownPath } from './project.ts';
import type { CompilerChoice, ProjectConfig } from './project-config.ts';
import { provideSolc } from './solc-package.ts';
import { runSolc, type SolcContract, type SolcOutput } from './solc-process.ts';
import { type SolcSettings, settingsText, solcSettings } from './solc-settings.ts';
import { checkWishes, satisfiesAll, type VersionWish } from './solc-version.ts';
import { messageLine, solidityRejected } from './solidity-rejected.ts';
import { readSourceFiles, type SourceFile, type SourceFiles } from './source-files.ts';
import { findWanted, whichOne, withoutCode } from './wanted-contract.ts';

/** How to compile Solidity. */
export interface SoliditySettings {
  /** Its name, or `src/Token.sol:Token`. By default the only one, or that which is called as its file is. */
  readonly contract?: string;
  /** Where compilers are kept. By default `$TRIMETER_CACHE`, or `trimeter` in the user's folder of caches. */
  readonly cacheDirectory?: string;
  /** Is told in lines what was read, and what takes long. */
  readonly onProgress?: (message: string) => void;
  /** Is told in lines of downloads and warnings. By default it is `onProgress`. */
  readonly onNotice?: (message: string) => void;
}

/**
 * Compiles a contract as it lies in its project, which Foundry, Hardhat or nothing may be configured for: with the imports,
 * the compiler and the settings that it asks for. A compiler that is not on this machine comes from npm, once.
 *
 * @param path A `.sol` file, also as `Token.sol:Token`, or the folder of a project.
 * @throws SolidityRejected for what the compiler refuses, InputRejected for everything else.
 */
export async function compileSolidity(
  path: string,
  {
    contract,
    cacheDirectory = defaultCacheDirectory(),
    onProgress = () => {},
    onNotice = onProgress,
  }: SoliditySettings = {},
): Promise<CompiledContract> {
  const { project, path: file, names } = findWanted(path, contract);
  const sources = readSourceFiles(project, [file]);
  const [entry] = sources.files as readonly [SourceFile];
  const pragmas = pragmaWishes(sources);
  checkWishes(pragmas);
  const choice = chooseCompiler(project.config, pragmas);
  if (project.config !== undefined) onProgress(configText(project.config, choice));
  const wishes = [...configWishes(project.config, choice), ...pragmas];
  checkWishes(wishes);
  const solc = await provideSolc(project.root, cacheDirectory, wishes, onNotice);

  const settings = solcSettings(solc.version, choice);
  onProgress(`compiling ${entry.name} with solc ${solc.version}, ${settingsText(settings)}`);
  const compile = async (names: readonly string[]): Promise<SolcOutput> => {
    const output = await runSolc(solc, solcInput(sources, settings, names));
    const errors = (output.errors ?? []).filter(({ severity }) => severity === 'error');
    if (errors.length > 0) throw solidityRejected(errors, sources.files);
    return output;
  };
  const output = await compile(names.map((name) => `${entry.name}:${name}`));
  for (const line of warningLines(output, sources.files)) onNotice(line);
  const qualifiedName = `${entry.name}:${chooseByCode(output, entry, names)}`;
  const contracts = new Map([[qualifiedName, contractIn(output, qualifiedName)]]);
  await addLibraries(contracts, compile);
  return { ...outputContract(contracts, qualifiedName), compiler: `solc ${solc.version}, ${settingsText(settings)}` };
}

/** What a compilation of a contract is made of. */
export interface SolidityInputs {
  /** Absolute paths: the sources, and the project's configuration if it has one. */
  readonly files: readonly string[];
  /** What the configuration says. */
  readonly settings: string;
}

/**
 * Finds out what `compileSolidity` would compile, without compiling.
 *
 * @throws InputRejected
 */
export function solidityInputs(path: string, contract?: string): SolidityInputs {
  const { project, path: file } = findWanted(path, contract);
  const { config, root } = project;
  const files = readSourceFiles(project, [file]).files.map((source) => source.path);
  return {
    files: config === undefined ? files : [...files, join(root, config.file)],
    settings: JSON.stringify(config?.compilers ?? []),
  };
}

/** Compiles what is linked, and what that is linked with. */
async function addLibraries(
  contracts: Map<string, SolcContract>,
  compile: (names: readonly string[]) => Promise<SolcOutput>,
): Promise<void> {
  const linked = [...contracts.values()].flatMap((contract) => Object.keys(linksOf(contract)));
  const missing = [...new Set(linked)].filter((name) => !contracts.has(name));
  if (missing.length === 0) return;
  const output = await compile(missing);
  for (const name of missing) contracts.set(name, contractIn(output, name));
  await addLibraries(contracts, compile);
}

/** In standard JSON. Code is asked for of what is needed only: it is most of the work. */
function solcInput({ files, remappings }: SourceFiles, settings: SolcSettings, names: readonly string[]): unknown {
  const selected: Record<string, Record<string, readonly string[]>> = {};
  for (const [file, name] of names.map(splitQualifiedName)) {
    selected[file] = { ...selected[file], [name]: ['abi', 'evm.bytecode.object', 'evm.bytecode.linkReferences'] };
  }
  return {
    language: 'Solidity',
    sources: Object.fromEntries(files.map(({ name, content }) => [name, { content }])),
    settings: { ...settings, remappings, outputSelection: selected },
  };
}

function pragmaWishes({ files }: SourceFiles): readonly VersionWish[] {
  return files.flatMap(({ name, scan }) => scan.pragmas.map((range) => ({ where: name, range })));
}

/** The first compiler of a configuration that the pragmas allow. @throws InputRejected if they allow none. */
function chooseCompiler(config: ProjectConfig | undefined, pragmas: readonly VersionWish[]): CompilerChoice {
  if (config === undefined) return {};
  const isAllowed = ({ version }: CompilerChoice) =>
    valid(version) === null || satisfiesAll(version as string, pragmas);
  const choice = config.compilers.find(isAllowed);
  if (choice !== undefined) return choice;
  const versions = config.compilers.map(({ version }) => version as string);
  const against = pragmas.find((pragma) => !versions.some((version) => satisfiesAll(version, [pragma]))) ?? pragmas[0];
  throw new InputRejected(
    config.file,
    `asks for solc ${versions.join(' or ')}, but ${against?.where} for ${against?.range}: change one of them`,
  );
}

function configWishes(config: ProjectConfig | undefined, { version }: CompilerChoice): readonly VersionWish[] {
  return config === undefined || version === undefined ? [] : [{ where: config.file, range: version }];
}

/** Where a contract was not named, that which has code, or else that which is called as its file is. @throws InputRejected */
function chooseByCode(output: SolcOutput, entry: SourceFile, names: readonly string[]): string {
  const where = shownPath(entry.path);
  const deployable = names.filter((name) => contractIn(output, `${entry.name}:${name}`).evm.bytecode.object !== '');
  const [first] = deployable;
  // Before 0.6 only the compiler knows.
  if (first === undefined) throw withoutCode(where, names[0] as string, 'an abstract contract');
  if (deployable.length === 1) return first;
  const ofFile = deployable.find((name) => name === basename(entry.path, '.sol'));
  if (ofFile === undefined) throw whichOne(where, deployable);
  return ofFile;
}

/** @throws InputRejected for what we take for a contract and the compiler does not. */
function contractIn(output: SolcOutput, qualifiedName: string): SolcContract {
  const [file, name] = splitQualifiedName(qualifiedName);
  const contract = output.contracts?.[file]?.[name];
  if (contract === undefined) throw new InputRejected(qualifiedName, 'the compiler gave no such contract');
  return contract;
}

/** Of the user's own files: the others are somebody else's to mend. */
function warningLines(output: SolcOutput, files: readonly SourceFile[]): readonly string[] {
  const own = files.filter(({ isOwn }) => isOwn);
  return (output.errors ?? [])
    .filter(({ sourceLocation }) => own.some(({ name }) => name === sourceLocation?.file))
    .map((message) => messageLine(message, own))
    .map(({ where, problem }) => `${where}: ${problem}`);
}

/** What was read in a configuration, and what could not be. */
function configText({ file, unread }: ProjectConfig, choice: CompilerChoice): string {
  const { version, optimizer, optimizerRuns, viaIR, evmVersion, libraries } = choice;
  const said = [
    ...(version === undefined ? [] : [`solc ${version}`]),
    ...(optimizer === undefined ? [] : [`optimizer ${optimizer ? 'on' : 'off'}`]),
    ...(optimizerRuns === undefined ? [] : [`${optimizerRuns} runs`]),
    ...(viaIR === undefined ? [] : [`via IR ${viaIR ? 'on' : 'off'}`]),
    ...(evmVersion === undefined ? [] : [`for ${evmVersion}`]),
    ...(libraries === undefined ? [] : ['addresses of libraries']),
  ];
  const isLater = laterEvmVersions.includes(evmVersion ?? '');
  return [
    `${file}: ${said.length === 0 ? 'says nothing of the compiler' : said.join(', ')}`,
    ...(isLater ? [`${evmVersion} is later than what runs here, and is left out`] : []),
    ...(unread.length === 0 ? [] : [`cannot be read without running it, and is left out: ${unread.join(', ')}`]),
  ].join('; ');
}
