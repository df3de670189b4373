import type { Value } from './numeric.ts';

/** One instruction about to run. Its block is already paid for. */
export interface TracedInstruction {
  readonly functionIndex: number;
  /** Byte offset in the original module. */
  readonly offset: number;
  readonly opcode: number;
  readonly mnemonic: string;
  readonly gasLeft: bigint;
  /** Top of the operand stack, undefined if that is empty. */
  readonly top: Value | undefined;
}

/** A host function about to run: the guest has paid for the call, not yet for the function. */
export interface TracedHostCall {
  /** `<module>.<name>` */
  readonly name: string;
  readonly args: readonly Value[];
  readonly gasLeft: bigint;
}

/** Watches the reference interpreter, to find the first point where another machine goes its own way. */
export interface TraceObserver {
  readonly instruction?: ((step: TracedInstruction) => void) | undefined;
  readonly hostCall?: ((call: TracedHostCall) => void) | undefined;
}
