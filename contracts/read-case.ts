import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import type { Abi } from 'ox';
import { type ArtifactLock, checkAgainstLock, lockFileName, parseArtifactLock } from './artifact-lock.ts';
import { bundledCaseDirectory, bundledRoot } from './bundled-cases.ts';
import { companionDeployments, encodeCaseCall, encodeCaseConstructor } from './case-calls.ts';
import type { CallText, Companion, ContractCase } from './contract-case.ts';
import { InputRejected } from './input-rejected.ts';
import { type CompanionText, parseManifest } from './manifest.ts';
import { type PortLanguage, portExtensions, type WasmPorts } from './port-language.ts';
import { parseStrictJson } from './strict-json.ts';

/** Largest file of a case. The default limit of a module is as large. */
const MAX_FILE_BYTES = 1 << 20;

/**
 * Reads a contract case from its folder (format: docs/contracts.md): manifest and artifacts, with the artifacts and
 * sources checked against the lock and every call of the manifest against the ABI.
 *
 * @throws InputRejected
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
  const manifest = parseManifest(
    decodeText(await readBounded(at('manifest.json')), at('manifest.json')),
    at('manifest.json'),
  );
  const { lock, prefix } = await readLock(directory, root, id);
  const readLocked = async (path: string): Promise<Uint8Array> => {
    const content = await readBounded(at(path));
    checkAgainstLock(lock, prefix + path, content, at(path));
    return content;
  };

  const abiPath = `build/${id}.abi.json`;
  const initcodePath = `build/${id}.evm.hex`;
  const abi = parseAbi(decodeText(await readLocked(abiPath), at(abiPath)), at(abiPath));
  const evmInitcode = parseHex(decodeText(await readLocked(initcodePath), at(initcodePath)), at(initcodePath));
  const wasm = await readLocked(`build/${id}.wasm`);
  for (const source of [`${id}.cpp`, `${manifest.contract}.sol`]) await readLocked(source);
  const { contract: _contract, companions, ports, ...described } = manifest;
  if (isCompanion && companions.length > 0) {
    throw new InputRejected(at('manifest.json'), 'a companion has no companions of its own');
  }
  const contract: ContractCase = {
    id,
    ...described,
    directory: root,
    abi,
    companions: await readCompanions(companions, dirname(root)),
    wasm,
    wasmPorts: await readPorts(id, ports, readLocked),
    evmInitcode,
    nativeSource: join(root, `${id}.cpp`),
  };
  checkCalls(contract, at('manifest.json'));
  return contract;
}

/** With their sources, which the lock covers too. */
async function readPorts(
  id: string,
  languages: readonly PortLanguage[],
  readLocked: (path: string) => Promise<Uint8Array>,
): Promise<WasmPorts> {
  const ports: { [language in PortLanguage]?: Uint8Array } = {};
  for (const language of languages) {
    await readLocked(`${id}.${portExtensions[language]}`);
    ports[language] = await readLocked(`build/${id}.${language}.wasm`);
  }
  return ports;
}

/** A folder beside the case comes before a bundled case of that name. */
async function readCompanions(texts: readonly CompanionText[], parent: string): Promise<readonly Companion[]> {
  const companions: Companion[] = [];
  for (const { name, case: id, constructorArgs } of texts) {
    const beside = join(parent, id);
    const found = await stat(beside).catch(() => undefined);
    const directory = found?.isDirectory() === true ? beside : bundledCaseDirectory(id);
    companions.push({ name, contract: await readFolder(directory, true), constructorArgs });
  }
  return companions;
}

/** Bundled cases share one lock, whose paths begin with the case; a case of one's own has its lock in its folder. */
async function readLock(
  directory: string,
  root: string,
  id: string,
): Promise<{ readonly lock: ArtifactLock; readonly prefix: string }> {
  const isBundled = root === join(bundledRoot, id);
  const path = isBundled ? join(bundledRoot, lockFileName) : join(directory, lockFileName);
  return {
    lock: parseArtifactLock(decodeText(await readBounded(path), path), path),
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

async function readBounded(path: string): Promise<Uint8Array> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) throw new InputRejected(path, 'no such file');
  if (!found.isFile()) throw new InputRejected(path, 'is not a file');
  if (found.size > MAX_FILE_BYTES) {
    throw new InputRejected(path, `has ${found.size} bytes, more than the ${MAX_FILE_BYTES} allowed`);
  }
  try {
    return new Uint8Array(await readFile(path));
  } catch {
    throw new InputRejected(path, 'cannot be read');
  }
}

function decodeText(bytes: Uint8Array, where: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new InputRejected(where, 'is not UTF-8 text');
  }
}

function parseAbi(text: string, where: string): Abi.Abi {
  const value = parseStrictJson(text, where);
  const isItem = (item: unknown): boolean =>
    typeof item === 'object' && item !== null && 'type' in item && typeof item.type === 'string';
  if (!Array.isArray(value) || !value.every(isItem)) {
    throw new InputRejected(where, 'expected a Solidity ABI: a list of objects with a type');
  }
  return value as Abi.Abi;
}

function parseHex(text: string, where: string): Uint8Array {
  const digits = text.trim();
  if (!/^([0-9a-f]{2})+$/.test(digits)) throw new InputRejected(where, 'expected lower-case hex digits, two per byte');
  return Uint8Array.from(digits.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));
}
