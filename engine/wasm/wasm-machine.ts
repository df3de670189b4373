import { createHash } from 'node:crypto';
import { type Strategy, trapsExactly } from '../../metering/instrument.ts';
import type { GuestAbi } from '../abi/guest-abi.ts';
import type { FrameContext } from '../frame.ts';
import { GuestTrap, InexactTrap } from '../guest-exit.ts';
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
}

/** The host's own WebAssembly engine, running instrumented modules. */
export function wasmMachine(name: string, { strategy, reusesInstances }: WasmMachineOptions): Machine {
  return {
    name,
    description: `WebAssembly in this JavaScript engine, metering strategy ${strategy}${reusesInstances ? '' : ', a fresh instance per call'}`,
    isMetered: strategy !== 'none',
    prepare: (bytes, abi, schedule) =>
      new WasmModule(bytes, abi, schedule, strategy, reusesInstances ? IDLE_INSTANCES : 0),
  };
}

class WasmModule implements GuestModule {
  readonly abi: GuestAbi;
  readonly bytes: Uint8Array;
  readonly moduleHash: string;
  readonly exact?: () => GuestModule;
  readonly inWorld: (state: WorldState) => GuestModule;
  readonly #parts: InstanceParts;
  readonly #idleLimit: number;
  readonly #idle: GuestInstance[] = [];

  constructor(bytes: Uint8Array, abi: GuestAbi, schedule: Schedule, strategy: Strategy, idleLimit: number) {
    this.abi = abi;
    this.bytes = bytes;
    this.moduleHash = createHash('sha256').update(bytes).digest('hex');
    this.#parts = linkModule(bytes, abi, schedule, strategy);
    this.#idleLimit = idleLimit;
    if (!trapsExactly(strategy)) {
      let exact: GuestModule | undefined;
      this.exact = () => {
        exact ??= new WasmModule(bytes, abi, schedule, 'global', idleLimit);
        return exact;
      };
    }
    let kernelParts: KernelInstanceParts | undefined;
    this.inWorld = (state) => {
      if (!(state instanceof KernelState) || abi.hostCode === undefined) return this;
      kernelParts ??= linkModuleToKernel(bytes, abi, schedule, strategy);
      return new KernelModule(this, kernelParts, state, idleLimit);
    };
  }

  hasEntry(entry: EntryName): boolean {
    return this.#parts.names.entryPoints[this.abi[entry].name] !== undefined;
  }

  run(entry: EntryName, budget: Budget, context: FrameContext): GuestRun {
    const instance = this.#idle.pop() ?? new GuestInstance(this.#parts);
    try {
      const run = instance.run(entry, budget, context);
      this.#putBack(instance);
      return run;
    } catch (error) {
      // After a host failure nobody knows what state the instance is in.
      if (error instanceof GuestTrap || error instanceof InexactTrap) this.#putBack(instance);
      throw error;
    }
  }

  #putBack(instance: GuestInstance): void {
    if (this.#idle.length < this.#idleLimit && instance.recycle()) this.#idle.push(instance);
  }
}
