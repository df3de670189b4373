import type { InjectedNames } from '../../metering/inject/injected-names.ts';
import { own } from '../../metering/own.ts';
import type { LinkedFunction } from '../abi/host-link.ts';
import type { Frame } from '../frame.ts';
import type { GasMeter } from '../gas.ts';
import { GuestTrap } from '../guest-exit.ts';
import type { GuestMemory } from '../guest-memory.ts';
import type { GuestObserver } from '../guest-observer.ts';
import { withHostMemory } from '../host-memory.ts';
import { TrapCode } from '../outcome.ts';
import { InstanceMemory, type MemoryParts } from './instance-memory.ts';
import { Lookout } from './lookout.ts';

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
  /** Host functions in JavaScript. */
  readonly imports: readonly LinkedImport[];
  /** The memory that the host provides, for ABIs that import it. */
  readonly importedMemory:
    | { readonly module: string; readonly name: string; readonly minPages: number; readonly maxPages: number }
    | undefined;
  /** Who looks on, in an observed form of the module. */
  readonly observer?: GuestObserver | undefined;
}

/** An instance, and what of it the engine works with. */
export interface Instance {
  readonly exports: WebAssembly.Exports;
  readonly memory: InstanceMemory;
  readonly guestMemory: GuestMemory;
  readonly gas: WebAssembly.Global<'i64'>;
  readonly stack: WebAssembly.Global<'i32'>;
  readonly meter: GasMeter;
  /** See `InjectedNames`. */
  readonly reset: () => void;
  readonly restore: () => void;
}

type ImportModule = Record<string, WebAssembly.ImportValue>;

/**
 * @param runningFrame The frame that host functions work on when the guest calls them.
 * @param engineImports What the module imports that is no host function, by import module.
 */
export function instantiate(
  parts: InstanceParts,
  runningFrame: () => Frame,
  engineImports: Readonly<Record<string, ImportModule>> = {},
): Instance {
  const { names, importedMemory } = parts;
  const memory = new InstanceMemory(parts);
  // Null prototypes: a plain object would let a module import `constructor` and what hangs on it.
  const imports: Record<string, ImportModule> = Object.assign(Object.create(null), engineImports);
  const add = (module: string, name: string, value: WebAssembly.ImportValue): void => {
    imports[module] ??= Object.create(null) as ImportModule;
    imports[module][name] = value;
  };
  for (const { module, name, call } of parts.imports) {
    add(module, name, (...args: (number | bigint)[]) => call(runningFrame(), args));
  }
  for (const { module, name, value } of memory.imports) add(module, name, value);
  const observer = own(parts, 'observer');
  const lookout = observer && new Lookout(observer, memory);
  for (const { module, name, value } of lookout?.imports ?? []) add(module, name, value);
  const provided = importedMemory && newMemory(importedMemory);
  if (importedMemory && provided) add(importedMemory.module, importedMemory.name, provided);
  // Segments and imports were checked before, so that only real memory can be missing.
  const { exports } = withHostMemory('another instance', () => new WebAssembly.Instance(parts.compiled, imports));
  memory.attach(provided ?? (exports[names.memory as string] as WebAssembly.Memory));
  const gas = exports[names.gas] as WebAssembly.Global<'i64'>;
  const stack = exports[names.stack] as WebAssembly.Global<'i32'>;
  lookout?.attach(exports, names);
  return {
    exports,
    memory,
    guestMemory: {
      view: () => memory.view(),
      wrote: memory.blocks?.mark ?? (exports[names.mark] as GuestMemory['wrote']),
    },
    gas,
    stack,
    meter: newMeter(gas, stack, exports[names.charge] as (low: number, high: number) => number),
    reset: exports[names.reset] as () => void,
    restore: exports[names.restore] as () => void,
  };
}

function newMeter(
  gas: WebAssembly.Global<'i64'>,
  stack: WebAssembly.Global<'i32'>,
  charge: (low: number, high: number) => number,
): GasMeter {
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

function newMemory({ minPages, maxPages }: NonNullable<InstanceParts['importedMemory']>): WebAssembly.Memory {
  const limits = { initial: minPages, maximum: maxPages };
  return withHostMemory(`${minPages} pages`, () => new WebAssembly.Memory(limits));
}
