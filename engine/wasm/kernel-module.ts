import type { GuestAbi } from '../abi/guest-abi.ts';
import { bigintToBytes } from '../bytes.ts';
import type { FrameContext } from '../frame.ts';
import { GuestExit, type GuestReturn, InexactTrap, isGuestEnd } from '../guest-exit.ts';
import { showBlock } from '../kernel/environment.ts';
import { frameStatus, kernelBuffer, kernelMessage, LARGEST_PAYLOAD } from '../kernel/kernel-exports.ts';
import type { Budget, EntryName, GuestModule, GuestRun } from '../machine.ts';
import type { KernelBackedState } from '../state/world-state.ts';
import { instancePool, Shelf } from './instance-pool.ts';
import { KernelCall } from './kernel-call.ts';
import { readBuffer } from './kernel-frame.ts';
import { KernelInstance, type KernelInstanceParts } from './kernel-instance.ts';

/** What a prepared run came to, beside what it has left in the kernel, which nobody reads here. */
const settledRun: Readonly<Record<GuestReturn['status'], GuestRun>> = {
  success: { guestReturn: { status: 'success', output: new Uint8Array(0) }, gasLeft: 0n },
  revert: { guestReturn: { status: 'revert', output: new Uint8Array(0) }, gasLeft: 0n },
};

/**
 * A module whose instances are linked to the kernel of one world: storage, events, hashing, call data and results stay in
 * WebAssembly. It never says which trap ended a run; the plain module does.
 */
export class KernelModule implements GuestModule {
  readonly abi: GuestAbi;
  readonly bytes: Uint8Array;
  readonly moduleHash: string;
  readonly exact: () => GuestModule;
  readonly inWorld: undefined;
  readonly #plain: GuestModule;
  readonly #parts: KernelInstanceParts;
  readonly #state: KernelBackedState;
  readonly #idle: Shelf<KernelInstance> | undefined;

  /** @param exact The form that says which trap it was. */
  constructor(
    plain: GuestModule,
    exact: () => GuestModule,
    parts: KernelInstanceParts,
    state: KernelBackedState,
    reusesInstances: boolean,
  ) {
    this.abi = plain.abi;
    this.bytes = plain.bytes;
    this.moduleHash = plain.moduleHash;
    this.exact = exact;
    this.#plain = plain;
    this.#parts = parts;
    this.#state = state;
    this.#idle = reusesInstances ? new Shelf(instancePool) : undefined;
  }

  /** Whether one instance may run one frame after another. */
  get reusesInstances(): boolean {
    return this.#idle !== undefined;
  }

  hasEntry(entry: EntryName): boolean {
    return this.#plain.hasEntry(entry);
  }

  run(entry: EntryName, budget: Budget, context: FrameContext): GuestRun {
    if (budget instanceof KernelCall) return this.#runPrepared(budget, context);
    const { message } = context;
    const kernel = this.#state.kernel;
    this.#open(context, message.input);
    const instance = this.take();
    instance.runFor(context);
    let guestReturn: GuestReturn;
    try {
      const inputBytes = message.input.length;
      const status = entry === 'call' ? instance.call(inputBytes, budget) : instance.deploy(inputBytes, budget);
      guestReturn = { status: status === 0 ? 'success' : 'revert', output: readBuffer(kernel, kernelBuffer.output) };
      this.putBack(instance);
    } catch (error) {
      return this.#endAfter(error, instance);
    }
    this.#state.undoNotes(kernel.exports.frame_close(frameStatus[guestReturn.status]));
    return { guestReturn, gasLeft: instance.gasLeft };
  }

  /** The end of a run that was cut short. */
  #endAfter(error: unknown, instance: KernelInstance): GuestRun {
    const { exports } = this.#state.kernel;
    this.putBackAfter(error, instance);
    if (!(error instanceof GuestExit)) {
      this.#state.undoNotes(exports.frame_close(frameStatus.trap));
      throw instance.asGuestTrap(error);
    }
    const { guestReturn } = error;
    this.#state.undoNotes(exports.frame_close(frameStatus[guestReturn.status]));
    return { guestReturn, gasLeft: instance.gasLeft };
  }

  take(): KernelInstance {
    return this.#idle?.take() ?? new KernelInstance(this.#parts, this.#state);
  }

  putBack(instance: KernelInstance): void {
    if (instance.isReusable()) this.putBackAsFirst(instance);
  }

  /** One that is known to be as it was at first. */
  putBackAsFirst(instance: KernelInstance): void {
    this.#idle?.put(instance, instance.residentBytes);
  }

  /** After a host failure nobody knows what state the instance is in. */
  putBackAfter(error: unknown, instance: KernelInstance): void {
    if (this.#idle !== undefined && isGuestEnd(error) && instance.recover())
      this.#idle.put(instance, instance.residentBytes);
  }

  /** Call data is in the kernel already; output and gas that is left stay there. */
  #runPrepared(call: KernelCall, context: FrameContext): GuestRun {
    const { exports } = this.#state.kernel;
    this.#open(context, call.inputBytes);
    const instance = this.take();
    instance.runFor(context);
    let status: number;
    try {
      status = instance.callPrepared(call);
    } catch (error) {
      return this.#endAfter(error, instance);
    }
    this.putBack(instance);
    this.#state.undoNotes(exports.frame_close(status));
    call.isSettled = true;
    return status === frameStatus.success ? settledRun.success : settledRun.revert;
  }

  /** Opens a frame of the kernel. @param input Number of bytes if they are in the kernel already. */
  #open({ transaction, message, account }: FrameContext, input: Uint8Array | number): void {
    const state = this.#state;
    const { kernel } = state;
    showBlock(kernel, transaction.block);
    const { value } = message;
    const inputBytes = typeof input === 'number' ? input : input.length;
    const number = state.numberOf(account);
    const caller = state.numberOf(state.account(message.caller));
    // Deeper or longer than the kernel has room for.
    if (inputBytes > LARGEST_PAYLOAD) throw new InexactTrap();
    const isOpen = kernel.run((exports) => {
      if (typeof input !== 'number' && inputBytes > 0) {
        kernel.write(exports.buffer_address(kernelBuffer.childInput), LARGEST_PAYLOAD, input);
      }
      return exports.frame_open(number, caller, message.isStatic ? 1 : 0, inputBytes);
    });
    if (isOpen === 0) throw new InexactTrap();
    if (value > 0n) {
      const at = kernel.exports.buffer_address(kernelBuffer.message) + kernelMessage.value;
      kernel.write(at, 32, bigintToBytes(value, 32));
    }
  }
}
