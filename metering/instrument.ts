import type { CostTable } from './cost-table.ts';
import type { ModuleLimits } from './limits.ts';
import type { ModuleInterface } from './module-interface.ts';

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

/** Export names of the instrumented module. They are derived from the module's own hash, so that no guest can name them. */
export interface InjectedNames {
  /** The guest's memory (absent when the host provides it). */
  readonly memory: string | undefined;
  /** By entry point name, for those the module has. */
  readonly entryPoints: Readonly<Record<string, string>>;
  /** i64 mutable global: gas left. Negative after an out-of-gas trap. */
  readonly gas: string;
  /**
   * i32 mutable global: stack budget left, in words. Negative after a stack trap; -2^31 after the engine refused a
   * memory growth that the limits allow (a host failure).
   */
  readonly stack: string;
  /** (low: i32, high: i32) -> i32: deducts the unsigned 64-bit amount, returns 1 if the counter is below zero. */
  readonly charge: string;
  /** () -> (): every mutable global of the guest, and the stack budget, back to its initial value. */
  readonly reset: string;
}

export interface Instrumented {
  readonly bytes: Uint8Array;
  readonly names: InjectedNames;
  readonly report: {
    readonly originalBytes: number;
    readonly instrumentedBytes: number;
    readonly functionCount: number;
    readonly instructionCount: number;
    readonly chargeCount: number;
  };
}

/**
 * Checks a module against the allow-list and the limits, and injects gas charges and the stack budget.
 *
 * @throws ModuleRejected
 */
export function instrument(bytes: Uint8Array, options: InstrumentOptions): Instrumented {
  throw new Error(`not written yet: ${bytes.length} ${options.strategy}`);
}
