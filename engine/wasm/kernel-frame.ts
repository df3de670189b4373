import { EMPTY } from '../bytes.ts';
import { EngineError } from '../errors.ts';
import type { ContractCalls, Frame, FrameContext, Message, Transaction } from '../frame.ts';
import type { GasMeter } from '../gas.ts';
import type { GuestMemory } from '../guest-memory.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { kernelBuffer, LARGEST_PAYLOAD } from '../kernel/kernel-exports.ts';
import type { Schedule } from '../schedule.ts';
import type { Account, WorldState } from '../state/world-state.ts';

/** The innermost frame of a kernel, for host functions in JavaScript. Its input, output and return data are the kernel's. */
export class KernelFrame implements Frame {
  readonly transaction: Transaction;
  readonly message: Message;
  readonly schedule: Schedule;
  readonly state: WorldState;
  readonly account: Account;
  readonly moduleHash: string;
  readonly calls: ContractCalls;
  readonly memory: GuestMemory;
  readonly gas: GasMeter;
  readonly #kernel: Kernel;

  constructor(context: FrameContext, kernel: Kernel, memory: GuestMemory, gas: GasMeter) {
    this.transaction = context.transaction;
    this.message = new KernelMessage(context.message, kernel);
    this.schedule = context.schedule;
    this.state = context.state;
    this.account = context.account;
    this.moduleHash = context.moduleHash;
    this.calls = context.calls;
    this.memory = memory;
    this.gas = gas;
    this.#kernel = kernel;
  }

  get output(): Uint8Array {
    return readBuffer(this.#kernel, kernelBuffer.output);
  }

  set output(bytes: Uint8Array) {
    writeBuffer(this.#kernel, kernelBuffer.output, bytes);
  }

  get returnData(): Uint8Array {
    return readBuffer(this.#kernel, kernelBuffer.returnData);
  }

  set returnData(bytes: Uint8Array) {
    writeBuffer(this.#kernel, kernelBuffer.returnData, bytes);
  }

  /** All functions that work on it are thunks. */
  get storageCache(): Map<string, Uint8Array> {
    throw new EngineError('internal', 'the storage cache of this frame is in the kernel');
  }

  get loadedWords(): Map<string, Uint8Array> {
    return this.storageCache;
  }
}

/** The message of the innermost frame: the input of a prepared call is nowhere but in the kernel. */
class KernelMessage implements Message {
  readonly caller: Uint8Array;
  readonly self: Uint8Array;
  readonly value: bigint;
  readonly isStatic: boolean;
  readonly depth: number;
  readonly #kernel: Kernel;

  constructor({ caller, self, value, isStatic, depth }: Message, kernel: Kernel) {
    this.caller = caller;
    this.self = self;
    this.value = value;
    this.isStatic = isStatic;
    this.depth = depth;
    this.#kernel = kernel;
  }

  get input(): Uint8Array {
    return readBuffer(this.#kernel, kernelBuffer.input);
  }
}

/** A copy of what a buffer of the innermost frame holds. */
export function readBuffer(kernel: Kernel, buffer: number): Uint8Array {
  const { exports } = kernel;
  const length = exports.length(buffer);
  if (length === 0) return EMPTY;
  const at = exports.buffer_address(buffer) >>> 0;
  return kernel.bytes().slice(at, at + length);
}

/** Makes bytes all that a buffer of the innermost frame holds. */
export function writeBuffer(kernel: Kernel, buffer: number, bytes: Uint8Array): void {
  const at = kernel.exports.buffer_address(buffer);
  kernel.write(at, LARGEST_PAYLOAD, bytes);
  kernel.exports.set_length(buffer, bytes.length);
}
