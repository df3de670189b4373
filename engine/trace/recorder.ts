import { sha256Hex } from '../../metering/format/sha256.ts';
import { toHex } from '../bytes.ts';
import { EngineError } from '../errors.ts';
import type { Message } from '../frame.ts';
import type { GuestReturn } from '../guest-exit.ts';
import type { GuestObserver, GuestView } from '../guest-observer.ts';
import type { EntryName } from '../machine.ts';
import type { Outcome, TrapCode } from '../outcome.ts';
import {
  type Commitment,
  defaultRecordEvery,
  mostCommitments,
  mostLookedAccounts,
  mostLookedBytes,
  mostRecordedSteps,
  noChain,
  type RecordedLook,
  type RecordedPlace,
  type RecordedStep,
  type Recording,
  type RecordOptions,
} from '../recording.ts';
import type { StorageEntry } from '../state/storage-entry.ts';
import type { WorldState } from '../state/world-state.ts';
import { MemoryHash } from './memory-hash.ts';

/** A frame that runs. */
interface OpenFrame {
  readonly depth: number;
  readonly module: string;
  readonly memory: MemoryHash;
  /** What it was given. */
  readonly supply: bigint;
  /** When it was last looked at. */
  gas: bigint;
  /** The block that runs. */
  functionIndex: number;
  at: number;
}

/** A place to go back to: what a frame did that runs again did not happen. */
export interface RecorderMark {
  readonly commitments: number;
  readonly steps: number;
  readonly lostSteps: number;
  readonly events: string;
  readonly chain: string;
  readonly spent: bigint;
  readonly frames: number;
}

/**
 * What one call comes to on its way, as hashes: docs/traces.md says what each is of. Where they are taken depends on nothing
 * but what `docs/gas.md` defines, so that machines that agree have the same.
 */
export class Recorder implements GuestObserver {
  readonly detail: 'blocks' | 'values';
  readonly #tellsBlocks: boolean;
  readonly #every: bigint;
  readonly #window: RecordOptions['window'];
  readonly #state: WorldState;
  readonly #frames: OpenFrame[] = [];
  readonly #selves = new Map<string, Uint8Array>();
  readonly #commitments: Commitment[] = [];
  readonly #steps: RecordedStep[] = [];
  #lostSteps = 0;
  #look: RecordedLook | undefined;
  #events = noChain;
  #chain: string;
  /** Since the last commitment, in all frames. */
  #spent = 0n;
  /** Values that are not in `#events` yet. */
  #values = '';
  /** Undefined once anything may have changed it. */
  #storage: string | undefined;

  constructor(state: WorldState, options: RecordOptions) {
    const { every = defaultRecordEvery, detail = 'blocks', after = noChain, window } = options;
    this.detail = detail === 'values' ? 'values' : 'blocks';
    this.#tellsBlocks = detail !== 'calls';
    this.#every = BigInt(every);
    this.#window = window;
    this.#state = state;
    this.#chain = after;
  }

