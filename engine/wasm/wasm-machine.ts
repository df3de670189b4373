import { sha256Hex } from '../../metering/format/sha256.ts';
import { own } from '../../metering/own.ts';
import { exactStrategy, isMetered, type Strategy, trapsExactly } from '../../metering/plan/strategies.ts';
import type { GuestAbi } from '../abi/guest-abi.ts';
import type { FrameContext } from '../frame.ts';
import { isGuestEnd } from '../guest-exit.ts';
import type { GuestObserver } from '../guest-observer.ts';
import type { Thunks } from '../kernel/thunk.ts';
import type { Budget, EntryName, GuestModule, GuestRun, Machine } from '../machine.ts';
import { referenceMachine } from '../reference/reference-machine.ts';
import type { WorldState } from '../state/world-state.ts';
import { GuestInstance, type GuestInstanceParts } from './guest-instance.ts';
import type { TrapReader } from './guest-trap.ts';
import { instancePool, Shelf } from './instance-pool.ts';
import type { KernelInstanceParts } from './kernel-instance.ts';
import { KernelModule } from './kernel-module.ts';
import { type LinkRequest, linkModule, linkModuleToKernel } from './link-module.ts';
import type { ModuleCache } from './module-cache.ts';
import { trapCodeOf } from './trap-map.ts';

export interface WasmMachineOptions {
  readonly strategy: Strategy;
  /** False makes a new instance for every frame, to measure what reuse saves. */
  readonly reusesInstances: boolean;
  /** Whether worlds will have a kernel, so that the form without one is only made if something asks for it. Default false. */
  readonly usesKernel?: boolean;
  /** Where compiled modules are kept, and what makes them. Default: that of the process. */
  readonly modules?: ModuleCache;
  /** Tells this engine's traps apart: undefined for one that it does not know. Default: by the sentences of the engines we know. */
  readonly readTrap?: TrapReader;
  /** Looks on, in a form of modules made for it: only with the exact strategy. */
  readonly observer?: GuestObserver;
}

/** The host's own WebAssembly engine, running instrumented modules. */
export function wasmMachine(name: string, options: WasmMachineOptions): Machine {
  const { strategy, reusesInstances } = options;
  const usesKernel = own(options, 'usesKernel') === true;
  const modules = own(options, 'modules');
  const readTrap = own(options, 'readTrap') ?? trapCodeOf;
  const observer = own(options, 'observer');
  return {
    name,
    description: `WebAssembly in this JavaScript engine, metering strategy ${strategy}${reusesInstances ? '' : ', a fresh instance per call'}`,
    isMetered: isMetered(strategy),
    prepare: (bytes, abi, schedule) =>
      new WasmModule({
        bytes,
        abi,
        schedule,
        strategy,
        reusesInstances,
        isForKernel: usesKernel,
        modules,
        readTrap,
        observer,
        observes: observer?.detail,
      }),
    observed: isMetered(strategy)
      ? (looking) =>
          wasmMachine(name, {
            ...options,
            strategy: exactStrategy,
            reusesInstances: false,
            usesKernel: false,
            observer: looking,
          })
      : undefined,
  };
}

interface WasmModuleOptions extends LinkRequest {
  readonly reusesInstances: boolean;
  readonly isForKernel: boolean;
  readonly modules: ModuleCache | undefined;
  readonly readTrap: TrapReader;
  readonly observer: GuestObserver | undefined;
}

class WasmModule implements GuestModule {
  readonly abi: GuestAbi;
  readonly bytes: Uint8Array;
  readonly moduleHash: string;
  readonly exact: (() => GuestModule) | undefined;
  readonly #options: WasmModuleOptions;
  readonly #thunks: Thunks | undefined;
  readonly #idle: Shelf<GuestInstance> | undefined;
  #initialMemory: Uint8Array | undefined;
  #plainParts: GuestInstanceParts | undefined;
  #kernelParts: KernelInstanceParts | undefined;

  constructor(options: WasmModuleOptions) {
    const { bytes, abi, isForKernel } = options;
    this.abi = abi;
    this.bytes = bytes;
    this.moduleHash = sha256Hex(bytes);
    this.#options = options;
    this.#idle = options.reusesInstances ? new Shelf(instancePool) : undefined;
    this.exact = exactFormOf(options);
    // One form has to be made at once: a module that is refused is refused here.
    this.#thunks = own(abi, 'thunks');
    if (isForKernel && this.#thunks !== undefined) this.#linkedToKernel(this.#thunks);
    else this.#linked();
  }

  hasEntry(entry: EntryName): boolean {
    const { names } = this.#kernelParts ?? this.#linked();
    return names.entryPoints[this.abi[entry].name] !== undefined;
  }

  inWorld(state: WorldState): GuestModule {
    const { kernelBacked } = state;
    if (kernelBacked === undefined || this.#thunks === undefined) return this;
    const { strategy, reusesInstances } = this.#options;
    const exact = trapsExactly(strategy) || this.exact === undefined ? () => this : this.exact;
    return new KernelModule(this, exact, this.#linkedToKernel(this.#thunks), kernelBacked, reusesInstances);
  }

  run(entry: EntryName, budget: Budget, context: FrameContext): GuestRun {
    const instance = this.#idle?.take() ?? this.#newInstance();
    try {
      const run = instance.run(entry, budget, context);
      this.#putBack(instance);
      return run;
    } catch (error) {
      // After a host failure nobody knows what state the instance is in.
      if (isGuestEnd(error)) this.#putBack(instance);
      throw error;
    }
  }

  #newInstance(): GuestInstance {
    const instance = new GuestInstance(this.#linked());
    if (this.#idle !== undefined) this.#initialMemory ??= instance.copyMemory();
    return instance;
  }

  #putBack(instance: GuestInstance): void {
    if (this.#idle !== undefined && instance.recycle(this.#initialMemory)) {
      this.#idle.put(instance, instance.residentBytes);
    }
  }

  #linked(): GuestInstanceParts {
    const { abi, strategy, modules, readTrap } = this.#options;
    this.#plainParts ??= {
      ...linkModule(this.#options, modules),
      abi,
      observer: this.#options.observer,
      exactTraps: trapsExactly(strategy) ? { read: readTrap, hasExact: this.exact !== undefined } : undefined,
    };
    return this.#plainParts;
  }

  #linkedToKernel(thunks: Thunks): KernelInstanceParts {
    this.#kernelParts ??= linkModuleToKernel(this.#options, thunks, this.#options.modules);
    return this.#kernelParts;
  }
}

/** Block by block where that is not so already, and then the reference, which has no unmetered form. Made when it is needed. */
function exactFormOf(options: WasmModuleOptions): (() => GuestModule) | undefined {
  const { bytes, abi, schedule, strategy, observer } = options;
  if (!isMetered(strategy)) return undefined;
  let exact: GuestModule | undefined;
  return () => {
    exact ??= trapsExactly(strategy)
      ? referenceMachine(undefined, observer).prepare(bytes, abi, schedule)
      : new WasmModule({ ...options, strategy: exactStrategy, isForKernel: false });
    return exact;
  };
}
