import { TrapCode } from '../outcome.ts';
import type { Precompile } from './precompile.ts';

/** What a machine that does not meter does at most in one call, in the EVM's gas: as much as a block of Ethereum had in 2024. */
export const MOST_UNMETERED_GAS = 30_000_000n;

/** What a call of a precompile came to: what it costs in the EVM's gas, and its output; or why it failed. */
export type PrecompileResult = { readonly gas: bigint; readonly output: Uint8Array } | TrapCode;

/**
 * Runs a precompile if its price, in the EVM's gas, is not more than `mostGas`. Input that it refuses, and output longer
 * than a payload may be, is HostArgumentInvalid.
 */
export function runPrecompile(
  precompile: Precompile,
  input: Uint8Array,
  mostGas: bigint,
  payloadBytes: number,
): PrecompileResult {
  const gas = precompile.gasOf(input);
  if (gas > mostGas) return TrapCode.OutOfGas;
  const output = precompile.run(input);
  return output === undefined || output.length > payloadBytes ? TrapCode.HostArgumentInvalid : { gas, output };
}
