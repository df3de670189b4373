import type { Backend, Batch, BatchSummary, ContractCode, Program } from './backend.ts';
import { BatchTally } from './batch-tally.ts';
import { ownBytes } from './bytes.ts';
import type { BlockContext, FullCallMessage, FullDeployMessage } from './context.ts';
import { EngineError } from './errors.ts';
import { Executor } from './executor.ts';
import type { Execution } from './frame.ts';
import type { GuestModule, Machine } from './machine.ts';
import { hostFailure } from './native-stack.ts';
import type { Event, Outcome, TrapCode } from './outcome.ts';
import type { Recording, RecordOptions } from './recording.ts';
import type { Schedule } from './schedule.ts';
import { PlainState } from './state/plain-state.ts';
import type { StorageEntry } from './state/storage-entry.ts';
import { type Checkpoint, type KernelBackedState, TRANSACTION_START, type WorldState } from './state/world-state.ts';
import { recordedModule } from './trace/recorded-machine.ts';
import { Recorder } from './trace/recorder.ts';
import type { Deployment, UnguardedBackend, UnguardedWorld } from './unguarded-backend.ts';
import { type BatchWorld, KernelBatch } from './wasm/kernel-batch.ts';
import { type CallWorld, type Detour, KernelCalls } from './wasm/kernel-calls.ts';
import { guardBackend } from './world-guard.ts';

/** A `Backend` over any machine that runs WebAssembly guests, with a new state for every world. */
export function guestBackend(
  machine: Machine,
  schedule: Schedule,
  createState: (schedule: Schedule) => WorldState = () => new PlainState(),
): Backend {
  const backend: UnguardedBackend = {
    name: machine.name,
    description: `${machine.description}, schedule ${schedule.id}`,
    isMetered: machine.isMetered,
    prepare: async ({ name, wasm }: ContractCode) => {
      if (wasm === undefined) throw new EngineError('no-code', `${name} has no WebAssembly module`);
      const module = machine.prepare(wasm.bytes, wasm.abi, schedule);
      const program: GuestProgram = { backend: machine.name, name, module };
      return program;
    },
    createWorld: async (block) => new GuestWorld(machine, schedule, block, createState(schedule)),
  };
  return guardBackend(backend, { isSynchronous: true });
}

type Modules = ReadonlyMap<string, GuestModule>;

interface GuestProgram extends Program {
  readonly module: GuestModule;
}

/** Everything that runs here ends before it returns, so that at most one change of the state is under way. */
class GuestWorld implements UnguardedWorld {
  readonly #machine: Machine;
  readonly #schedule: Schedule;
  readonly #state: WorldState;
  /** Modules by hash, as they run in this world. Which of them contracts may create is the state's to know. */
  readonly #modules = new Map<string, GuestModule>();
  #block: BlockContext;
  #wanted: RecordOptions | undefined;
  #recording: Recording | undefined;
  readonly record: ((options: RecordOptions) => Promise<void>) | undefined;
  readonly takeRecording: (() => Promise<Recording>) | undefined;
  /** For what needs no executor. */
  readonly #kernelCalls: KernelCalls | undefined;
  /** While a change is under way, and for ever if a failure of the host left one half done. */
  #isHalfChanged = false;

  constructor(machine: Machine, schedule: Schedule, block: BlockContext, state: WorldState) {
    this.#machine = machine;
    this.#schedule = schedule;
    this.#block = block;
    this.#state = state;
    if (machine.observed !== undefined) {
      this.record = async (options) => {
        this.#wanted = options;
      };
      this.takeRecording = async () => this.#takeRecording();
    }
    const { kernelBacked } = state;
    if (kernelBacked !== undefined) {
      const { stackWords } = schedule.limits;
      this.#kernelCalls = new KernelCalls(this.#callWorld(kernelBacked), stackWords, machine.isMetered);
    }
  }

  async setBlock(block: BlockContext): Promise<void> {
    this.#block = block;
  }

