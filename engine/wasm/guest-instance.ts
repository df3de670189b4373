import type { GuestAbi } from '../abi/guest-abi.ts';
import { type Frame, type FrameContext, newFrame } from '../frame.ts';
import { GuestExit, type GuestReturn } from '../guest-exit.ts';
import type { Budget, EntryName, GuestRun } from '../machine.ts';
import { type ExactTraps, guestTrapOf } from './guest-trap.ts';
import { type Instance, type InstanceParts, instantiate } from './instantiate.ts';

/** What an instance with all host functions in JavaScript is made of. */
export interface GuestInstanceParts extends InstanceParts {
  readonly abi: GuestAbi;
  /** Undefined for a form of the module whose traps are not those that the schedule defines. */
  readonly exactTraps: ExactTraps | undefined;
}

/**
 * One `WebAssembly.Instance` that runs one frame at a time. After a run `recycle` puts memory and globals back as the
 * module initialised them, so that the next frame cannot tell it from a fresh instance.
 */
export class GuestInstance {
  readonly #parts: GuestInstanceParts;
  readonly #instance: Instance;
  #frame: Frame | undefined;

  constructor(parts: GuestInstanceParts) {
    this.#parts = parts;
    this.#instance = instantiate(parts, () => this.#frame as Frame);
  }

  run(entry: EntryName, budget: Budget, context: FrameContext): GuestRun {
    const { gas, stack, guestMemory, meter } = this.#instance;
    gas.value = budget.gas;
    stack.value = budget.stackWords;
    const frame = newFrame(context, guestMemory, meter);
    this.#frame = frame;
    return { guestReturn: this.#enter(entry, frame), gasLeft: gas.value };
  }

  get residentBytes(): number {
    return this.#instance.memory.residentBytes;
  }

  /** What the memory of a new instance holds; undefined where that is not needed to put it back. */
  copyMemory(): Uint8Array | undefined {
    const { memory } = this.#instance;
    return memory.blocks === undefined ? memory.view().slice() : undefined;
  }

  /** Returns false if the instance cannot be used again, because its memory has grown. */
  recycle(initialMemory: Uint8Array | undefined): boolean {
    this.#frame = undefined;
    const { memory, restore, reset } = this.#instance;
    if (memory.hasGrown) return false;
    if (initialMemory === undefined) restore();
    else memory.view().set(initialMemory);
    reset();
    return true;
  }

  #enter(entry: EntryName, frame: Frame): GuestReturn {
    const { abi, names, exactTraps } = this.#parts;
    const run = this.#instance.exports[names.entryPoints[abi[entry].name] as string] as (
      ...args: unknown[]
    ) => number | bigint | undefined;
    try {
      return abi.readReturn(frame, run(...abi.entryArguments(frame)));
    } catch (error) {
      if (error instanceof GuestExit) return error.guestReturn;
      throw guestTrapOf(error, this.#instance, exactTraps);
    }
  }
}
