import type { TrapCode } from '../outcome.ts';

/** Of inputs, outputs and stored values no more is told, so that what a guest hands around costs nobody its memory. */
export const mostTracedBytes = 1024;

/** One thing that happened while a call ran. Bytes are the receiver's own, and at most the first `mostTracedBytes`. */
export type TraceEvent = FrameBegin | FrameEnd | HostCall | StorageAccess | Instruction | EventsLost;

interface AtDepth {
  /** Of the frame: 0 for the outermost. */
  readonly depth: number;
}

/** A contract is entered. Calls that cannot start have no frame, nor have those to accounts without code on WebAssembly machines. */
export interface FrameBegin extends AtDepth {
  readonly kind: 'begin';
  readonly entry: 'call' | 'deploy';
  readonly isStatic: boolean;
  /** 20 bytes. */
  readonly caller: Uint8Array;
  /** Whose storage and balance it works on; 20 bytes. */
  readonly self: Uint8Array;
  /** Wei. */
  readonly value: bigint;
  readonly input: Uint8Array;
  /** Length of all of it. */
  readonly inputBytes: number;
  readonly gas: bigint;
}

export interface FrameEnd extends AtDepth {
  readonly kind: 'end';
  readonly status: 'success' | 'revert' | 'trap';
  /** Undefined unless it is a trap. */
  readonly trapCode: TrapCode | undefined;
  /** Empty after a trap. */
  readonly output: Uint8Array;
  /** Length of all of it. */
  readonly outputBytes: number;
  /** All that it had, after a trap. */
  readonly gasUsed: bigint;
}

/** A host function that is paid for and about to run. */
export interface HostCall extends AtDepth {
  readonly kind: 'host call';
  /** `<module>.<name>` */
  readonly name: string;
  /** i32 as signed numbers, i64 as bigints. */
  readonly args: readonly (number | bigint)[];
  readonly gasLeft: bigint;
}

/** What is written counts only if no frame around it fails. */
export interface StorageAccess extends AtDepth {
  readonly kind: 'load' | 'store' | 'transient load' | 'transient store';
  /** 20 bytes. */
  readonly address: Uint8Array;
  readonly key: Uint8Array;
  /** Empty where there is nothing. */
  readonly value: Uint8Array;
  /** Length of all of it. */
  readonly valueBytes: number;
}

/** One that is about to run. */
export interface Instruction extends AtDepth {
  readonly kind: 'instruction';
  /** Offset in the module or in the EVM code, in bytes. */
  readonly at: number;
  /** Index in the module; undefined on the EVM. */
  readonly functionIndex: number | undefined;
  readonly mnemonic: string;
  readonly gasLeft: bigint;
  /** Top of the operand stack, undefined if that is empty. */
  readonly top: number | bigint | undefined;
}

/** So many more happened than a machine holds on to that has to wait with telling. */
export interface EventsLost extends AtDepth {
  readonly kind: 'lost';
  readonly count: number;
}

/**
 * Is told what a machine does, in order. If it throws, the call is taken back and rejects with EngineError `tracer-failed`,
 * whose cause that is.
 *
 * @example
 * const names: string[] = [];
 * const onEvent = (event: TraceEvent) => void (event.kind === 'host call' && names.push(event.name));
 * const contract = await openContract(subject, createWasmBackend({ tracer: { onEvent } }));
 * await contract.call('totalSupply');
 * console.log(names.at(-1)); // vm_hooks.write_result
 */
export interface Tracer {
  /** Instructions too, on the machines that run one at a time: `reference` and the EVM. Default false. */
  readonly wantsInstructions?: boolean;
  onEvent(event: TraceEvent): void;
}
