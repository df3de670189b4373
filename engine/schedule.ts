import type { ModuleLimits } from '../metering/format/limits.ts';
import type { CostTable } from '../metering/gas/cost-table.ts';
import type { PrecompileCost } from './precompiles/costs.ts';
import type { PrecompileName } from './precompiles/precompile.ts';

/** Price of a host function: `base` for the crossing and the fixed work, `perByte` for each byte it says it works on. */
export interface HostCost {
  readonly base: number;
  readonly perByte: number;
  readonly source: string;
}

/**
 * Everything that decides gas and limits, under one id. Changing any number is a breaking change and a new id.
 *
 * @example
 * const storageLoad = { base: 5000, perByte: 0, source: 'a price of ours' };
 * const hostCosts = { ...flatV2Schedule.hostCosts, 'vm_hooks.storage_load_bytes32': storageLoad };
 * const schedule: Schedule = { ...flatV2Schedule, id: 'dear-storage-v1', hostCosts };
 * const contract = await openContract(subject, 'wasm', { schedule });
 * console.log((await contract.call('totalSupply')).gasUsed); // 5356n
 */
export interface Schedule {
  readonly id: string;
  readonly costs: CostTable;
  /** By `<module>.<name>`. A host function without a row cannot be linked. */
  readonly hostCosts: Readonly<Record<string, HostCost>>;
  readonly limits: ModuleLimits;
  /** Deepest contract-to-contract call; the outermost call has depth 0. */
  readonly callDepth: number;
  readonly precompileCosts: Readonly<Record<PrecompileName, PrecompileCost>>;
  /** What a call that pays gives its callee on top of the gas named, as Gcallstipend of the Yellow Paper does. */
  readonly callStipend: number;
  /** Largest output, event data or call input, in bytes. */
  readonly payloadBytes: number;
  /** Most events of one call from outside. */
  readonly events: number;
}
