import { createHash } from 'node:crypto';
import type { Strategy } from '../../metering/instrument.ts';
import { type Instrumented, instrument, trapsExactly } from '../../metering/instrument.ts';
import type { GuestAbi } from '../abi/guest-abi.ts';
import { type LinkedFunction, linkHostFunction } from '../abi/host-link.ts';
import { moduleInterfaceOf } from '../abi/module-interface-of.ts';
import { EngineError } from '../errors.ts';
import type { Frame } from '../frame.ts';
import type { GasMeter } from '../gas.ts';
import { GuestTrap, InexactTrap } from '../guest-exit.ts';
import type { GuestMemory } from '../guest-memory.ts';
import type { Budget, EntryName, GuestModule, GuestRun, Machine } from '../machine.ts';
import type { Schedule } from '../schedule.ts';
import { GuestInstance, type InstanceParts, type LinkedImport } from './guest-instance.ts';

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
  readonly #parts: InstanceParts;
  readonly #idleLimit: number;
  readonly #idle: GuestInstance[] = [];
  readonly exact?: () => GuestModule;

  constructor(bytes: Uint8Array, abi: GuestAbi, schedule: Schedule, strategy: Strategy, idleLimit: number) {
    const instrumented = instrument(bytes, {
      costs: schedule.costs,
      limits: schedule.limits,
      interface: moduleInterfaceOf(abi),
      strategy,
    });
    this.abi = abi;
    this.bytes = bytes;
    this.moduleHash = createHash('sha256').update(bytes).digest('hex');
    this.#parts = instanceParts(abi, schedule, instrumented, trapsExactly(strategy));
    this.#idleLimit = idleLimit;
    if (!trapsExactly(strategy)) {
      let exact: GuestModule | undefined;
      this.exact = () => {
        exact ??= new WasmModule(bytes, abi, schedule, 'global', idleLimit);
        return exact;
      };
    }
  }

  hasEntry(entry: EntryName): boolean {
    return this.#parts.names.entryPoints[this.abi[entry].name] !== undefined;
  }

  run(entry: EntryName, budget: Budget, open: (memory: GuestMemory, gas: GasMeter) => Frame): GuestRun {
    const instance = this.#idle.pop() ?? new GuestInstance(this.#parts);
    try {
      const run = instance.run(entry, budget, open);
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

function instanceParts(
  abi: GuestAbi,
  schedule: Schedule,
  { bytes: code, names, imports, chargeImport }: Instrumented,
  trapsExactly: boolean,
): InstanceParts {
  const rows = new Map(abi.hostFunctions.map((row) => [`${row.module}\0${row.name}`, row]));
  return {
    compiled: compile(code),
    names,
    trapsExactly,
    abi,
    imports: [
      ...imports.functions.map(({ module, name }): LinkedImport => {
        const row = rows.get(`${module}\0${name}`);
        if (row === undefined)
          throw new EngineError('internal', `import ${module}.${name} passed the allow-list without a row`);
        return { module, name, call: linkHostFunction(row, schedule) };
      }),
      ...(chargeImport === undefined ? [] : [{ ...chargeImport, call: chargeFrame }]),
    ],
    importedMemory: imports.memory && { initial: imports.memory.minPages, maximum: imports.memory.maxPages },
  };
}

const chargeFrame: LinkedFunction = (frame, [amount]) => {
  frame.gas.charge(Number(amount) >>> 0);
  return undefined;
};

function compile(code: Uint8Array): WebAssembly.Module {
  try {
    return new WebAssembly.Module(code);
  } catch (error) {
    throw new EngineError('internal', 'the instrumented module does not compile', { cause: error });
  }
}
