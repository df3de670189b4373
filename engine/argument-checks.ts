import { toHex } from './bytes.ts';
import type { BlockContext, CallMessage, DeployMessage } from './context.ts';
import { EngineError } from './errors.ts';
import { MAX_GAS } from './gas.ts';

const MAX_WORD = (1n << 256n) - 1n;
const MAX_U64 = (1n << 64n) - 1n;

/** What every backend checks before anything runs. Each throws EngineError `bad-argument`, with the value seen. */
export function checkAddress(what: string, address: Uint8Array): void {
  if (address.length !== 20) throw new EngineError('bad-argument', `${what} must be 20 bytes, got ${toHex(address)}`);
}

/** Wei are 256-bit. */
export function checkWei(what: string, wei: bigint): void {
  checkRange(what, wei, MAX_WORD);
}

export function checkCallMessage({ caller, to, value, gasLimit }: CallMessage): void {
  checkAddress('caller', caller);
  checkAddress('to', to);
  checkWei('value', value);
  checkRange('gasLimit', gasLimit, MAX_GAS);
}

export function checkDeployMessage({ deployer, value, gasLimit }: DeployMessage): void {
  checkAddress('deployer', deployer);
  checkWei('value', value);
  checkRange('gasLimit', gasLimit, MAX_GAS);
}

export function checkBlock({ chainId, number, timestamp, gasLimit, baseFee, coinbase }: BlockContext): void {
  checkRange('chainId', chainId, MAX_U64);
  checkRange('block number', number, MAX_U64);
  checkRange('timestamp', timestamp, MAX_U64);
  checkRange('block gasLimit', gasLimit, MAX_U64);
  checkWei('baseFee', baseFee);
  checkAddress('coinbase', coinbase);
}

function checkRange(what: string, value: bigint, max: bigint): void {
  if (typeof value !== 'bigint' || value < 0n || value > max) {
    throw new EngineError('bad-argument', `${what} must be an integer from 0 to ${max}, got ${value}`);
  }
}
