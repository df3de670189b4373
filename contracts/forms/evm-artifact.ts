import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Abi } from 'ox';
import { isHexBytes } from '../hex-digits.ts';
import { InputRejected } from '../input-rejected.ts';
import { anyFields, readList, readObject, show } from '../json-fields.ts';
import { readAbi } from '../parse-abi.ts';
import { readInputText } from '../read-input.ts';
import type { CompiledContract } from './compiled-contract.ts';

/** Largest artifact that is read: those with syntax trees and metadata take megabytes. */
const MAX_ARTIFACT_BYTES = 16 << 20;
const PLACEHOLDER_DIGITS = 40;

type Fields = Readonly<Record<string, unknown>>;

/**
 * Reads an artifact of Hardhat (2 and 3), Foundry, Truffle or Waffle: a contract's ABI and creation code in JSON. Libraries
 * are looked for where these tools put them, beside the artifact.
 *
 * @throws InputRejected
 */
export function readEvmArtifact(path: string): CompiledContract {
  const artifact = readArtifactFields(path);
  const { code, linkReferences } = creationCode(artifact, path);
  const { name, source } = nameOf(artifact, path);
  const links = linksOf(code, linkReferences, `${path}: linkReferences`);
  const library = (qualifiedName: string) => {
    const found = libraryPlaces(path, source, qualifiedName).find((place) => existsSync(place));
    return found === undefined ? undefined : readEvmArtifact(found);
  };
  return { name, source, abi: readAbi(artifact['abi'], `${path}: abi`), code, links, library };
}

/**
 * The ABI of a file: a list as solc gives it, an artifact with one, or what `cargo stylus export-abi --json` prints.
 *
 * @throws InputRejected
 */
export function readAbiFile(path: string): Abi.Abi {
  const text = readInputText(path, MAX_ARTIFACT_BYTES);
  // solc heads its lists with lines of its own, and Stylus passes them on.
  const headed = /^=+ .* =+\r?\nContract JSON ABI\r?\n(\[.*)$/m.exec(text)?.[1];
  const value = parseJson(headed ?? text, path);
  return readAbi(Array.isArray(value) ? value : readArtifactFields(path)['abi'], path);
}

function parseJson(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new InputRejected(where, 'is not valid JSON');
  }
}

function readArtifactFields(path: string): Fields {
  const value = parseJson(readInputText(path, MAX_ARTIFACT_BYTES), path);
  const expected = 'expected an artifact of Hardhat or Foundry, with the fields abi and bytecode';
  if (Array.isArray(value)) throw new InputRejected(path, `is an ABI without code, ${expected}`);
  const fields = readObject(value, path, anyFields);
  if (Array.isArray(fields['abi'])) return fields;
  if (fields['source'] !== undefined && fields['spec'] !== undefined) {
    throw new InputRejected(
      path,
      'is the metadata of an ink! contract: give the .contract file, which has its code too',
    );
  }
  if (fields['contracts'] !== undefined || fields['output'] !== undefined) {
    throw new InputRejected(path, `is the output of a whole build, ${expected}: one contract's file`);
  }
  throw new InputRejected(path, `has no ABI, ${expected}`);
}

/** Where these tools have it: as text, or in an object with the links beside it. */
function creationCode(artifact: Fields, path: string): { readonly code: string; readonly linkReferences: unknown } {
  const evm = artifact['evm'] === undefined ? {} : readObject(artifact['evm'], `${path}: evm`, anyFields);
  const bytecode = artifact['bytecode'] ?? evm['bytecode'];
  if (bytecode === undefined) throw new InputRejected(path, 'has an ABI but no bytecode: compile the contract');
  if (typeof bytecode === 'string') {
    return { code: hexDigits(bytecode, `${path}: bytecode`), linkReferences: artifact['linkReferences'] };
  }
  const { object, linkReferences } = readObject(bytecode, `${path}: bytecode`, anyFields);
  return { code: hexDigits(object, `${path}: bytecode.object`), linkReferences };
}

