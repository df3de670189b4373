import type { LinkedFunction } from '../abi/host-link.ts';
import { EngineError } from '../errors.ts';
import type { Frame, FrameContext } from '../frame.ts';
import type { GasMeter } from '../gas.ts';
import { GuestTrap, InexactTrap } from '../guest-exit.ts';
import type { GuestMemory } from '../guest-memory.ts';
import { callPreparedImport } from '../kernel/prepared-call.ts';
import { KERNEL_MODULE } from '../kernel/thunk-imports.ts';
import type { Budget } from '../machine.ts';
import { hostFailure, isStackOverflow } from '../native-stack.ts';
import { TrapCode } from '../outcome.ts';
import type { KernelState } from '../state/kernel-state.ts';
import { InstanceMemory, type MemoryParts } from './instance-memory.ts';
import { KernelCall } from './kernel-call.ts';
import { KernelFrame } from './kernel-frame.ts';

/** $stack holds this when the engine refused memory that the limits allow (`InjectedNames.stack`). */
const MEMORY_REFUSED = -0x8000_0000;
const TWO_TO_32 = 2 ** 32;
/** As of `callPreparedImport`. */
const callStatus = { success: 0, revert: 1, trap: 2 } as const;

/** What an instance is made of; the same for all instances of a module. */
export interface KernelInstanceParts extends MemoryParts {
  readonly compiled: WebAssembly.Module;
  /** Export names. */
  readonly names: {
    readonly memory: string;
    readonly gas: string;
    readonly stack: string;
    readonly charge: string;
    readonly reset: string;
    readonly mark: string;
    readonly restore: string;
    readonly enter: string;
    readonly enterPrepared: string;
    readonly runBatch: string;
    /** Absent in a module without a constructor. */
    readonly deploy: string | undefined;
  };
  /** Host functions in JavaScript: those without a thunk are called. */
  readonly imports: readonly { readonly module: string; readonly name: string; readonly call: LinkedFunction }[];
  /** Whether memory can become larger. */
  readonly canGrow: boolean;
}

/**
 * One `WebAssembly.Instance` whose host functions are thunks into a kernel. It runs one frame at a time, and is as the
 * module initialises it again when `enter` returns.
 */
export class KernelInstance {
  readonly #state: KernelState;
  readonly #memory: InstanceMemory;
  readonly #gas: WebAssembly.Global<'i64'>;
  readonly #stack: WebAssembly.Global<'i32'>;
  readonly #enter: (inputBytes: number, gas: bigint, stackWords: number) => number;
  readonly #enterPrepared: (inputBytes: number, gasLow: number, gasHigh: number, stackWords: number) => number;
  readonly #deploy: ((inputBytes: number) => number | undefined) | undefined;
  readonly #reset: () => void;
  readonly #restore: () => void;
  readonly #markAll: () => void;
  readonly #meter: GasMeter;
  readonly #guestMemory: GuestMemory;
  readonly #canGrow: boolean;
  #context: FrameContext | undefined;
  /** Opens the context of a message in the kernel's batch. */
  #openContext: (() => FrameContext) | undefined;
  #frame: Frame | undefined;
  /** Of the message that `#frame` is for. */
  #frameIndex = 0;
  /** Runs messages of the kernel's batch from one index on. Returns `end`, or the index of one that was not begun. */
  readonly runBatch: (index: number, end: number) => number;

  constructor(parts: KernelInstanceParts, state: KernelState) {
    const { names } = parts;
    this.#state = state;
    this.#memory = new InstanceMemory(parts);
    const { exports } = instantiate(parts.compiled, this.#importObject(parts));
    this.#memory.attach(exports[names.memory] as WebAssembly.Memory);
    this.#gas = exports[names.gas] as WebAssembly.Global<'i64'>;
    this.#stack = exports[names.stack] as WebAssembly.Global<'i32'>;
    this.#enter = exports[names.enter] as (inputBytes: number, gas: bigint, stackWords: number) => number;
    this.#enterPrepared = exports[names.enterPrepared] as (
      inputBytes: number,
      gasLow: number,
      gasHigh: number,
      stackWords: number,
    ) => number;
    this.runBatch = exports[names.runBatch] as (index: number, end: number) => number;
    this.#deploy = exports[names.deploy ?? ''] as ((inputBytes: number) => number | undefined) | undefined;
    this.#reset = exports[names.reset] as () => void;
    this.#restore = exports[names.restore] as () => void;
    this.#canGrow = parts.canGrow;
    const { blocks } = this.#memory;
    const mark = blocks?.mark ?? (exports[names.mark] as (pointer: number, lengthBytes: number) => void);
    this.#markAll = blocks === undefined ? () => mark(0, -1) : () => {};
    this.#guestMemory = { view: () => this.#memory.view(), wrote: mark };
    this.#meter = this.#newMeter(exports[names.charge] as (low: number, high: number) => number);
  }

