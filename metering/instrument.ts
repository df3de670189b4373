import { checkInterface } from './check-interface.ts';
import type { CostTable } from './cost-table.ts';
import { decodeModule } from './decode.ts';
import { planGas } from './gas-plan.ts';
import { inject, type Meter } from './inject.ts';
import { type InjectedNames, injectedNames } from './injected-names.ts';
import type { ModuleLimits } from './limits.ts';
import type { ModuleInterface } from './module-interface.ts';
import { planStack } from './stack-plan.ts';
import { validateModule } from './validate.ts';

/**
 * How charges are injected. `global` keeps the counter in a mutable global and checks it at every metered block;
 * `none` makes the unmetered twin: the same pipeline, with no charge and no stack budget in it.
 */
export type Strategy = 'global' | 'none';

export interface InstrumentOptions {
  readonly costs: CostTable;
  readonly limits: ModuleLimits;
  readonly interface: ModuleInterface;
  readonly strategy: Strategy;
}

export interface Instrumented {
  readonly bytes: Uint8Array;
  readonly names: InjectedNames;
  readonly report: {
    readonly originalBytes: number;
    readonly instrumentedBytes: number;
    /** Of the module's own functions, as are the instructions. */
    readonly functionCount: number;
    readonly instructionCount: number;
    readonly chargeCount: number;
  };
}

/**
 * Checks a module against the allow-list and the limits, and injects gas charges and the stack budget.
 *
 * @throws ModuleRejected if the module may not run; RangeError if the cost table is unusable
 */
export function instrument(bytes: Uint8Array, options: InstrumentOptions): Instrumented {
  const { costs, limits, strategy } = options;
  const module = decodeModule(bytes, limits);
  const facts = validateModule(module, limits);
  checkInterface(module, options.interface);
  const meter: Meter | undefined =
    strategy === 'none' ? undefined : { gas: planGas(module, costs), stack: planStack(module, facts), costs };
  const names = injectedNames(module, options.interface);
  const { memoryPages, stackWords } = limits;
  const instrumented = inject(module, { names, memoryPages, stackWords, meter });
  return {
    bytes: instrumented,
    names,
    report: {
      originalBytes: bytes.length,
      instrumentedBytes: instrumented.length,
      functionCount: module.functions.length,
      instructionCount: module.functions.reduce((sum, { instructions }) => sum + instructions.length, 0),
      chargeCount: meter?.gas.reduce((sum, charges) => sum + charges.length, 0) ?? 0,
    },
  };
}
