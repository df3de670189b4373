import { stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { type ArtifactLock, checkAgainstLock, lockFileName, parseArtifactLock } from './artifact-lock.ts';
import { bundledCaseDirectory, bundledCases, bundledRoot, isBundledDirectory } from './bundled-cases.ts';
import { companionDeployments, encodeCaseCall, encodeCaseConstructor } from './case-calls.ts';
import type { CallText, Companion, ContractCase } from './contract-case.ts';
import { InputRejected } from './input-rejected.ts';
import { type CompanionText, parseManifest } from './manifest.ts';
import { parseAbi } from './parse-abi.ts';
import { type PortLanguage, portExtensions, type WasmPorts } from './port-language.ts';
import { decodeInput, readInput, readInputText } from './read-input.ts';

/** Largest file of a case. The default limit of a module is as large. */
const MAX_FILE_BYTES = 1 << 20;

/**
 * Reads a contract case from its folder (format: docs/contracts.md): manifest and artifacts, with the artifacts and
 * sources checked against the lock and every call of the manifest against the ABI.
 *
 * @throws InputRejected
 *
 * @example
 * const { id, constructorArgs, wasm } = await readCase(bundledCaseDirectory('erc20'));
 * console.log(id, constructorArgs.length, wasm.subarray(0, 4).join()); // erc20 3 0,97,115,109
 */
export async function readCase(directory: string): Promise<ContractCase> {
  return readFolder(directory, false);
}

async function readFolder(directory: string, isCompanion: boolean): Promise<ContractCase> {
  const root = resolve(directory);
  const id = basename(root);
  const found = await stat(root).catch(() => undefined);
  if (found === undefined) throw new InputRejected(directory, 'no such folder');
  if (!found.isDirectory()) throw new InputRejected(directory, 'is not a folder');
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(id)) {
    throw new InputRejected(directory, 'the name of a case folder is lower-case words joined by dashes');
  }

  const at = (path: string): string => join(directory, path);
  const manifestPath = at('manifest.json');
  const manifest = parseManifest(readInputText(manifestPath, MAX_FILE_BYTES), manifestPath);
  const { lock, prefix } = readLock(directory, root, id);
  const readLocked = (path: string): Uint8Array => {
    const content = readInput(at(path), MAX_FILE_BYTES);
    checkAgainstLock(lock, prefix + path, content, at(path));
    return content;
  };

  const abiPath = `build/${id}.abi.json`;
  const initcodePath = `build/${id}.evm.hex`;
  const abi = parseAbi(decodeInput(readLocked(abiPath), at(abiPath)), at(abiPath));
  const evmInitcode = parseHex(decodeInput(readLocked(initcodePath), at(initcodePath)), at(initcodePath));
  const wasm = readLocked(`build/${id}.wasm`);
  for (const source of [`${id}.cpp`, `${manifest.contract}.sol`]) readLocked(source);
  const { contract: _contract, companions, ports, ...described } = manifest;
  if (isCompanion && companions.length > 0) {
    throw new InputRejected(manifestPath, 'a companion has no companions of its own');
  }
  const contract: ContractCase = {
    id,
    ...described,
    directory: root,
    abi,
    companions: await readCompanions(companions, dirname(root), `${manifestPath}: companions`),
    wasm,
    wasmPorts: readPorts(id, ports, readLocked),
    evmInitcode,
    nativeSource: join(root, `${id}.cpp`),
  };
  checkCalls(contract, manifestPath);
  return contract;
}

/** With their sources, which the lock covers too. */
function readPorts(
  id: string,
  languages: readonly PortLanguage[],
  readLocked: (path: string) => Uint8Array,
): WasmPorts {
  const ports: { [language in PortLanguage]?: Uint8Array } = {};
  for (const language of languages) {
    readLocked(`${id}.${portExtensions[language]}`);
    ports[language] = readLocked(`build/${id}.${language}.wasm`);
  }
  return ports;
}

/** A folder beside the case comes before a bundled case of that name. */
async function readCompanions(
  texts: readonly CompanionText[],
  parent: string,
  where: string,
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
    companions.push({ name, contract: await readFolder(directory, true), constructorArgs });
  }
  return companions;
}

/** Bundled cases share one lock, whose paths begin with the case; a case of one's own has its lock in its folder. */
function readLock(
  directory: string,
  root: string,
  id: string,
): { readonly lock: ArtifactLock; readonly prefix: string } {
  const isBundled = isBundledDirectory(root);
  const path = isBundled ? join(bundledRoot, lockFileName) : join(directory, lockFileName);
  return {
    lock: parseArtifactLock(readInputText(path, MAX_FILE_BYTES), path),
    prefix: isBundled ? `${id}/` : '',
  };
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
  checkEach('examples', contract.examples);
}

function parseHex(text: string, where: string): Uint8Array {
  const digits = text.trim();
  if (!/^([0-9a-f]{2})+$/.test(digits)) throw new InputRejected(where, 'expected lower-case hex digits, two per byte');
  return Uint8Array.from(digits.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));
}
