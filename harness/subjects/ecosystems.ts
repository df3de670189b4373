import { InputRejected } from '../../contracts/input-rejected.ts';
import { type ImportName, moduleNames } from './module-names.ts';

/** A kind of contract, told by what its modules import. */
interface Ecosystem {
  readonly name: string;
  /** Whether the import belongs to it, and to none of the rows above. */
  readonly has: (entry: ImportName) => boolean;
  /** What to do with such a module; absent for Stylus, which runs as it is. */
  readonly instead?: string;
}

const nearOnly =
  /^(?:read_register|register_len|promise_|storage_(?:read|write|remove|has_key)$|value_return$|log_utf8$)/;
const cosmwasmOnly = /^(?:db_|addr_|secp256k1_|ed25519_|query_chain$|debug$|abort$)/;

/** The first row that has any of the imports is the module's. */
const ecosystems: readonly Ecosystem[] = [
  // https://docs.arbitrum.io/stylus/advanced/hostio-exports
  { name: 'Stylus', has: ({ module }) => module === 'vm_hooks' },
  {
    // https://docs.rs/pallet-contracts-uapi
    name: 'ink!',
    has: ({ module }) => /^seal[0-9]+$/.test(module),
    instead: 'give its .contract bundle, which has the metadata too',
  },
  {
    // https://docs.rs/near-sys
    name: 'NEAR',
    has: ({ module, name }) => module === 'env' && nearOnly.test(name),
    instead: 'there is no machine for it yet',
  },
  {
    // https://github.com/CosmWasm/cosmwasm/blob/main/packages/std/src/imports.rs
    name: 'CosmWasm',
    has: ({ module, name }) => module === 'env' && cosmwasmOnly.test(name),
    instead: 'there is no machine for it yet',
  },
  {
    // https://docs.rs/gsys
    name: 'Gear',
    has: ({ module, name }) => module === 'env' && name.startsWith('gr_'),
    instead: 'there is no machine for it yet',
  },
  {
    // https://github.com/WebAssembly/WASI
    name: 'WASI',
    has: ({ module }) => module.startsWith('wasi_'),
    instead: 'contracts have no files and no clock: build it for wasm32-unknown-unknown',
  },
  {
    // https://rustwasm.github.io/docs/wasm-bindgen/
    name: 'wasm-bindgen',
    has: ({ module }) => module.startsWith('__wbindgen'),
    instead: 'it is made for JavaScript: build the contract without wasm-bindgen',
  },
];

/**
 * Makes sure that a module asks of its host what Stylus gives, by the names of its imports alone.
 *
 * @throws InputRejected, which says for which chain another module was made.
 */
export function checkIsStylus(bytes: Uint8Array, where: string): void {
  const { imports } = moduleNames(bytes, where);
  const found = ecosystems.find(({ has }) => imports.some(has));
  if (found?.instead !== undefined) {
    const { module, name } = imports.find(found.has) as ImportName;
    throw new InputRejected(where, `is a module for ${found.name} (it imports ${module}.${name}): ${found.instead}`);
  }
  const stranger = imports.find((entry) => found?.has(entry) !== true);
  if (stranger !== undefined && found === undefined) {
    throw new InputRejected(
      where,
      `imports ${stranger.module}.${stranger.name}, expected a Stylus contract, which imports from vm_hooks`,
    );
  }
}

/** Whether a module was made for ink!, by its imports. @throws InputRejected for bytes that are no module. */
export function isForInk(bytes: Uint8Array, where: string): boolean {
  const ink = ecosystems.find(({ name }) => name === 'ink!') as Ecosystem;
  return moduleNames(bytes, where).imports.some(ink.has);
}
