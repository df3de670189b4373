/**
 * `trimeter/ink`: ink! contracts up to version 5 on the machines for WebAssembly.
 *
 * @module
 */
export { accountIdOf, addressOf } from './account-id.ts';
export { sealAbi } from './seal-abi.ts';