  begin(message: Message, entry: EntryName, module: string, gas: bigint): void {
    const { depth, value } = message;
    const self = toHex(message.self);
    const caller = toHex(message.caller);
    const input = sha256Hex(message.input);
    this.#selves.set(self, message.self);
    this.#event(`begin ${depth} ${entry} ${module} ${caller} ${self} ${value} ${message.isStatic} ${input} ${gas}`);
    const frame = { depth, module, memory: new MemoryHash(), supply: gas, gas, functionIndex: -1, at: -1 };
    this.#frames.push(frame);
    if (!this.#isInWindow()) return;
    const { isStatic } = message;
    this.#step({ ...placeOf(frame, gas), kind: 'begin', entry, caller, self, value, isStatic, input });
  }

  end(status: GuestReturn['status'] | 'trap', trapCode: TrapCode | 0, output: Uint8Array, gasUsed: bigint): void {
    const frame = this.#frames.pop() as OpenFrame;
    const hash = sha256Hex(output);
    this.#event(`end ${frame.depth} ${status} ${trapCode} ${hash} ${gasUsed}`);
    const outer = this.#frames.at(-1);
    // It has been counted in here.
    if (outer !== undefined) outer.gas -= gasUsed;
    const place = placeOf(frame, frame.supply - gasUsed);
    if (this.#isInWindow()) this.#step({ ...place, kind: 'end', status, trapCode, output: hash });
  }

  hostCall(name: string, args: readonly (number | bigint)[], gasLeft: bigint, view: Pick<GuestView, 'memory'>): void {
    const frame = this.#frame();
    this.#event(`host ${frame.depth} ${name} ${args.join(',')} ${gasLeft}`);
    if (!this.#isInWindow()) return;
    const memory = frame.memory.hex(view.memory());
    const step = { ...placeOf(frame, gasLeft), kind: 'host', name, args: [...args], memory } as const;
    this.#step(step, { ...view, globals: () => [] });
  }

  hostResult(
    name: string,
    result: number | bigint | undefined,
    gasLeft: bigint,
    view: Pick<GuestView, 'memory'>,
  ): void {
    const frame = this.#frame();
    this.#event(`result ${frame.depth} ${name} ${result ?? '-'} ${gasLeft}`);
    if (!this.#isInWindow()) return;
    const hashes = { memory: frame.memory.hex(view.memory()), storage: this.#storageHex() };
    const step = { ...placeOf(frame, gasLeft), kind: 'result', name, result: result ?? null, ...hashes } as const;
    this.#step(step, { ...view, globals: () => [] });
  }

  block(view: GuestView, functionIndex: number, at: number): void {
    const frame = this.#frame();
    const gasLeft = view.gasLeft();
    this.#spent += frame.gas - gasLeft;
    frame.gas = gasLeft;
    frame.functionIndex = functionIndex;
    frame.at = at;
    if (!this.#tellsBlocks) return;
    this.#absorbValues();
    const isInWindow = this.#isInWindow();
    const isDue = this.#spent >= this.#every;
    if (!isDue && !isInWindow) return;
    const place = placeOf(frame, gasLeft);
    const memory = frame.memory.hex(view.memory());
    const globals = sha256Hex(view.globals().join(','));
    if (isDue) this.#commit({ ...place, memory, globals });
    if (isInWindow) this.#step({ ...place, kind: 'block', memory, globals }, view);
  }

  value(view: GuestView, from: number, value: number | bigint): void {
    this.#values += `value ${from} ${value}\n`;
    if (!this.#isInWindow()) return;
    this.#step({ ...placeOf(this.#frame(), view.gasLeft()), kind: 'value', from, value }, view);
  }

  mark(): RecorderMark {
    this.#absorbValues();
    return {
      commitments: this.#commitments.length,
      steps: this.#steps.length,
      lostSteps: this.#lostSteps,
      events: this.#events,
      chain: this.#chain,
      spent: this.#spent,
      frames: this.#frames.length,
    };
  }

  forgetSince(mark: RecorderMark): void {
    this.#commitments.length = mark.commitments;
    this.#steps.length = mark.steps;
    this.#lostSteps = mark.lostSteps;
    this.#events = mark.events;
    this.#chain = mark.chain;
    this.#spent = mark.spent;
    this.#frames.length = mark.frames;
    this.#values = '';
    this.#storage = undefined;
    if ((this.#window?.lookAt ?? 0) >= mark.steps) this.#look = undefined;
  }

  /** Once the transaction has ended. */
  finish(outcome: Outcome): Recording {
    this.#absorbValues();
    const { status, gasUsed } = outcome;
    const trapCode = status === 'trap' ? outcome.code : 0;
    const output = sha256Hex(status === 'trap' ? '' : outcome.output);
    const storage = this.#state.digest();
    const fields = { status, trapCode, gasUsed, output, storage, events: this.#events };
    const end = { ...fields, chain: chainAfter(this.#chain, endLine(fields)) };
    return {
      commitments: this.#commitments,
      end,
      steps: this.#steps,
      lostSteps: this.#lostSteps,
      ...(this.#look !== undefined && { look: this.#look }),
    };
  }

  #frame(): OpenFrame {
    return this.#frames.at(-1) as OpenFrame;
  }

  #event(line: string): void {
    this.#absorbValues();
    this.#events = sha256Hex(this.#events, `\n${line}\n`);
    this.#storage = undefined;
  }

  #absorbValues(): void {
    if (this.#values === '') return;
    this.#events = sha256Hex(this.#events, `\n${this.#values}`);
    this.#values = '';
  }

  #storageHex(): string {
    this.#storage ??= this.#state.digest();
    return this.#storage;
  }

  #commit(here: Omit<Commitment, 'storage' | 'events' | 'chain'>): void {
    if (this.#commitments.length === mostCommitments) {
      const what = `a call has more than ${mostCommitments} commitments every ${this.#every} gas`;
      throw new EngineError('bad-argument', `${what}: record it with a larger interval`);
    }
    const fields = { ...here, storage: this.#storageHex(), events: this.#events };
    this.#chain = chainAfter(this.#chain, commitmentLine(fields));
    this.#commitments.push({ ...fields, chain: this.#chain });
    this.#spent = 0n;
  }

  #isInWindow(): boolean {
    if (this.#window === undefined) return false;
    const last = this.#commitments.length - 1;
    return last >= this.#window.from && last < this.#window.to;
  }

  #step(step: RecordedStep, view?: Pick<GuestView, 'memory' | 'globals'>): void {
    if (this.#steps.length === mostRecordedSteps) {
      this.#lostSteps++;
      return;
    }
    if (this.#window?.lookAt === this.#steps.length) this.#look = this.#lookNow(view);
    this.#steps.push(step);
  }

  #lookNow(view: Pick<GuestView, 'memory' | 'globals'> | undefined): RecordedLook {
    let left = mostLookedBytes;
    const storage = [...this.#selves.values()].slice(0, mostLookedAccounts).map((address) => {
      const account = this.#state.find(address);
      const entries: StorageEntry[] = [];
      for (const entry of account === undefined ? [] : this.#state.storageEntries(account)) {
        left -= entry.key.length + entry.value.length;
        if (left < 0) break;
        entries.push(entry);
      }
      return { address: new Uint8Array(address), entries };
    });
    return { memory: new Uint8Array(view?.memory() ?? []), globals: [...(view?.globals() ?? [])], storage };
  }
}

function placeOf({ depth, module, functionIndex, at }: OpenFrame, gasLeft: bigint): RecordedPlace {
  return { depth, module, functionIndex, at, gasLeft };
}

export function chainAfter(chain: string, line: string): string {
  return sha256Hex(chain, `\n${line}\n`);
}

/** What the chain is over. */
export function commitmentLine(commitment: Omit<Commitment, 'chain'>): string {
  const { depth, module, functionIndex, at, gasLeft, memory, globals, storage, events } = commitment;
  return `block ${depth} ${module} ${functionIndex} ${at} ${gasLeft} ${memory} ${globals} ${storage} ${events}`;
}

export function endLine(end: Omit<Recording['end'], 'chain'>): string {
  const { status, trapCode, gasUsed, output, storage, events } = end;
  return `end ${status} ${trapCode} ${gasUsed} ${output} ${storage} ${events}`;
}
