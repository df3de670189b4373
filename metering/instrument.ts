import { flowGraph } from './flow/flow-graph.ts';
import { checkInterface } from './format/check-interface.ts';
import { decodeModule } from './format/decode.ts';
import type { ModuleLimits } from './format/limits.ts';
import { functionType, type ImportedFunction } from './format/module.ts';
import type { ModuleInterface } from './format/module-interface.ts';
import { Op } from './format/opcodes.ts';
import { validateModule } from './format/validate.ts';
import type { CappedMemory } from './format/write-module.ts';
import type { CostTable } from './gas/cost-table.ts';
import { type GasPlan, planGas } from './gas/gas-plan.ts';
import { type HostCode, noHostCode } from './host/host-code.ts';
import { howTracked, type TrackedWrites, type TrackingKind } from './host/tracked-writes.ts';
import { cappedMemory, chargeImport, inject, type Meter } from './inject/inject.ts';
import { type InjectedNames, injectedNames } from './inject/injected-names.ts';
import { own } from './own.ts';
import { blockCosts, blockSteps, type Step } from './plan/charge-placement.ts';
import { localSteps } from './plan/local-steps.ts';
import { type ModuleFacts, moduleFacts } from './plan/module-facts.ts';
import { allTechniques, placeModuleCharges, type Techniques } from './plan/place-module-charges.ts';

/**
 * How charges are injected.
 *
 * - `default`: moved to few edges, counted loops and callees paid ahead, the counter in a local where that helps.
 * - `local`: one charge per metered block, the counter in a local, checked where loops and functions begin.
 * - `global`: one charge per metered block, the counter in a mutable global.
 * - `host-call`: one call of a host function per metered block, as most metering passes do it; to compare with.
 * - `none` makes the unmetered twin: the same pipeline, with no charge and no stack budget in it.
 *
 * All have the same gas at every host call and at the end. Only `global` and `host-call` also trap where `docs/gas.md` says: a trap
 * under another strategy says no more than that the run ends in some trap, or is close to the end of its gas.
 */
export type Strategy = 'default' | 'local' | 'global' | 'host-call' | 'none';

export const strategies: readonly Strategy[] = ['default', 'local', 'global', 'host-call', 'none'];

/** Whether the number of a trap is right, so that nothing needs to be run again. */
export function trapsExactly(strategy: Strategy): boolean {
  return strategy !== 'default' && strategy !== 'local';
}

export interface InstrumentOptions {
  readonly costs: CostTable;
  readonly limits: ModuleLimits;
  readonly interface: ModuleInterface;
  readonly strategy: Strategy;
  /** Of the strategy `default`, to see what each is worth. Default: all. */
  readonly techniques?: Techniques;
  /** What stands in for imports of the guest. Default: nothing. */
  readonly hostCode?: HostCode;
  /** Adds what `names.restore` needs. Default `none`. */
  readonly tracksWrites?: TrackedWrites;
}

export interface Instrumented {
  readonly bytes: Uint8Array;
  readonly names: InjectedNames;
  /** Imported besides, (amount: i32, unsigned) -> (): it has to charge. Only with the strategy `host-call`. */
  readonly chargeImport: { readonly module: string; readonly name: string } | undefined;
  /** What the module imports, functions in its own order; the memory as the host has to make it. */
  readonly imports: { readonly functions: readonly ImportedFunction[]; readonly memory: CappedMemory | undefined };
  /** How writes are tracked; `blocks` imports `markImport` and `nextImport`. */
  readonly tracks: TrackingKind;
  /** Pages of memory at first. */
  readonly memoryPages: number;
  readonly report: {
    readonly originalBytes: number;
    readonly instrumentedBytes: number;
    /** Of the module's own functions, as are the instructions. */
    readonly functionCount: number;
    readonly instructionCount: number;
    /** Whether any code asks for more memory. */
    readonly canGrow: boolean;
    /** Places where code charges, those of memory.grow and the bulk operations included. */
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
  const techniques = own(options, 'techniques') ?? allTechniques;
  const hostCode = own(options, 'hostCode') ?? noHostCode;
  const tracksWrites = own(options, 'tracksWrites') ?? 'none';
  const module = decodeModule(bytes, limits);
  const functions = validateModule(module, limits);
  checkInterface(module, options.interface);
  const gas = planGas(module, costs);
  const meter =
    strategy === 'none' ? undefined : planMeter(strategy, moduleFacts(module, functions), gas, costs, techniques);
  const names = injectedNames(module, options.interface);
  const { memoryPages, stackWords } = limits;
  const declaredMemory = module.memory ?? module.importedMemory;
  const memory = declaredMemory && cappedMemory(declaredMemory, memoryPages);
  const instrumented = inject(module, { names, memoryPages, stackWords, meter, hostCode, tracksWrites });
  return {
    bytes: instrumented,
    names,
    chargeImport: strategy === 'host-call' ? chargeImport : undefined,
    imports: {
      functions: module.importedFunctions,
      memory: module.importedMemory && cappedMemory(module.importedMemory, memoryPages),
    },
    tracks: memory === undefined ? 'nothing' : howTracked(memory.minPages, tracksWrites),
    memoryPages: memory?.minPages ?? 0,
    report: {
      originalBytes: bytes.length,
      instrumentedBytes: instrumented.length,
      functionCount: module.functions.length,
      instructionCount: module.functions.reduce((sum, { instructions }) => sum + instructions.length, 0),
      canGrow: module.functions.some(({ instructions }) => instructions.some(({ opcode }) => opcode === Op.memoryGrow)),
      chargeCount: meter === undefined ? 0 : countCharges(meter.steps, gas),
    },
  };
}

function planMeter(
  strategy: Exclude<Strategy, 'none'>,
  facts: ModuleFacts,
  gas: GasPlan,
  costs: CostTable,
  techniques: Techniques,
): Meter {
  if (strategy === 'default') {
    const { functions, conventions, usesCounter } = placeModuleCharges(facts, gas, techniques);
    const steps = functions.map((plan) => plan.steps);
    const callsWithLocal = functions.map((plan) => plan.callsWithLocal);
    return { steps, callsWithLocal, conventions, usesCounter, facts, costs, isPlanned: true, callsHost: false };
  }
  const steps = strategy === 'local' ? planLocalSteps(facts, gas) : gas.map(blockSteps);
  const callsHost = strategy === 'host-call';
  return {
    steps,
    callsWithLocal: [],
    conventions: [],
    usesCounter: [],
    facts,
    costs,
    isPlanned: strategy === 'local',
    callsHost,
  };
}

function planLocalSteps({ module, functions }: ModuleFacts, gas: GasPlan): readonly (readonly Step[])[] {
  return module.functions.map(({ instructions }, position) => {
    const { results } = functionType(module, module.importedFunctions.length + position);
    const graph = flowGraph(instructions, functions[position]?.control ?? new Int32Array(0), results.length > 0);
    const charges = gas[position] ?? [];
    return localSteps(instructions, graph, blockCosts(graph, charges)) ?? blockSteps(charges);
  });
}

function countCharges(steps: readonly (readonly Step[])[], gas: GasPlan): number {
  const isCharge = ({ kind }: Step): boolean => kind === 'charge' || kind === 'trip-count';
  const dynamic = gas.flat().filter(({ kind }) => kind !== 'block').length;
  return steps.reduce((sum, each) => sum + each.filter(isCharge).length, dynamic);
}
