import type { Frame } from '../frame.ts';
import type { GuestObserver, GuestView } from '../guest-observer.ts';
import type { Instruction } from '../trace/tracer.ts';
import type { GasCounter } from './gas-counter.ts';
import type { LinearMemory } from './linear-memory.ts';
import type { Value } from './numeric.ts';
import type { GuestFunction, Operation, Program } from './program.ts';

/** Where a branch goes: to the instruction at `target`, keeping `arity` values above the lowest `height`. */
export interface Label {
  readonly target: number;
  readonly arity: number;
  readonly height: number;
  readonly isLoop: boolean;
}

/** One call of a guest function that has not returned. */
export interface Activation {
  readonly function: GuestFunction;
  readonly locals: Value[];
  /** Innermost last. The first is the function body, whose target is past its last instruction. */
  readonly labels: Label[];
  /** Index of the next instruction. */
  next: number;
}

/** Everything that changes while a module runs. Guest calls nest in `activations` and never on the native stack. */
export interface Run {
  readonly program: Program;
  readonly frame: Frame;
  readonly memory: LinearMemory;
  readonly gas: GasCounter;
  readonly globals: Value[];
  readonly stack: Value[];
  readonly activations: Activation[];
  /** Hears of every instruction about to run, whose block is already paid for. */
  readonly onInstruction: ((instruction: Instruction) => void) | undefined;
  /** Who looks on, and at what. */
  readonly observed?: { readonly observer: GuestObserver; readonly view: GuestView } | undefined;
}

/** What an instruction does, after `activation.next` has moved past it. */
export type Action = (run: Run, activation: Activation, operation: Operation) => void;

export function popI32(run: Run): number {
  return run.stack.pop() as number;
}

/** Pops an i32 that stands for an address, a length, an index or a number of pages. */
export function popU32(run: Run): number {
  return popI32(run) >>> 0;
}

export function pop(run: Run): Value {
  return run.stack.pop() as Value;
}
