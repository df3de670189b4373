import { deepFreeze } from '../../../metering/deep-freeze.ts';
import type { GuestAbi } from '../guest-abi.ts';
import { stylusAbi } from './stylus-abi.ts';

/** Selector of `stylus_constructor()`: the SDK for Rust enters constructors by it, whatever their parameters are. */
const CONSTRUCTOR_SELECTOR = [0x55, 0x85, 0x25, 0x8d];

/**
 * Stylus as contracts with a constructor of the Rust SDK take it: deployment calls `user_entrypoint` once with the selector of
 * `stylus_constructor()` before the encoded arguments, as Stylus's deployer contract does.
 * https://docs.arbitrum.io/stylus/how-tos/using-constructors
 *
 * @example
 * const program = await backend.prepare({ name: 'token', wasm: { bytes: erc20.wasm, abi: stylusSdkAbi } });
 * console.log(program.backend, stylusSdkAbi.deploy.name); // wasm user_entrypoint
 */
export const stylusSdkAbi: GuestAbi = deepFreeze({
  ...stylusAbi,
  name: 'stylus-sdk',
  deploy: stylusAbi.call,
  deployInput: (args) => Uint8Array.of(...CONSTRUCTOR_SELECTOR, ...args),
});