  async setBalance(address: Uint8Array, wei: bigint): Promise<void> {
    this.#change(() => {
      this.#state.setWei(this.#state.account(address), wei);
      this.#state.endTransaction();
    });
  }

  async balanceOf(address: Uint8Array): Promise<bigint> {
    return this.#change(() => this.#state.find(address)?.wei ?? 0n);
  }

  async deploy(program: Program, { deployer, value, input, gasLimit }: FullDeployMessage): Promise<Deployment> {
    let address = deployer;
    const outcome = this.#transact(deployer, gasLimit, (executor, modules) => {
      const { moduleHash } = this.#moduleOf(program as GuestProgram);
      const module = modules.get(moduleHash) as GuestModule;
      const created = executor.createFromOutside(module, deployer, value, input, gasLimit);
      address = created.address;
      return created;
    });
    return { address, outcome };
  }

  async call(message: FullCallMessage): Promise<Outcome> {
    return this.#call(message);
  }

  async callMany(messages: readonly FullCallMessage[]): Promise<readonly Outcome[]> {
    return messages.map((message) => this.#call(message));
  }

  async loadBatch(messages: readonly FullCallMessage[]): Promise<Batch> {
    const { kernelBacked } = this.#state;
    if (kernelBacked !== undefined) {
      const batch = this.#change(() => new KernelBatch(this.#batchWorld(kernelBacked), messages));
      return { callCount: batch.callCount, run: async () => batch.run() };
    }
    const run = async (): Promise<BatchSummary> => {
      const tally = new BatchTally();
      for (const message of messages) tally.add(this.#call(message));
      return tally.summary();
    };
    return { callCount: messages.length, run };
  }

  async storageOf(address: Uint8Array): Promise<readonly StorageEntry[]> {
    return this.#change(() => {
      const account = this.#state.find(address);
      return account === undefined ? [] : this.#state.storageEntries(account);
    });
  }

  async stateDigest(): Promise<string> {
    return this.#change(() => this.#state.digest());
  }

  async snapshot(): Promise<number> {
    return this.#change(() => this.#state.snapshot());
  }

  async restore(snapshot: number): Promise<void> {
    if (this.#change(() => this.#state.restore(snapshot))) return;
    throw new EngineError('bad-argument', `there is no snapshot ${snapshot}`);
  }

  async close(): Promise<void> {
    this.#modules.clear();
  }

  #callWorld(state: KernelBackedState): CallWorld {
    return {
      state,
      block: () => this.#block,
      moduleOf: ({ codeHash }) => (codeHash === undefined ? undefined : this.#modules.get(codeHash)),
      contextOf: ({ caller, to, value, input }) => {
        const message = { caller, self: to, value, input, isStatic: false, depth: 0 };
        return this.#executor(caller, this.#modules).outermostContext(message, state.account(to).codeHash ?? '');
      },
    };
  }

  #batchWorld(state: KernelBackedState): BatchWorld {
    return {
      ...this.#callWorld(state),
      call: (message, isExact) => this.#call(message, isExact),
      beginChange: () => this.#begin(),
      endChange: () => {
        this.#isHalfChanged = false;
      },
    };
  }

  #executor(origin: Uint8Array, modules: Pick<Modules, 'get'>): Executor {
    const transaction = { block: this.#block, origin, gasPrice: this.#block.baseFee };
    return new Executor(this.#state, this.#schedule, transaction, modules, this.#machine.isMetered);
  }

  /** @throws EngineError `bad-argument` */
  #takeRecording(): Recording {
    const recording = this.#recording;
    if (recording === undefined) throw new EngineError('bad-argument', 'nothing was recorded in this world');
    this.#recording = undefined;
    return recording;
  }

  /** The modules of this world as they run while they are recorded. */
  #recordedModules(recorder: Recorder, isOfCalls: boolean): Pick<Modules, 'get'> {
    const { observed, isObservedAsUsual = false } = this.#machine;
    const isUsual = isOfCalls && !isObservedAsUsual;
    const machine = isUsual ? this.#machine : ((observed as NonNullable<typeof observed>)(recorder) as Machine);
    const made = new Map<string, GuestModule>();
    const get = (hash: string): GuestModule | undefined => {
      const module = this.#modules.get(hash);
      if (module === undefined) return undefined;
      const recorded = made.get(hash) ?? recordedModule(machine, module, this.#schedule, recorder);
      made.set(hash, recorded);
      return recorded;
    };
    return { get };
  }

  /**
   * A program's module as this world runs it. One that no contract was ever made of may be put aside for the same bytes
   * under another ABI: nothing has seen it.
   */
  #moduleOf({ name, module }: GuestProgram): GuestModule {
    const { moduleHash, abi } = module;
    const there = this.#modules.get(moduleHash);
    if (there?.abi === abi) return there;
    if (there !== undefined && this.#state.knowsModule(moduleHash)) {
      throw new EngineError('bad-argument', `${name}: the same module is here under another ABI, ${there.abi.name}`);
    }
    const here = module.inWorld?.(this.#state) ?? module;
    this.#modules.set(moduleHash, here);
    return here;
  }

  #call(message: FullCallMessage, isExact = false): Outcome {
    if (isExact || this.#kernelCalls === undefined || this.#wanted !== undefined)
      return this.#callWithExecutor(message, isExact);
    const ended = this.#callOnKernel(this.#kernelCalls, message);
    return typeof ended === 'object' ? ended : this.#callWithExecutor(message, ended === 'exact');
  }

  #callOnKernel(calls: KernelCalls, message: FullCallMessage): Outcome | Detour {
    this.#begin();
    try {
      const ended = calls.call(message);
      this.#isHalfChanged = false;
      return ended;
    } catch (error) {
      throw this.#afterFailure(error, TRANSACTION_START);
    }
  }

  #callWithExecutor({ caller, to, value, input, gasLimit }: FullCallMessage, isExact: boolean): Outcome {
    const message = { caller, self: to, value, input, isStatic: false, depth: 0 };
    return this.#transact(caller, gasLimit, (executor) => executor.callFromOutside(message, gasLimit, isExact));
  }

  /**
   * Anything that may leave the state half changed when the host fails. If it throws, nobody knows what is there, and nothing
   * uses this world any more.
   *
   * @throws EngineError `broken-world`
   */
  #change<T>(work: () => T): T {
    this.#begin();
    const result = work();
    this.#isHalfChanged = false;
    return result;
  }

  #begin(): void {
    if (this.#isHalfChanged) {
      const why = 'a change of this world is under way, or was left half done by a host failure';
      throw new EngineError('broken-world', why);
    }
    this.#isHalfChanged = true;
  }

  /** One call from outside, start to end. A host failure leaves the state as it was, or the world broken. */
  #transact(
    origin: Uint8Array,
    gasLimit: bigint,
    execute: (executor: Executor, modules: Pick<Modules, 'get'>) => Execution,
  ): Outcome {
    this.#begin();
    const checkpoint = this.#state.checkpoint();
    const wanted = this.#wanted;
    this.#wanted = undefined;
    const recorder = wanted && new Recorder(this.#state, wanted);
    const modules =
      recorder === undefined ? this.#modules : this.#recordedModules(recorder, wanted?.detail === 'calls');
    try {
      const execution = execute(this.#executor(origin, modules), modules);
      const events = this.#state.endTransaction();
      const outcome = this.#outcomeOf(execution, events, gasLimit);
      if (recorder !== undefined) this.#recording = recorder.finish(outcome);
      this.#isHalfChanged = false;
      return outcome;
    } catch (error) {
      throw this.#afterFailure(error, checkpoint);
    }
  }

  #outcomeOf({ status, output, gasLeft, trapCode }: Execution, events: readonly Event[], gasLimit: bigint): Outcome {
    const gasUsed = gasLimit - gasLeft;
    if (status === 'success') return { status, output: ownBytes(output), events, gasUsed };
    if (status === 'revert') return { status, output: ownBytes(output), gasUsed };
    return { status, code: trapCode as TrapCode, gasUsed: this.#machine.isMetered ? gasLimit : 0n };
  }

  /**
   * Takes back what a call did that the host could not end. Where the native stack ran out, it may have done so in the middle of
   * any change, of the kernel's tables too, and no undo log helps.
   */
  #afterFailure(error: unknown, checkpoint: Checkpoint): unknown {
    const failure = hostFailure(error, 'during a call');
    const isOfStack = failure instanceof EngineError && failure.code === 'host-stack';
    try {
      this.#state.revert(checkpoint);
      this.#state.endTransaction();
      this.#isHalfChanged = isOfStack;
    } catch (cause) {
      return new EngineError('broken-world', 'a call that failed on the host could not be taken back', { cause });
    }
    return failure;
  }
}
