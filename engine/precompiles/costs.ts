import type { PrecompileName } from './precompile.ts';

/** What one unit of the EVM's gas for a precompile costs here. */
export interface PrecompileCost {
  readonly unitsPerGas: number;
  readonly source: string;
}

const measured = 'the dearest input of each in time, on x64 with V8 11: two to three units a nanosecond';

/**
 * In units of flat-v1. The EVM's own price knows what the work depends on; what a unit of it takes in time is different from
 * one to another, by three orders of magnitude in JavaScript.
 */
export const precompileCosts: Readonly<Record<PrecompileName, PrecompileCost>> = {
  ecrecover: { unitsPerGas: 1000, source: measured },
  sha256: { unitsPerGas: 50, source: measured },
  ripemd160: { unitsPerGas: 50, source: measured },
  identity: { unitsPerGas: 30, source: measured },
  modexp: { unitsPerGas: 600, source: measured },
  'bn254-add': { unitsPerGas: 500, source: measured },
  'bn254-mul': { unitsPerGas: 500, source: measured },
  'bn254-pairing': { unitsPerGas: 700, source: measured },
  blake2f: { unitsPerGas: 1000, source: measured },
  'point-evaluation': { unitsPerGas: 2500, source: measured },
};