/** With placeholders, of which every compiler has had its own. */
function hexDigits(value: unknown, where: string): string {
  const digits = typeof value === 'string' ? value.replace(/^0x/, '') : undefined;
  const whole = digits?.replaceAll(/__.{36}__/g, '0'.repeat(PLACEHOLDER_DIGITS));
  if (digits === undefined || whole === undefined || !isHexBytes(whole)) {
    throw new InputRejected(where, 'expected hex digits, two per byte');
  }
  return digits;
}

function nameOf(artifact: Fields, path: string): { readonly name: string; readonly source: string } {
  const { contractName, sourceName, sourcePath, metadata } = artifact;
  if (typeof contractName === 'string') {
    return { name: contractName, source: [sourceName, sourcePath].find((name) => typeof name === 'string') ?? '' };
  }
  // Foundry names the contract in the compiler's metadata alone.
  const settings = (metadata as { settings?: { compilationTarget?: object } } | undefined)?.settings;
  const [target] = Object.entries(settings?.compilationTarget ?? {});
  if (target !== undefined && typeof target[1] === 'string') return { name: target[1], source: target[0] };
  return { name: basename(path, '.json'), source: '' };
}

/** By the compiler's references where there are some, or else by the placeholders themselves. */
function linksOf(code: string, references: unknown, where: string): Readonly<Record<string, readonly number[]>> {
  // Libraries may be called as what every object has: toString.
  const links = new Map<string, readonly number[]>();
  for (const [file, libraries] of Object.entries(readObject(references ?? {}, where, anyFields))) {
    for (const [library, places] of Object.entries(readObject(libraries, `${where}: ${file}`, anyFields))) {
      const at = `${where}: ${file}:${library}`;
      links.set(
        `${file}:${library}`,
        readList(places, at, (place, here) => readStart(place, code, here)),
      );
    }
  }
  if (links.size > 0) return Object.fromEntries(links);
  for (const { 0: placeholder, index } of code.matchAll(/__.{36}__/g)) {
    const name = placeholder.startsWith('__$') ? placeholder : placeholder.slice(2).replace(/_+$/, '');
    links.set(name, [...(links.get(name) ?? []), index / 2]);
  }
  return Object.fromEntries(links);
}

function readStart(value: unknown, code: string, where: string): number {
  const { start } = readObject(value, where, { required: ['start'], hasOthers: true });
  if (!Number.isInteger(start) || (start as number) < 0 || 2 * (start as number) + PLACEHOLDER_DIGITS > code.length) {
    throw new InputRejected(where, `expected a place in the code, got ${show(start)}`);
  }
  const digits = code.slice(2 * (start as number), 2 * (start as number) + PLACEHOLDER_DIGITS);
  if (!/^__.{36}__$/.test(digits)) {
    throw new InputRejected(where, `expected a place with a library's placeholder, and at ${start} is ${digits}`);
  }
  return start as number;
}

/** Foundry: `out/Math.sol/Math.json`. Hardhat: `artifacts/contracts/Math.sol/Math.json`. Truffle and Waffle: side by side. */
function libraryPlaces(path: string, source: string, qualifiedName: string): readonly string[] {
  const colon = qualifiedName.lastIndexOf(':');
  const [file, library] = [qualifiedName.slice(0, Math.max(colon, 0)), qualifiedName.slice(colon + 1)];
  // Whoever made the artifact says what is read here: a name, and no path.
  if (!/^[\w$]+$/.test(library) || file.split('/').includes('..')) return [];
  const name = `${library}.json`;
  const folder = dirname(path);
  const root = source !== '' && folder.endsWith(source) ? folder.slice(0, -source.length) : undefined;
  const inRoot = root === undefined || file === '' ? [] : [join(root || '.', file, name)];
  return [...inRoot, join(dirname(folder), basename(file), name), join(folder, name)];
}
