import type { BatchSummary } from '../backend.ts';
import { foldOutcome, initialChecksum } from '../batch-tally.ts';
import { bigintToBytes } from '../bytes.ts';
import type { FullCallMessage } from '../context.ts';
import { EngineError } from '../errors.ts';
import type { FrameContext } from '../frame.ts';
import { GuestExit, isGuestEnd } from '../guest-exit.ts';
import { showBlock } from '../kernel/environment.ts';
import { batchRecord, frameStatus } from '../kernel/kernel-exports.ts';
import type { Outcome } from '../outcome.ts';
import { batchBytes } from '../payload-limits.ts';
import type { Account } from '../state/world-state.ts';
import type { CallWorld } from './kernel-calls.ts';
import { KernelModule } from './kernel-module.ts';

/** Offsets in the kernel's tally: three counts, checksum (u32 each), gas used (two u64). */
const tallyLayout = {
  successCount: 0,
  revertCount: 4,
  trapCount: 8,
  checksum: 12,
  gasUsed: 16,
  gasUsedHigh: 24,
  sizeBytes: 32,
} as const;
const countOf = { success: 'successCount', revert: 'revertCount', trap: 'trapCount' } as const;

/** What a batch needs of the world that it runs in. */
export interface BatchWorld extends CallWorld {
  /** The whole call as `World.call` does it; on exact modules alone where it is known that the quick ones will not do. */
  call(message: FullCallMessage, isExact: boolean): Outcome;
  /** Around every change: a world whose change never ended is not used again. */
  beginChange(): void;
  endChange(): void;
}

interface Entry {
  readonly message: FullCallMessage;
  readonly account: Account;
  /** Moves no value, so that the kernel alone can begin and end it. */
  readonly isPlain: boolean;
}

/**
 * Messages that lie in the kernel's memory. As long as they go to one contract, a loop in WebAssembly opens them, enters the
 * guest and closes them; JavaScript is not needed in between. Whatever is out of the ordinary (value, traps, another machine's code) is
 * left to `World.call`, as if the batch had not begun it.
 */
