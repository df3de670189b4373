import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import type { Abi } from 'ox';
import { type ArtifactLock, checkAgainstLock, lockFileName, parseArtifactLock } from './artifact-lock.ts';
import { checkIsFresh, recordPath } from './building/build-record.ts';
import { bundledCaseDirectory, bundledCases, bundledRoot, isBundledDirectory } from './bundled-cases.ts';
import { companionDeployments, encodeCaseCall, encodeCaseConstructor } from './case-calls.ts';
import { checkCaseName } from './case-name.ts';
import type { CallText, Companion, CompleteCase, ContractCase } from './contract-case.ts';
import { unlinkedCode } from './forms/compiled-contract.ts';
import { parseHexCode } from './forms/hex-code.ts';
import { InputRejected } from './input-rejected.ts';
import { type CompanionText, parseManifest } from './manifest.ts';
import { parseAbi } from './parse-abi.ts';
import { type PortLanguage, portExtensions, type WasmPorts } from './port-language.ts';
import { decodeInput, readInput, readInputText } from './read-input.ts';

/** Largest file of a case. The default limit of a module is as large. */
const MAX_FILE_BYTES = 1 << 20;

/** How to read a contract folder. */
export interface ReadCaseOptions {
  /** Is told, where a contract that is Solidity alone is compiled, what is done and what the compiler warns of. */
  readonly onProgress?: ((message: string) => void) | undefined;
}

/**
 * Reads a contract case from its folder (format: docs/contracts.md): its manifest and what there is of its forms, each
 * checked against the lock if the folder has one, and every call of the manifest against the ABI. Solidity that is not
 * built is compiled; what else is not built, or was built before its sources changed, is refused.
 *
 * @throws InputRejected
 *
 * @example
 * const { id, constructorArgs, wasm } = await readCase(bundledCaseDirectory('erc20'));
 * console.log(id, constructorArgs.length, wasm?.subarray(0, 4).join()); // erc20 3 0,97,115,109
 */
export async function readCase(directory: string, options: ReadCaseOptions = {}): Promise<ContractCase> {
  return readFolder(directory, false, options);
}

/**
 * A case that comes with this package, in all three forms.
 *
 * @throws InputRejected for an id that is not among `bundledCases()`
 *
 * @example
 * const { wasm, evmInitcode } = await readBundledCase('erc20');
 * console.log(wasm.length > evmInitcode.length); // true
 */
export async function readBundledCase(id: string): Promise<CompleteCase> {
  // The lock names all of its forms, and what a lock names has to be there.
  return (await readFolder(bundledCaseDirectory(id), false, {})) as CompleteCase;
}

async function readFolder(directory: string, isCompanion: boolean, options: ReadCaseOptions): Promise<ContractCase> {
  const root = resolve(directory);
  const id = basename(root);
  const found = await stat(root).catch(() => undefined);
  if (found === undefined) throw new InputRejected(directory, 'no such folder');
  if (!found.isDirectory()) throw new InputRejected(directory, 'is not a folder');
  checkCaseName(id, directory);

  const at = (path: string): string => join(directory, path);
  const manifestPath = at('manifest.json');
  const {
    contract: solidity,
    companions,
    ports,
    ...described
  } = parseManifest(readInputText(manifestPath, MAX_FILE_BYTES), manifestPath);
  if (isCompanion && companions.length > 0) {
    throw new InputRejected(manifestPath, 'a companion has no companions of its own');
  }
  const { readIfThere, read, isThere, isLocked } = filesOf(directory, root, id);
  checkIsBuilt(directory, id, isThere);
  const abiPath = `build/${id}.abi.json`;
  const initcodePath = `build/${id}.evm.hex`;
  const isUnbuilt = !isLocked && !isThere(initcodePath) && isThere(`${solidity}.sol`);

  const compiled =
    solidity !== undefined && isUnbuilt ? await compileUnbuilt(at(`${solidity}.sol`), solidity, options) : undefined;
  const abi =
    compiled !== undefined && !isThere(abiPath)
      ? compiled.abi
      : parseAbi(decodeInput(read(abiPath), at(abiPath)), at(abiPath));
  const initcode = readIfThere(initcodePath);
  const wasm = readIfThere(`build/${id}.wasm`);
  const hasNative = readIfThere(`${id}.cpp`) !== undefined;
  if (initcode !== undefined && solidity !== undefined) readIfThere(`${solidity}.sol`);
  if (initcode === undefined && compiled === undefined && wasm === undefined && !hasNative) {
    throw new InputRejected(directory, `has no form to run: none of build/${id}.wasm, ${initcodePath} and ${id}.cpp`);
  }
  const contract: ContractCase = {
    id,
    ...described,
    path: root,
    abi,
    companions: await readCompanions(companions, dirname(root), `${manifestPath}: companions`, options),
    wasm,
    wasmPorts: readPorts(id, ports, read),
    evmInitcode:
      compiled?.initcode ?? (initcode && parseHexCode(decodeInput(initcode, at(initcodePath)), at(initcodePath))),
    nativeSource: hasNative ? join(root, `${id}.cpp`) : undefined,
  };
  checkCalls(contract, manifestPath);
  return contract;
}

