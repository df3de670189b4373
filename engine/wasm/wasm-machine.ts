import { createHash } from 'node:crypto';
import { type Strategy, trapsExactly } from '../../metering/instrument.ts';
import type { GuestAbi } from '../abi/guest-abi.ts';
import type { FrameContext } from '../frame.ts';
import { isGuestEnd } from '../guest-exit.ts';
import type { Budget, EntryName, GuestModule, GuestRun, Machine } from '../machine.ts';
import type { Schedule } from '../schedule.ts';
import { KernelState } from '../state/kernel-state.ts';
import type { WorldState } from '../state/world-state.ts';
import { GuestInstance, type InstanceParts } from './guest-instance.ts';
import type { KernelInstanceParts } from './kernel-instance.ts';
import { KernelModule } from './kernel-module.ts';
import { linkModule, linkModuleToKernel } from './link-module.ts';

/** Idle instances kept per module. More are only needed by deeper re-entrancy, and then made anew. */
const IDLE_INSTANCES = 16;

export interface WasmMachineOptions {
  readonly strategy: Strategy;
  /** False makes a new instance for every frame, to measure what reuse saves. */
  readonly reusesInstances: boolean;
  /** Whether worlds will have a kernel, so that the form without one is only made if something asks for it. Default false. */
  readonly usesKernel?: boolean;
}

/** The host's own WebAssembly engine, running instrumented modules. */
export function wasmMachine(name: string, { strategy, reusesInstances, usesKernel }: WasmMachineOptions): Machine {
  return {
    name,
    description: `WebAssembly in this JavaScript engine, metering strategy ${strategy}${reusesInstances ? '' : ', a fresh instance per call'}`,
    isMetered: strategy !== 'none',
    prepare: (bytes, abi, schedule) => {
      const idleLimit = reusesInstances ? IDLE_INSTANCES : 0;
      return new WasmModule({ bytes, abi, schedule, strategy, idleLimit, isForKernel: usesKernel === true });
    },
  };
}

interface WasmModuleOptions {
  readonly bytes: Uint8Array;
  readonly abi: GuestAbi;
  readonly schedule: Schedule;
  readonly strategy: Strategy;
  readonly idleLimit: number;
  readonly isForKernel: boolean;
}

class WasmModule implements GuestModule {
  readonly abi: GuestAbi;
  readonly bytes: Uint8Array;
  readonly moduleHash: string;
  readonly exact?: () => GuestModule;
  readonly #options: WasmModuleOptions;
  readonly #idle: GuestInstance[] = [];
  #plainParts: InstanceParts | undefined;
  #kernelParts: KernelInstanceParts | undefined;

  constructor(options: WasmModuleOptions) {
    const { bytes, abi, strategy, isForKernel } = options;
    this.abi = abi;
    this.bytes = bytes;
    this.moduleHash = createHash('sha256').update(bytes).digest('hex');
    this.#options = options;
    // One form has to be made at once: a module that is refused is refused here.
    if (isForKernel && abi.hostCode !== undefined) this.#linkedToKernel();
    else this.#linked();
    if (!trapsExactly(strategy)) {
      let exact: GuestModule | undefined;
      this.exact = () => {
        exact ??= new WasmModule({ ...options, strategy: 'global', isForKernel: false });
        return exact;
      };
    }
  }

  hasEntry(entry: EntryName): boolean {
    if (this.#kernelParts === undefined) return this.#linked().names.entryPoints[this.abi[entry].name] !== undefined;
    // Thunks enter a contract by its call, so that has to be there.
    return entry === 'call' || this.#kernelParts.names.deploy !== undefined;
  }

  inWorld(state: WorldState): GuestModule {
    if (!(state instanceof KernelState) || this.abi.hostCode === undefined) return this;
    return new KernelModule(this, this.#linkedToKernel(), state, this.#options.idleLimit);
  }

  run(entry: EntryName, budget: Budget, context: FrameContext): GuestRun {
    const instance = this.#idle.pop() ?? new GuestInstance(this.#linked());
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

  #putBack(instance: GuestInstance): void {
    if (this.#idle.length < this.#options.idleLimit && instance.recycle()) this.#idle.push(instance);
  }

  #linked(): InstanceParts {
    const { bytes, abi, schedule, strategy } = this.#options;
    this.#plainParts ??= linkModule(bytes, abi, schedule, strategy);
    return this.#plainParts;
  }

  #linkedToKernel(): KernelInstanceParts {
    const { bytes, abi, schedule, strategy } = this.#options;
    this.#kernelParts ??= linkModuleToKernel(bytes, abi, schedule, strategy);
    return this.#kernelParts;
  }
}