  /** Gas left after a run that returned. */
  get gasLeft(): bigint {
    return this.#gas.value;
  }

  /** What the next run is about. */
  runFor(context: FrameContext): void {
    this.#context = context;
    this.#frame = undefined;
  }

  /** The next runs are of messages in the kernel's batch. `open` is called if a host function needs to know what runs. */
  runForBatch(open: () => FrameContext): void {
    this.#context = undefined;
    this.#openContext = open;
    this.#frame = undefined;
  }

  /** Returns the status of the entry point. Throws what `asGuestTrap` is for. */
  call(inputBytes: number, { gas, stackWords }: Budget): number {
    return this.#enter(inputBytes, gas, stackWords);
  }

  /** The same for a call that a thunk has laid ready. The gas left is where the thunk looks for it. */
  callPrepared({ inputBytes, gasLow, gasHigh, stackWords }: KernelCall): number {
    return this.#enterPrepared(inputBytes, gasLow, gasHigh, stackWords);
  }

  deploy(inputBytes: number, { gas, stackWords }: Budget): number {
    this.#gas.value = gas;
    this.#stack.value = stackWords;
    // Undefined from an entry point that returns nothing.
    const status = this.#deploy?.(inputBytes) ?? 0;
    this.#restore();
    this.#reset();
    return status;
  }

  get residentBytes(): number {
    return this.#memory.residentBytes;
  }

  /** After a run that returned: whether the instance is as it was at first. */
  isReusable(): boolean {
    return !this.#canGrow || !this.#memory.hasGrown;
  }

  /** The same after a run that was cut short, when marks gathered in locals are lost. */
  recover(): boolean {
    if (this.#memory.hasGrown) return false;
    this.#markAll();
    this.#restore();
    this.#reset();
    return true;
  }

  /** What V8 threw, if it is not a trap of the guest's own, or the error that stands for the trap. */
  asGuestTrap(error: unknown): unknown {
    if (error instanceof WebAssembly.RuntimeError) {
      if (this.#stack.value !== MEMORY_REFUSED) return new InexactTrap();
      return new EngineError('host-memory', 'the engine refused to grow a guest memory');
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

  #runningFrame(): Frame {
    const { kernel } = this.#state;
    if (this.#context !== undefined) {
      this.#frame ??= new KernelFrame(this.#context, kernel, this.#guestMemory, this.#meter);
      return this.#frame;
    }
    const index = kernel.exports.batch_index();
    if (this.#frame !== undefined && this.#frameIndex === index) return this.#frame;
    const context = (this.#openContext as () => FrameContext)();
    this.#frame = new KernelFrame(context, kernel, this.#guestMemory, this.#meter);
    this.#frameIndex = index;
    return this.#frame;
  }

  /** For thunks: see `preparedCall`. */
  readonly #callPrepared = (
    kind: number,
    a: number,
    b: number,
    c: number,
    d: number,
    e: number,
    hasValue: number,
    inputBytes: number,
    gasLow: number,
    gasHigh: number,
    stackWords: number,
  ): number => {
    const frame = this.#runningFrame();
    const account = this.#state.accountOfWords(a, b, c, d, e);
    const call = new KernelCall(this.#state.kernel, account, {
      kind,
      hasValue: hasValue !== 0,
      inputBytes,
      gasLow,
      gasHigh,
      stackWords,
    });
    return callStatus[frame.calls.call(frame, call).status];
  };

  /** Null prototypes: a plain object would let a module import `constructor` and what hangs on it. */
  #importObject({ imports }: KernelInstanceParts): WebAssembly.Imports {
    const modules: Record<string, Record<string, WebAssembly.ImportValue>> = Object.create(null);
    modules[KERNEL_MODULE] = this.#state.kernel.exports as unknown as Record<string, WebAssembly.ImportValue>;
    const { module: engine, name: callPrepared } = callPreparedImport;
    modules[engine] = Object.assign(Object.create(null), { [callPrepared]: this.#callPrepared });
    for (const [module, functions] of Object.entries(this.#memory.imports)) {
      modules[module] = Object.assign(Object.create(null), functions);
    }
    for (const { module, name, call } of imports) {
      modules[module] ??= Object.create(null) as Record<string, WebAssembly.ImportValue>;
      modules[module][name] = (...args: (number | bigint)[]) => call(this.#runningFrame(), args);
    }
    return modules;
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
