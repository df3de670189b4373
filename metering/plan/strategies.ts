import type { GasPlan } from '../gas/gas-plan.ts';
import { blockSteps } from './charge-placement.ts';
import type { ModuleFacts } from './module-facts.ts';
import { type ModulePlacement, placeModuleCharges, type Techniques } from './place-module-charges.ts';

/**
 * How charges are injected.
 *
 * - `default`: moved to few edges, counted loops and callees paid ahead, the counter by value from call to call.
 * - `global`: one charge per metered block, the counter in a mutable global.
 * - `host-call`: one call of a host function per metered block, as most metering passes do it; to compare with.
 * - `none` makes the unmetered twin: the same pipeline, with no charge and no stack budget in it.
 *
 * All have the same gas at every host call and at the end. Only `global` and `host-call` also trap where `docs/gas.md` says: a trap
 * under another strategy says no more than that the run ends in some trap, or is close to the end of its gas.
 */
export type Strategy = 'default' | 'global' | 'host-call' | 'none';

export interface StrategyRow {
  /** Where the code charges; `undefined` for nowhere. */
  readonly place: ((facts: ModuleFacts, gas: GasPlan, techniques: Techniques) => ModulePlacement) | undefined;
  /** Whether the number of a trap is right, so that nothing needs to be run again. */
  readonly trapsExactly: boolean;
  /** Whether every store is marked where writes are tracked: no less is planned than charges are. */
  readonly marksEveryStore: boolean;
  /** Whether a charge is a call of the host. */
  readonly callsHost: boolean;
}

const everyBlock: StrategyRow = {
  place: (_, gas) => ({
    functions: gas.map((charges) => ({ prepaid: 0, steps: blockSteps(charges) })),
    passesGas: [],
    boundedBy: [],
  }),
  trapsExactly: true,
  marksEveryStore: true,
  callsHost: false,
};

export const strategyTable: Readonly<Record<Strategy, StrategyRow>> = {
  default: { place: placeModuleCharges, trapsExactly: false, marksEveryStore: false, callsHost: false },
  global: everyBlock,
  'host-call': { ...everyBlock, callsHost: true },
  none: { place: undefined, trapsExactly: true, marksEveryStore: false, callsHost: false },
};

/**
 * All there are.
 *
 * @example
 * console.log(strategies.join()); // default,global,host-call,none
 */
export const strategies: readonly Strategy[] = Object.keys(strategyTable) as Strategy[];

/**
 * Whether the number of a trap is right, so that nothing needs to be run again.
 *
 * @example
 * console.log(strategies.filter(trapsExactly).join()); // global,host-call,none
 */
export function trapsExactly(strategy: Strategy): boolean {
  return strategyTable[strategy].trapsExactly;
}

/** Whether there are charges at all. */
export function isMetered(strategy: Strategy): boolean {
  return strategyTable[strategy].place !== undefined;
}

/** Whether it is planned where something stands, so that it has to be verified: charges, or the marks of stores. */
export function isPlanned(strategy: Strategy): strategy is 'default' | 'none' {
  return !strategyTable[strategy].marksEveryStore;
}

/** What a module runs under, metered, where nothing may be planned and every trap has to be the right one. */
export const exactStrategy: Strategy = 'global';
