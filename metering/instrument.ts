import { checkInterface } from './format/check-interface.ts';
import { decodeModule } from './format/decode.ts';
import type { ModuleLimits } from './format/limits.ts';
import type { ImportedFunction } from './format/module.ts';
import type { ModuleInterface } from './format/module-interface.ts';
import { Op } from './format/opcodes.ts';
import { validateModule } from './format/validate.ts';
import type { CappedMemory } from './format/write-module.ts';
import type { CostTable } from './gas/cost-table.ts';
import { type GasPlan, planGas } from './gas/gas-plan.ts';
import { type HostCode, noHostCode } from './host/host-code.ts';
import { howTracked, type TrackedWrites, type TrackingKind } from './host/tracked-writes.ts';
import { cappedMemory, chargeImport, inject } from './inject/inject.ts';
import { type InjectedNames, injectedNames } from './inject/injected-names.ts';
import type { Observes } from './inject/observe-code.ts';
import { own } from './own.ts';
import type { Step } from './plan/charge-placement.ts';
import { moduleFacts } from './plan/module-facts.ts';
import { allTechniques, type ModulePlacement, type Techniques } from './plan/place-module-charges.ts';
import { exactStrategy, type Strategy, strategyTable } from './plan/strategies.ts';

export interface InstrumentOptions {
  readonly costs: CostTable;
  readonly limits: ModuleLimits;
  readonly interface: ModuleInterface;
  readonly strategy: Strategy;
  /** Of the strategy `default`, to see what each is worth. Default: all. */
  readonly techniques?: Techniques;
  /** What stands in for imports of the guest. Default: nothing. @internal */
  readonly hostCode?: HostCode;
  /** Adds what `names.restore` needs. Default `none`. */
  readonly tracksWrites?: TrackedWrites;
  /** Tells the host what runs, by further imports: only with the strategy `global`, and nothing verifies it. Default `nothing`. @internal */
  readonly observes?: Observes;
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
 *
 * @example
 * const { costs, limits } = flatV2Schedule;
 * const options = { costs, limits, interface: moduleInterfaceOf(stylusAbi), strategy: 'global' } as const;
 * const { bytes, names, report } = instrument(erc20.wasm, options);
 * console.log(report.functionCount, bytes.length > erc20.wasm.length, names.gas.endsWith('_gas')); // 12 true true
 */
export function instrument(bytes: Uint8Array, options: InstrumentOptions): Instrumented {
  const { costs, limits, strategy } = options;
  const techniques = own(options, 'techniques') ?? allTechniques;
  const hostCode = own(options, 'hostCode') ?? noHostCode;
  const tracksWrites = own(options, 'tracksWrites') ?? 'none';
  const observes = own(options, 'observes') ?? 'nothing';
  if (observes !== 'nothing' && strategy !== exactStrategy) throw new RangeError(`only ${exactStrategy} is observed`);
  const module = decodeModule(bytes, limits);
  const functions = validateModule(module, limits);
  checkInterface(module, options.interface);
  const gas = planGas(module, costs);
  const { place, marksEveryStore, callsHost } = strategyTable[strategy];
  const facts = place && moduleFacts(module, functions);
  const meter = facts && {
    facts,
    placement: place(facts, gas, techniques),
    costs,
    marksEveryStore,
    callsHost,
    observes,
  };
  const names = injectedNames(module, options.interface);
  const { memoryPages, stackWords } = limits;
  const declaredMemory = module.memory ?? module.importedMemory;
  const memory = declaredMemory && cappedMemory(declaredMemory, memoryPages);
  const instrumented = inject(module, { names, memoryPages, stackWords, meter, hostCode, tracksWrites });
  return {
    bytes: instrumented,
    names,
    chargeImport: callsHost ? chargeImport : undefined,
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
      chargeCount: meter === undefined ? 0 : countCharges(meter.placement, gas),
    },
  };
}

function countCharges({ functions }: ModulePlacement, gas: GasPlan): number {
  const isCharge = ({ kind }: Step): boolean => kind === 'charge' || kind === 'trip-count';
  const dynamic = gas.flat().filter(({ kind }) => kind !== 'block').length;
  return functions.reduce((sum, { steps }) => sum + steps.filter(isCharge).length, dynamic);
}
