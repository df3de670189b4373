import { precompileCosts } from '../../engine/precompiles/costs.ts';
import type { HostCost, Schedule } from '../../engine/schedule.ts';
import { defaultLimits, type ModuleLimits } from '../../metering/format/limits.ts';
import { byRule } from '../../metering/gas/by-mnemonic.ts';
import type { CostTable } from '../../metering/gas/cost-table.ts';

export interface MadeUpOptions {
  readonly costs?: Partial<CostTable>;
  readonly limits?: Partial<ModuleLimits>;
  readonly weightOf?: (mnemonic: string, code: number) => number;
  readonly hostCosts?: Readonly<Record<string, HostCost>>;
}

/** A schedule in which the dynamic terms have prices that pass for no other. Every opcode weighs one unit by default. */
export function madeUpSchedule({ costs, limits, weightOf = () => 1, hostCosts = {} }: MadeUpOptions): Schedule {
  return {
    id: 'test',
    costs: {
      id: 'test',
      source: 'made up',
      instructions: byRule(({ mnemonic, code }) => weightOf(mnemonic, code)),
      brTablePerLabel: 3,
      entryPerLocal: 2,
      memoryGrowPerPage: 1000,
      memoryGrowPerHeldPage: 77,
      bulkMemoryPerByte: 5,
      ...costs,
    },
    hostCosts,
    limits: { ...defaultLimits, ...limits },
    precompileCosts,
    callDepth: 8,
    callStipend: 0,
    payloadBytes: 1024,
    events: 8,
  };
}