export class KernelBatch {
  readonly callCount: number;
  readonly #world: BatchWorld;
  readonly #entries: readonly Entry[];
  readonly #openContext = (): FrameContext => {
    const { message } = this.#entries[this.#world.state.kernel.exports.batch_index()] as Entry;
    return this.#world.contextOf(message);
  };

  constructor(world: BatchWorld, messages: readonly FullCallMessage[]) {
    this.#world = world;
    this.callCount = messages.length;
    this.#entries = messages.map((message) => {
      const account = world.state.heldAccount(message.to);
      return { message, account, isPlain: message.value === 0n };
    });
  }

  run(): BatchSummary {
    const { state } = this.#world;
    this.#world.beginChange();
    this.#load();
    showBlock(state.kernel, this.#world.block());
    this.#world.endChange();
    const tally = state.kernel.exports.batch_tally() >>> 0;
    state.kernel.bytes().fill(0, tally, tally + tallyLayout.sizeBytes);
    this.#tallyView(tally).setUint32(tallyLayout.checksum, initialChecksum, true);
    for (let index = 0; index < this.callCount; ) {
      const run = this.#runAt(index);
      if (run === undefined) {
        this.#addToTally(tally, this.#world.call((this.#entries[index] as Entry).message, false));
        index += 1;
      } else {
        index = this.#runPlain(index, run.end, run.module, tally);
      }
    }
    const view = this.#tallyView(tally);
    return {
      successCount: view.getUint32(tallyLayout.successCount, true),
      revertCount: view.getUint32(tallyLayout.revertCount, true),
      trapCount: view.getUint32(tallyLayout.trapCount, true),
      gasUsed: gasUsedIn(view),
      checksum: view.getUint32(tallyLayout.checksum, true),
    };
  }

  /** The messages from `index` on that one instance can run, if it is any. */
  #runAt(index: number): { readonly end: number; readonly module: KernelModule } | undefined {
    const first = this.#entries[index] as Entry;
    const module = first.isPlain ? this.#world.moduleOf(first.account) : undefined;
    if (!(module instanceof KernelModule)) return undefined;
    let end = index + 1;
    if (!module.reusesInstances) return { end, module };
    for (let next = this.#entries[end]; next?.account === first.account && next.isPlain; next = this.#entries[end])
      end += 1;
    return { end, module };
  }

  /**
   * Runs messages from `start` on, at least one, and adds them to the tally. Returns the index of the next. A guest that ends
   * its call by a host function ends it here; after a trap nothing is left of the attempt, and the message runs again exactly.
   */
  #runPlain(start: number, end: number, module: KernelModule, tally: number): number {
    const { state } = this.#world;
    const { exports } = state.kernel;
    const instance = module.take();
    instance.runForMessages(this.#openContext, true);
    let index = start;
    let exit: Outcome | undefined;
    let hasTrapped = false;
    let failure: unknown;
    this.#world.beginChange();
    try {
      index = instance.runBatch(start, end);
      module.putBack(instance);
    } catch (error) {
      index = exports.batch_index();
      module.putBackAfter(error, instance);
      if (error instanceof GuestExit) {
        const { status, output } = error.guestReturn;
        const { gasLimit } = (this.#entries[index] as Entry).message;
        exit = { status, output, events: [], gasUsed: gasLimit - instance.gasLeft };
        state.undoNotes(exports.frame_close(frameStatus[status]));
      } else {
        while (exports.frame_depth() > 0) state.undoNotes(exports.frame_close(frameStatus.trap));
        hasTrapped = true;
        if (!isGuestEnd(error)) failure = instance.asGuestTrap(error);
      }
    }
    // Also drops what calls before have left outside the kernel.
    state.endTransaction();
    // Where the native stack ended, anything may be half done.
    if (!isOfStack(failure)) this.#world.endChange();
    if (failure !== undefined) throw failure;
    if (index === end) return end;
    this.#addToTally(tally, exit ?? this.#world.call((this.#entries[index] as Entry).message, hasTrapped));
    return index + 1;
  }

  #addToTally(tally: number, outcome: Outcome): void {
    const view = this.#tallyView(tally);
    const count = tallyLayout[countOf[outcome.status]];
    view.setUint32(count, view.getUint32(count, true) + 1, true);
    view.setUint32(tallyLayout.checksum, foldOutcome(view.getUint32(tallyLayout.checksum, true), outcome), true);
    const gasUsed = gasUsedIn(view) + outcome.gasUsed;
    view.setBigUint64(tallyLayout.gasUsed, gasUsed, true);
    view.setBigUint64(tallyLayout.gasUsedHigh, gasUsed >> 64n, true);
  }

  /** Writes the messages into the kernel, unless they are there still. */
  #load(): void {
    const { state } = this.#world;
    const { kernel } = state;
    if (kernel.loadedBatch === this) return;
    const headBytes = this.#entries.length * batchRecord.sizeBytes;
    const inputBytes = this.#entries.reduce((sum, { message }) => sum + message.input.length, 0);
    if (headBytes + inputBytes > batchBytes) throw new EngineError('internal', `a batch of ${inputBytes} bytes`);
    const start = kernel.run((exports) => exports.batch_reserve(this.#entries.length, inputBytes)) >>> 0;
    const numbers = this.#entries.map(({ account, message }) => ({
      account: state.numberOf(account),
      caller: state.numberOf(state.heldAccount(message.caller)),
    }));
    const view = new DataView(kernel.bytes().buffer, start, headBytes);
    let inputAt = headBytes;
    for (const [index, { message }] of this.#entries.entries()) {
      const at = index * batchRecord.sizeBytes;
      const { account, caller } = numbers[index] as { account: number; caller: number };
      view.setUint32(at + batchRecord.account, account, true);
      view.setUint32(at + batchRecord.caller, caller, true);
      view.setUint32(at + batchRecord.inputAt, inputAt, true);
      view.setUint32(at + batchRecord.inputBytes, message.input.length, true);
      view.setBigUint64(at + batchRecord.gasLimit, message.gasLimit, true);
      kernel.write(start + at + batchRecord.value, 32, bigintToBytes(message.value, 32));
      kernel.write(start + inputAt, headBytes + inputBytes - inputAt, message.input);
      inputAt += message.input.length;
    }
    kernel.loadedBatch = this;
  }

  #tallyView(tally: number): DataView {
    return new DataView(this.#world.state.kernel.bytes().buffer, tally, tallyLayout.sizeBytes);
  }
}

function isOfStack(failure: unknown): boolean {
  return failure instanceof EngineError && failure.code === 'host-stack';
}

function gasUsedIn(tally: DataView): bigint {
  return tally.getBigUint64(tallyLayout.gasUsed, true) + (tally.getBigUint64(tallyLayout.gasUsedHigh, true) << 64n);
}
