import type { InjectedNames } from '../../metering/inject/injected-names.ts';
import type { GuestAbi } from '../abi/guest-abi.ts';
import type { LinkedFunction } from '../abi/host-link.ts';
import { EngineError } from '../errors.ts';
import { type Frame, type FrameContext, newFrame } from '../frame.ts';
import type { GasMeter } from '../gas.ts';
import { GuestExit, type GuestReturn, GuestTrap, InexactTrap } from '../guest-exit.ts';
import type { GuestMemory } from '../guest-memory.ts';
import type { Budget, EntryName, GuestRun } from '../machine.ts';
import { hostFailure, isStackOverflow } from '../native-stack.ts';
import { TrapCode } from '../outcome.ts';
import { InstanceMemory, type MemoryParts } from './instance-memory.ts';
import { countUnknownTrap } from './trap-map.ts';

/** $stack holds this when the engine refused memory that the limits allow (`InjectedNames.stack`). */
const MEMORY_REFUSED = -0x8000_0000;
const TWO_TO_32 = 2 ** 32;

/** One host function as the module imports it. */
export interface LinkedImport {
  readonly module: string;
  readonly name: string;
  readonly call: LinkedFunction;
}

/** What an instance is made of; the same for all instances of a module. */
export interface InstanceParts extends MemoryParts {
  readonly compiled: WebAssembly.Module;
  readonly names: InjectedNames;
  /** Whether a trap of the engine's is the one that the schedule defines. */
  readonly trapsExactly: boolean;
  /** Whether another form of the module can tell what a trap was that this engine words as none that is known. */
  readonly hasExact: boolean;
  /** Undefined for what the engine is not known to say. */
  readonly readTrap: (error: WebAssembly.RuntimeError) => TrapCode | undefined;
  readonly abi: GuestAbi;
  readonly imports: readonly LinkedImport[];
  /** Size of the memory that the host provides, for ABIs that import it. */
  readonly importedMemory: { readonly initial: number; readonly maximum: number } | undefined;
}

/**
 * One `WebAssembly.Instance` that runs one frame at a time. After a run `recycle` puts memory and globals back as the
 * module initialised them, so that the next frame cannot tell it from a fresh instance.
 */
export class GuestInstance {
  readonly #abi: GuestAbi;
  readonly #exports: WebAssembly.Exports;
  readonly #names: InjectedNames;
  readonly #parts: InstanceParts;
  readonly #memory: InstanceMemory;
  readonly #gas: WebAssembly.Global<'i64'>;
  readonly #stack: WebAssembly.Global<'i32'>;
  readonly #reset: () => void;
  readonly #restore: () => void;
  readonly #meter: GasMeter;
  readonly #guestMemory: GuestMemory;
  #frame: Frame | undefined;

