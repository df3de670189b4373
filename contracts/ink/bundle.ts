import { blake2AsHex } from '@polkadot/util-crypto/blake2';
import { InputRejected } from '../input-rejected.ts';
import { anyFields, readObject, show } from '../json-fields.ts';
import { decodeInput, readInput } from '../read-input.ts';
import { parseStrictJson } from '../strict-json.ts';

/** Largest bundle: a module of one MiB in hex, and as much again of metadata. */
const MAX_BUNDLE_BYTES = 4 << 20;
const KNOWN_VERSIONS: readonly string[] = ['4', '5'];

/** A contract and its metadata, as `cargo contract build` writes them into one `.contract` file. */
export interface InkBundle {
  readonly name: string;
  readonly wasm: Uint8Array;
  /** ink! metadata, version 4 or 5: what `createInkCodec` takes. */
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** @throws InputRejected if the file is missing, too large or not a bundle of a WebAssembly contract. */
export function readInkBundle(path: string): InkBundle {
  return parseInkBundle(readInput(path, MAX_BUNDLE_BYTES), path);
}

/**
 * Checks that the module is the one its metadata describes: `source.hash` is the BLAKE2b-256 of `source.wasm`.
 *
 * @param where Named in errors: a file name.
 * @throws InputRejected
 */
export function parseInkBundle(bytes: Uint8Array, where: string): InkBundle {
  if (bytes.length > MAX_BUNDLE_BYTES) {
    throw new InputRejected(where, `is ${bytes.length} bytes, at most ${MAX_BUNDLE_BYTES} are read`);
  }
  const metadata = readObject(parseStrictJson(decodeInput(bytes, where), where), where, anyFields);
  const { wasm, hash } = readObject(metadata['source'], `${where}: source`, anyFields);
  const version = textOf(metadata['version']);
  if (!KNOWN_VERSIONS.includes(version)) {
    throw new InputRejected(where, `metadata version is ${version}, supported are ${KNOWN_VERSIONS.join(' and ')}`);
  }
  if (typeof wasm !== 'string' || !/^0x(?:[0-9a-fA-F]{2})+$/.test(wasm)) {
    throw new InputRejected(where, 'has no module in source.wasm; give the .contract file, not the .json one');
  }
  const module = new Uint8Array(Buffer.from(wasm.slice(2), 'hex'));
  const moduleHash = blake2AsHex(module, 256, null, true);
  if (hash !== moduleHash)
    throw new InputRejected(where, `source.hash is ${textOf(hash)}, but the module's is ${moduleHash}`);
  const { name } = readObject(metadata['contract'], `${where}: contract`, anyFields);
  if (typeof name !== 'string') throw new InputRejected(where, 'has no contract.name');
  return { name, wasm: module, metadata };
}

/** Whatever JSON may hold: what an object in it calls `toString` is not called. */
function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? `${value}` : show(value);
}