/**
 * What needs a compiler that is not there for the asking has to be built, and everything from its sources as they are. A folder
 * that `trimeter build` never saw may lack the module: then its C++ is for the native machine.
 */
function checkIsBuilt(directory: string, id: string, isThere: (path: string) => boolean): void {
  checkIsFresh(directory);
  const hasModuleSource = [`${id}.cpp`, `${id}.as`, 'Cargo.toml'].some(isThere);
  const built = isThere(recordPath) ? `build/${id}.wasm` : `build/${id}.abi.json`;
  if (!hasModuleSource || isThere(built)) return;
  throw new InputRejected(directory, `is not built: run \`npx trimeter build ${directory}\` first`);
}

async function compileUnbuilt(
  path: string,
  contract: string,
  { onProgress }: ReadCaseOptions,
): Promise<{ readonly abi: Abi.Abi; readonly initcode: Uint8Array }> {
  // Loads a compiler of megabytes, which nothing else needs.
  const { compileSolidity } = await import('./solidity/compile-solidity.ts');
  const compiled = await compileSolidity(path, { contract, ...(onProgress !== undefined && { onProgress }) });
  return { abi: compiled.abi, initcode: parseHexCode(unlinkedCode(compiled, path), path) };
}

/** Files of a folder, held against its lock if it has one: then what the lock names has to be there. */
function filesOf(
  directory: string,
  root: string,
  id: string,
): {
  readonly read: (path: string) => Uint8Array;
  readonly readIfThere: (path: string) => Uint8Array | undefined;
  readonly isThere: (path: string) => boolean;
  /** Whether there is a lock, which has all artifacts then. */
  readonly isLocked: boolean;
} {
  const { lock, prefix } = readLock(directory, root, id);
  const read = (path: string): Uint8Array => {
    const place = join(directory, path);
    const content = readInput(place, MAX_FILE_BYTES);
    if (lock !== undefined) checkAgainstLock(lock, prefix + path, content, place);
    return content;
  };
  const isThere = (path: string) => lock?.has(prefix + path) === true || existsSync(join(directory, path));
  return {
    read,
    readIfThere: (path) => (isThere(path) ? read(path) : undefined),
    isThere,
    isLocked: lock !== undefined,
  };
}

/** With their sources, which the lock covers too. */
function readPorts(id: string, languages: readonly PortLanguage[], read: (path: string) => Uint8Array): WasmPorts {
  const ports: { [language in PortLanguage]?: Uint8Array } = {};
  for (const language of languages) {
    read(`${id}.${portExtensions[language]}`);
    ports[language] = read(`build/${id}.${language}.wasm`);
  }
  return ports;
}

/** A folder beside the case comes before a bundled case of that name. */
async function readCompanions(
  texts: readonly CompanionText[],
  parent: string,
  where: string,
  options: ReadCaseOptions,
): Promise<readonly Companion[]> {
  const companions: Companion[] = [];
  for (const [i, { name, case: id, constructorArgs }] of texts.entries()) {
    const beside = join(parent, id);
    const found = await stat(beside).catch(() => undefined);
    const isThere = found?.isDirectory() === true;
    if (!isThere && !bundledCases().includes(id)) {
      throw new InputRejected(`${where}[${i}].case`, `${id}: no such case, neither beside this folder nor bundled`);
    }
    const directory = isThere ? beside : bundledCaseDirectory(id);
    companions.push({ name, contract: await readFolder(directory, true, options), constructorArgs });
  }
  return companions;
}

/** Bundled cases share one lock, whose paths begin with the case. A case of one's own may have its lock in its folder. */
function readLock(
  directory: string,
  root: string,
  id: string,
): { readonly lock: ArtifactLock | undefined; readonly prefix: string } {
  const isBundled = isBundledDirectory(root);
  const path = isBundled ? join(bundledRoot, lockFileName) : join(directory, lockFileName);
  const lock = isBundled || existsSync(path) ? parseArtifactLock(readInputText(path, MAX_FILE_BYTES), path) : undefined;
  return { lock, prefix: isBundled ? `${id}/` : '' };
}

/** What a manifest asks for must be possible, so that nothing fails halfway through a run. */
function checkCalls(contract: ContractCase, where: string): void {
  const check = (part: string, encode: () => void): void => {
    try {
      encode();
    } catch (error) {
      if (!(error instanceof InputRejected)) throw error;
      throw new InputRejected(`${where}: ${part}`, error.message);
    }
  };
  const checkEach = (part: string, calls: readonly CallText[]): void => {
    for (const [i, call] of calls.entries()) check(`${part}[${i}]`, () => encodeCaseCall(contract, call));
  };
  check('constructorArgs', () => encodeCaseConstructor(contract, contract.constructorArgs));
  check('companions', () => companionDeployments(contract));
  for (const { id, setup, calls } of contract.workloads) {
    checkEach(`${id}: setup`, setup);
    checkEach(`${id}: calls`, calls);
  }
  checkEach('setup', contract.setup ?? []);
  checkEach('examples', contract.examples);
}
