import type { CostTable } from './cost-table.ts';
import { opcodes } from './opcodes.ts';

/**
 * They say where code begins and ends and compile to nothing: the work that they stand for is done by the branches,
 * which have a weight. Wasmtime's fuel makes the same exception.
 */
const structuralMarkers: ReadonlySet<string> = new Set(['block', 'loop', 'else', 'end']);

/**
 * One per instruction, the weight that can be checked by counting. Not calibrated to time: a division costs as much
 * here as an addition.
 */
export const flatV1: CostTable = {
  id: 'flat-v1',
  source: 'one unit per executed instruction, as the fuel of Wasmtime and wasmi; see the comment on each other number',
  instructions: Object.fromEntries(opcodes.map(({ mnemonic }) => [mnemonic, structuralMarkers.has(mnemonic) ? 0 : 1])),
  // Stylus (Nitro, arbitrator/prover/src/programs/meter.rs) prices a target at about 5 additions; one unit per label
  // keeps the code of a table, which grows with its labels, paid for by those who jump through it.
  brTablePerLabel: 1,
  // Declared locals are set to zero on entry, one store each; Wasmtime #14042 and wasmi #2038 are about leaving it out.
  entryPerLocal: 1,
  // 64 bytes per unit, as wasmi prices memory: a page of 64 KiB that has to be zeroed.
  memoryGrowPerPage: 1024,
  // The Internet Computer's weight for bulk memory (rs/embedders instrumentation: a constant and 1 per byte).
  bulkMemoryPerByte: 1,
};