  constructor(parts: InstanceParts) {
    const { names, importedMemory } = parts;
    this.#memory = new InstanceMemory(parts);
    const provided = importedMemory === undefined ? undefined : newMemory(importedMemory);
    const instance = instantiate(parts.compiled, this.#importObject(parts, provided));
    this.#abi = parts.abi;
    this.#names = names;
    this.#parts = parts;
    this.#exports = instance.exports;
    this.#memory.attach(provided ?? (this.#exports[names.memory as string] as WebAssembly.Memory));
    this.#gas = this.#exports[names.gas] as WebAssembly.Global<'i64'>;
    this.#stack = this.#exports[names.stack] as WebAssembly.Global<'i32'>;
    this.#reset = this.#exports[names.reset] as () => void;
    this.#restore = this.#exports[names.restore] as () => void;
    const { blocks } = this.#memory;
    this.#guestMemory = { view: () => this.#memory.view(), wrote: blocks?.mark };
    this.#meter = this.#newMeter(this.#exports[names.charge] as (low: number, high: number) => number);
  }

  run(entry: EntryName, budget: Budget, context: FrameContext): GuestRun {
    this.#gas.value = budget.gas;
    this.#stack.value = budget.stackWords;
    const frame = newFrame(context, this.#guestMemory, this.#meter);
    this.#frame = frame;
    return { guestReturn: this.#enter(entry, frame), gasLeft: this.#gas.value };
  }

  get residentBytes(): number {
    return this.#memory.residentBytes;
  }

  /** What the memory of a new instance holds; undefined where that is not needed to put it back. */
  copyMemory(): Uint8Array | undefined {
    return this.#memory.blocks === undefined ? this.#memory.view().slice() : undefined;
  }

  /** Returns false if the instance cannot be used again, because its memory has grown. */
  recycle(initialMemory: Uint8Array | undefined): boolean {
    this.#frame = undefined;
    if (this.#memory.hasGrown) return false;
    if (initialMemory === undefined) this.#restore();
    else this.#memory.view().set(initialMemory);
    this.#reset();
    return true;
  }

  #enter(entry: EntryName, frame: Frame): GuestReturn {
    const { name } = this.#abi[entry];
    const run = this.#exports[this.#names.entryPoints[name] as string] as (
      ...args: unknown[]
    ) => number | bigint | undefined;
    try {
      return this.#abi.readReturn(frame, run(...this.#abi.entryArguments(frame)));
    } catch (error) {
      if (error instanceof GuestExit) return error.guestReturn;
      throw this.#asGuestTrap(error);
    }
  }

  /** The trap behind what V8 threw; anything that is not one is a host failure. */
  #asGuestTrap(error: unknown): unknown {
    if (error instanceof WebAssembly.RuntimeError) {
      if (this.#stack.value === MEMORY_REFUSED)
        return new EngineError('host-memory', 'the engine refused to grow a guest memory');
      if (!this.#parts.trapsExactly) return new InexactTrap();
      if (this.#gas.value < 0n) return new GuestTrap(TrapCode.OutOfGas);
      if (this.#stack.value < 0) return new GuestTrap(TrapCode.StackExhausted);
      const code = this.#parts.readTrap(error);
      if (code !== undefined) return new GuestTrap(code);
      countUnknownTrap(error);
      if (this.#parts.hasExact) return new InexactTrap();
      return new EngineError('unknown-trap', `the engine reported a trap that is not in the table: ${error.message}`);
    }
    return hostFailure(error, 'inside a guest');
  }

  #newMeter(charge: (low: number, high: number) => number): GasMeter {
    const gas = this.#gas;
    const stack = this.#stack;
    return {
      charge: (amount) => {
        if (charge(amount, amount / TWO_TO_32) !== 0) throw new GuestTrap(TrapCode.OutOfGas);
      },
      left: () => gas.value,
      spend: (amount) => {
        gas.value -= amount;
      },
      stackWordsLeft: () => stack.value,
    };
  }

  /** Null prototypes: a plain object would let a module import `constructor` and what hangs on it. */
  #importObject(parts: InstanceParts, memory: WebAssembly.Memory | undefined): WebAssembly.Imports {
    const modules: Record<string, Record<string, WebAssembly.ImportValue>> = Object.create(null);
    const inModule = (module: string): Record<string, WebAssembly.ImportValue> => {
      modules[module] ??= Object.create(null) as Record<string, WebAssembly.ImportValue>;
      return modules[module];
    };
    for (const { module, name, call } of parts.imports) {
      inModule(module)[name] = (...args: (number | bigint)[]) => call(this.#frame as Frame, args);
    }
    for (const [module, functions] of Object.entries(this.#memory.imports)) Object.assign(inModule(module), functions);
    if (memory !== undefined && parts.abi.memory.kind === 'imported')
      inModule(parts.abi.memory.module)[parts.abi.memory.name] = memory;
    return modules;
  }
}

function newMemory(size: { readonly initial: number; readonly maximum: number }): WebAssembly.Memory {
  try {
    return new WebAssembly.Memory(size);
  } catch (error) {
    if (isStackOverflow(error)) throw error;
    throw new EngineError('host-memory', `no memory for ${size.initial} pages`, { cause: error });
  }
}

function instantiate(compiled: WebAssembly.Module, imports: WebAssembly.Imports): WebAssembly.Instance {
  try {
    return new WebAssembly.Instance(compiled, imports);
  } catch (error) {
    if (isStackOverflow(error)) throw error;
    // Segments and imports were checked before, so that only real memory can be missing.
    throw new EngineError('host-memory', 'no memory for another instance', { cause: error });
  }
}
