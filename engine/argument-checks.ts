import { toHex } from './bytes.ts';
import { EngineError } from './errors.ts';
import { MAX_GAS } from './gas.ts';

const MAX_WEI = (1n << 256n) - 1n;

/** @throws EngineError `bad-argument` unless `address` is 20 bytes. */
export function checkAddress(what: string, address: Uint8Array): void {
  if (address.length !== 20) throw new EngineError('bad-argument', `${what} must be 20 bytes, got ${toHex(address)}`);
}

/** @throws EngineError `bad-argument` unless `wei` fits in 256 bits. */
export function checkWei(what: string, wei: bigint): void {
  checkRange(what, wei, MAX_WEI);
}

/** @throws EngineError `bad-argument` for a limit beyond 2^62. */
export function checkGasLimit(gasLimit: bigint): void {
  checkRange('gasLimit', gasLimit, MAX_GAS);
}

function checkRange(what: string, value: bigint, max: bigint): void {
  if (typeof value !== 'bigint' || value < 0n || value > max) {
    throw new EngineError('bad-argument', `${what} must be an integer from 0 to ${max}, got ${value}`);
  }
}
