import type { Frame, FrameContext } from '../frame.ts';
import { callPreparedImport } from '../kernel/prepared-call.ts';
import type { Thunks } from '../kernel/thunk.ts';
import { KERNEL_MODULE } from '../kernel/thunk-imports.ts';
import type { Budget } from '../machine.ts';
import type { KernelBackedState } from '../state/world-state.ts';
import { guestTrapOf } from './guest-trap.ts';
import { type Instance, type InstanceParts, instantiate } from './instantiate.ts';
import { KernelCall } from './kernel-call.ts';
import { KernelFrame } from './kernel-frame.ts';

/** What an instance with thunks is made of. */
export interface KernelInstanceParts extends InstanceParts {
  /** Export names. */
  readonly entries: {
    readonly enter: string;
    readonly enterCall: string;
    readonly enterPrepared: string;
    readonly runBatch: string;
    /** Absent in a module without a constructor. */
    readonly deploy: string | undefined;
  };
  readonly callStatus: Thunks['callStatus'];
  /** Whether memory can become larger. */
  readonly canGrow: boolean;
}

/** See `entries`. */
type Entry = (...args: (number | bigint)[]) => number;

/**
 * One `WebAssembly.Instance` whose host functions are thunks into a kernel. It runs one frame at a time, and is as the
 * module initialises it again when `enter` returns.
 */
export class KernelInstance {
  readonly #state: KernelBackedState;
  readonly #instance: Instance;
  readonly #callStatus: Thunks['callStatus'];
  readonly #canGrow: boolean;
  readonly #enter: (inputBytes: number, gas: bigint, stackWords: number) => number;
  /** A call from outside: see `entries`. Throws what `asGuestTrap` is for. */
  readonly enterCall: (account: number, caller: number, inputBytes: number, gas: bigint, stackWords: number) => number;
  readonly #enterPrepared: (inputBytes: number, gasLow: number, gasHigh: number, stackWords: number) => number;
  readonly #deploy: ((inputBytes: number) => number | undefined) | undefined;
  #context: FrameContext | undefined;
  /** Opens the context of a message from outside. */
  #openContext: (() => FrameContext) | undefined;
  #frame: Frame | undefined;
  /** Whether messages are those of the kernel's batch, and the one among them that `#frame` is for. */
  #isBatch = false;
  #frameIndex = 0;
  /** Runs messages of the kernel's batch from one index on. Returns `end`, or the index of one that was not begun. */
  readonly runBatch: (index: number, end: number) => number;

  constructor(parts: KernelInstanceParts, state: KernelBackedState) {
    const { entries, callStatus, canGrow } = parts;
    this.#state = state;
    this.#callStatus = callStatus;
    this.#canGrow = canGrow;
    this.#instance = instantiate(parts, () => this.#runningFrame(), {
      [KERNEL_MODULE]: state.kernel.exports as unknown as Record<string, WebAssembly.ImportValue>,
      [callPreparedImport.module]: Object.assign(Object.create(null), {
        [callPreparedImport.name]: this.#callPrepared,
      }),
    });
    const { exports } = this.#instance;
    this.#enter = exports[entries.enter] as Entry;
    this.enterCall = exports[entries.enterCall] as Entry;
    this.#enterPrepared = exports[entries.enterPrepared] as Entry;
    this.runBatch = exports[entries.runBatch] as Entry;
    this.#deploy = exports[entries.deploy ?? ''] as ((inputBytes: number) => number | undefined) | undefined;
  }

  /** Gas left after a run that returned. */
  get gasLeft(): bigint {
    return this.#instance.gas.value;
  }

  /** What the next run is about. */
  runFor(context: FrameContext): void {
    this.#context = context;
    this.#frame = undefined;
  }

  /** The next runs are of messages from outside. `open` is called if a host function needs to know what runs. */
  runForMessages(open: () => FrameContext, isBatch: boolean): void {
    this.#context = undefined;
    this.#openContext = open;
    this.#isBatch = isBatch;
    this.#frame = undefined;
  }

  /** Returns the status of the entry point. Throws what `asGuestTrap` is for. */
  call(inputBytes: number, { gas, stackWords }: Budget): number {
    return this.#enter(inputBytes, gas, stackWords);
  }

  /** The same for a prepared call. The gas left is where the thunk looks for it. */
  callPrepared({ inputBytes, gasLow, gasHigh, stackWords }: KernelCall): number {
    return this.#enterPrepared(inputBytes, gasLow, gasHigh, stackWords);
  }

  deploy(inputBytes: number, budget: Budget): number {
    const { gas, stack, restore, reset } = this.#instance;
    gas.value = budget.gas;
    stack.value = budget.stackWords;
    // Undefined from an entry point that returns nothing.
    const status = this.#deploy?.(inputBytes) ?? 0;
    restore();
    reset();
    return status;
  }

  get residentBytes(): number {
    return this.#instance.memory.residentBytes;
  }

  /** After a run that returned: whether the instance is as it was at first. */
  isReusable(): boolean {
    return !this.#canGrow || !this.#instance.memory.hasGrown;
  }

  /** The same after a run that was cut short, when marks gathered in locals are lost. */
  recover(): boolean {
    const { memory, guestMemory, restore, reset } = this.#instance;
    if (memory.hasGrown) return false;
    if (memory.blocks === undefined) guestMemory.wrote?.(0, -1);
    restore();
    reset();
    return true;
  }

  /** The trap of the guest's own behind what was thrown, or the error that it stands for. */
  asGuestTrap(error: unknown): unknown {
    return guestTrapOf(error, this.#instance, undefined);
  }

  #runningFrame(): Frame {
    const { kernel } = this.#state;
    const { guestMemory, meter } = this.#instance;
    if (!this.#isBatch && this.#context === undefined) this.#context = this.#openContext?.();
    if (this.#context !== undefined) {
      this.#frame ??= new KernelFrame(this.#context, kernel, guestMemory, meter);
      return this.#frame;
    }
    const index = kernel.exports.batch_index();
    if (this.#frame !== undefined && this.#frameIndex === index) return this.#frame;
    const context = (this.#openContext as () => FrameContext)();
    this.#frame = new KernelFrame(context, kernel, guestMemory, meter);
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
    const execution = frame.calls.callPrepared(frame, call);
    call.settle(execution);
    return this.#callStatus[execution.status];
  };
}
