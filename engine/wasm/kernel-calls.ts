import { EMPTY, ownBytes } from '../bytes.ts';
import type { BlockContext, FullCallMessage } from '../context.ts';
import type { FrameContext } from '../frame.ts';
import { GuestExit, type GuestReturn, GuestTrap, InexactTrap } from '../guest-exit.ts';
import { callBits } from '../kernel/entries.ts';
import { showBlock } from '../kernel/environment.ts';
import { endedCall, frameStatus, kernelBuffer, LARGEST_PAYLOAD } from '../kernel/kernel-exports.ts';
import type { GuestModule } from '../machine.ts';
import type { Outcome } from '../outcome.ts';
import type { Account, KernelBackedState } from '../state/world-state.ts';
import type { KernelInstance } from './kernel-instance.ts';
import { KernelModule } from './kernel-module.ts';

/** How a call is to be made that the kernel does not cover, and of which nothing is left: as any other, or on exact modules alone. */
export type Detour = 'ordinary' | 'exact';

/** What calls from outside need of the world that they run in. */
export interface CallWorld {
  readonly state: KernelBackedState;
  block(): BlockContext;
  moduleOf(account: Account): GuestModule | undefined;
  /** The outermost frame of a message, for host functions in JavaScript. */
  contextOf(message: FullCallMessage): FrameContext;
}

/**
 * Calls from outside that need no executor: the guest's entry opens the kernel's frame, runs and closes it, and what the call came
 * to is read from the kernel's memory. Whatever is out of the ordinary (value, traps, another machine's code) is left to the
 * executor, as if it had not been begun.
 */
export class KernelCalls {
  readonly #world: CallWorld;
  readonly #stackWords: number;
  readonly #isMetered: boolean;
  /** Places in the kernel's memory. */
  readonly #inputAt: number;
  readonly #endedAt: number;
  #message: FullCallMessage | undefined;
  readonly #openContext = (): FrameContext => this.#world.contextOf(this.#message as FullCallMessage);

  /** @param stackWords What a call from outside gets. */
  constructor(world: CallWorld, stackWords: number, isMetered: boolean) {
    this.#world = world;
    this.#stackWords = stackWords;
    this.#isMetered = isMetered;
    const { exports } = world.state.kernel;
    this.#inputAt = exports.buffer_address(kernelBuffer.childInput);
    this.#endedAt = exports.call_ended() >>> 0;
  }

  /** One call, start to end. What it throws is a failure of the host. */
  call(message: FullCallMessage): Outcome | Detour {
    const { state } = this.#world;
    const { caller, to, value, input, gasLimit } = message;
    if (value !== 0n) return 'ordinary';
    const account = state.account(to);
    const module = this.#world.moduleOf(account);
    if (!(module instanceof KernelModule)) return 'ordinary';
    const { kernel } = state;
    showBlock(kernel, this.#world.block());
    const number = state.numberOf(account);
    const callerNumber = state.numberOf(state.account(caller));
    const inputBytes = input.length;
    if (inputBytes > 0) kernel.write(this.#inputAt, LARGEST_PAYLOAD, input);
    const instance = module.take();
    this.#message = message;
    instance.runForMessages(this.#openContext, false);
    let bits: number;
    try {
      bits = instance.enterCall(number, callerNumber, inputBytes, gasLimit, this.#stackWords);
    } catch (error) {
      return this.#endAfter(error, module, instance, gasLimit);
    }
    if (bits < 0) {
      module.putBack(instance);
      return 'ordinary';
    }
    if ((bits & callBits.hasGrown) === 0) module.putBackAsFirst(instance);
    return this.#outcome((bits & callBits.isReverted) === 0 ? 'success' : 'revert', undefined, gasLimit);
  }

  /** Of a call that is closed. @param output Where it is not the kernel's. */
  #outcome(status: GuestReturn['status'], output: Uint8Array | undefined, gasLimit: bigint): Outcome {
    const { state } = this.#world;
    const at = this.#endedAt;
    const view = state.kernel.view();
    const gasUsed = gasLimit - view.getBigUint64(at + endedCall.gasLeft, true);
    state.undoNotes(view.getUint32(at + endedCall.notes, true));
    // Arrays may fail for want of memory, and that can be taken back until the transaction ends.
    const own = output === undefined ? this.#output(view) : ownBytes(output);
    const isOpen = view.getUint32(at + endedCall.isOpen, true) !== 0;
    const events = state.endClosedCall(view.getUint32(at + endedCall.lastEvent, true), isOpen);
    return status === 'success' ? { status, output: own, events, gasUsed } : { status, output: own, gasUsed };
  }

  #output(view: DataView): Uint8Array {
    const at = this.#endedAt;
    const length = view.getUint32(at + endedCall.outputBytes, true);
    if (length === 0) return ownBytes(EMPTY);
    const start = view.getUint32(at + endedCall.outputAt, true);
    return this.#world.state.kernel.bytes().slice(start, start + length);
  }

  /** The end of a call that was cut short. */
  #endAfter(error: unknown, module: KernelModule, instance: KernelInstance, gasLimit: bigint): Outcome | Detour {
    const { state } = this.#world;
    const { exports } = state.kernel;
    module.putBackAfter(error, instance);
    if (error instanceof GuestExit) {
      const { status, output } = error.guestReturn;
      exports.call_close(frameStatus[status], instance.gasLeft);
      return this.#outcome(status, output, gasLimit);
    }
    // None where the kernel could not open it.
    if (exports.frame_depth() > 0) state.undoNotes(exports.frame_close(frameStatus.trap));
    const failure = instance.asGuestTrap(error);
    if (failure instanceof InexactTrap) return 'exact';
    if (!(failure instanceof GuestTrap)) throw failure;
    state.endTransaction();
    return { status: 'trap', code: failure.code, gasUsed: this.#isMetered ? gasLimit : 0n };
  }
}
