import type { GuestAbi } from '../abi/guest-abi.ts';
import { bigintToBytes } from '../bytes.ts';
import type { BlockContext } from '../context.ts';
import type { FrameContext } from '../frame.ts';
import { GuestExit, type GuestReturn, GuestTrap, InexactTrap } from '../guest-exit.ts';
import { writeEnvironment } from '../kernel/environment.ts';
import { kernelBuffer, kernelMessage } from '../kernel/kernel-exports.ts';
import type { Budget, EntryName, GuestModule, GuestRun } from '../machine.ts';
import type { KernelState } from '../state/kernel-state.ts';
import { readBuffer } from './kernel-frame.ts';
import { KernelInstance, type KernelInstanceParts } from './kernel-instance.ts';

const TRAP_STATUS = 2;

/**
 * A module whose instances are linked to the kernel of one world: storage, events, hashing, call data and results stay in
 * WebAssembly. It never says which trap ended a run; the plain module does.
 */
export class KernelModule implements GuestModule {
  readonly abi: GuestAbi;
  readonly bytes: Uint8Array;
  readonly moduleHash: string;
  readonly exact: () => GuestModule;
  readonly #plain: GuestModule;
  readonly #parts: KernelInstanceParts;
  readonly #state: KernelState;
  readonly #idleLimit: number;
  readonly #idle: KernelInstance[] = [];
  #initialMemory: Uint8Array | undefined;

  constructor(plain: GuestModule, parts: KernelInstanceParts, state: KernelState, idleLimit: number) {
    this.abi = plain.abi;
    this.bytes = plain.bytes;
    this.moduleHash = plain.moduleHash;
    this.exact = () => plain.exact?.() ?? plain;
    this.#plain = plain;
    this.#parts = parts;
    this.#state = state;
    this.#idleLimit = idleLimit;
  }

  hasEntry(entry: EntryName): boolean {
    return this.#plain.hasEntry(entry);
  }

  run(entry: EntryName, budget: Budget, context: FrameContext): GuestRun {
    const { message } = context;
    const kernel = this.#state.kernel;
    this.#open(context);
    const instance = this.take();
    instance.forContext(() => context);
    let guestReturn: GuestReturn;
    try {
      const inputBytes = message.input.length;
      const status = entry === 'call' ? instance.call(inputBytes, budget) : instance.deploy(inputBytes, budget);
      guestReturn = { status: status === 0 ? 'success' : 'revert', output: readBuffer(kernel, kernelBuffer.output) };
      this.putBack(instance);
    } catch (error) {
      this.putBackAfter(error, instance);
      if (!(error instanceof GuestExit)) {
        this.#state.undoNotes(kernel.exports.frame_close(TRAP_STATUS));
        throw instance.asGuestTrap(error);
      }
      guestReturn = error.guestReturn;
    }
    this.#state.undoNotes(kernel.exports.frame_close(guestReturn.status === 'success' ? 0 : 1));
    return { guestReturn, gasLeft: instance.gasLeft };
  }

  take(): KernelInstance {
    const instance = this.#idle.pop() ?? new KernelInstance(this.#parts, this.#state.kernel);
    this.#initialMemory ??= instance.copyMemory();
    return instance;
  }

  putBack(instance: KernelInstance): void {
    if (this.#idle.length < this.#idleLimit && instance.isReusable()) this.#idle.push(instance);
  }

  /** After a host failure nobody knows what state the instance is in. */
  putBackAfter(error: unknown, instance: KernelInstance): void {
    const isOfGuest =
      error instanceof WebAssembly.RuntimeError || error instanceof GuestTrap || error instanceof GuestExit;
    if (!isOfGuest || this.#idle.length >= this.#idleLimit) return;
    if (instance.recover(this.#initialMemory as Uint8Array)) this.#idle.push(instance);
  }

  /** Opens a frame of the kernel. */
  #open({ transaction, message, account }: FrameContext): void {
    const state = this.#state;
    const { kernel } = state;
    showBlock(state, transaction.block);
    const { input, value } = message;
    const number = state.numberOf(account);
    const caller = state.numberOf(state.account(message.caller));
    const isOpen = kernel.run((exports) => {
      const at = exports.buffer_address(kernelBuffer.childInput) >>> 0;
      if (input.length > 0) kernel.bytes().set(input, at);
      return exports.frame_open(number, caller, message.isStatic ? 1 : 0, input.length) !== 0;
    });
    // Deeper or longer than the kernel has room for.
    if (!isOpen) throw new InexactTrap();
    if (value > 0n) {
      const at = kernel.exports.buffer_address(kernelBuffer.message) + kernelMessage.value;
      kernel.bytes().set(bigintToBytes(value, 32), at);
    }
  }
}

/** Makes the block visible to thunks. */
export function showBlock(state: KernelState, block: BlockContext): void {
  if (state.shownBlock === block) return;
  writeEnvironment(state.kernel, block);
  state.shownBlock = block;
}
