import { createRequire } from 'node:module';

/**
 * The curves, and the hash that Node's OpenSSL may lack, loaded when they are first needed: importing them takes tens of milliseconds, and few contracts
 * call a precompile.
 */
const require = createRequire(import.meta.url);

export const loadSecp256k1 = (): typeof import('@noble/curves/secp256k1.js') => require('@noble/curves/secp256k1.js');
export const loadBn254 = (): typeof import('@noble/curves/bn254.js') => require('@noble/curves/bn254.js');
export const loadBls12 = (): typeof import('@noble/curves/bls12-381.js') => require('@noble/curves/bls12-381.js');
export const loadRipemd160 = (): typeof import('@noble/hashes/legacy.js') => require('@noble/hashes/legacy.js');
