import { checkAddress, checkBlock, checkCallMessage, checkDeployMessage, checkWei } from './argument-checks.ts';
import type { Backend, Batch, BatchSummary, ContractCode, DeployResult, Program, World } from './backend.ts';
import { BatchTally } from './batch-tally.ts';
import { type BlockContext, type CallMessage, type DeployMessage, defaultBlock } from './context.ts';
import { EngineError } from './errors.ts';
import { type Execution, Executor } from './executor.ts';
import type { GuestModule, Machine } from './machine.ts';
import type { Outcome, TrapCode } from './outcome.ts';
import type { Schedule } from './schedule.ts';
import { KernelState } from './state/kernel-state.ts';
import { PlainState } from './state/plain-state.ts';
import type { StorageEntry } from './state/storage-entry.ts';
import type { WorldState } from './state/world-state.ts';
import { type BatchWorld, KernelBatch } from './wasm/kernel-batch.ts';

/** A `Backend` over any machine that runs WebAssembly guests, with a new state for every world. */
export function guestBackend(
  machine: Machine,
  schedule: Schedule,
  createState: (schedule: Schedule) => WorldState = () => new PlainState(),
): Backend {
  return {
    name: machine.name,
    description: `${machine.description}, schedule ${schedule.id}`,
    isMetered: machine.isMetered,
    prepare: async ({ name, wasm }: ContractCode) => {
      if (wasm === undefined) throw new EngineError('no-code', `${name} has no WebAssembly module`);
      return new GuestProgram(machine.name, name, machine.prepare(wasm.bytes, wasm.abi, schedule));
    },
    createWorld: async (block = defaultBlock) => {
      checkBlock(block);
      return new GuestWorld(machine, schedule, block, createState(schedule));
    },
  };
}

class GuestProgram implements Program {
  readonly backend: string;
  readonly name: string;
  readonly module: GuestModule;

  constructor(backend: string, name: string, module: GuestModule) {
    this.backend = backend;
    this.name = name;
    this.module = module;
  }
}

class GuestWorld implements World {
  readonly #machine: Machine;
  readonly #schedule: Schedule;
  readonly #state: WorldState;
  readonly #modules = new Map<string, GuestModule>();
  #block: BlockContext;

  constructor(machine: Machine, schedule: Schedule, block: BlockContext, state: WorldState) {
    this.#machine = machine;
    this.#schedule = schedule;
    this.#block = block;
    this.#state = state;
  }

  async setBlock(block: BlockContext): Promise<void> {
    checkBlock(block);
    this.#block = block;
  }

  async setBalance(address: Uint8Array, wei: bigint): Promise<void> {
    checkAddress('address', address);
    checkWei('balance', wei);
    this.#state.setWei(this.#state.account(address), wei);
    this.#state.endTransaction();
  }

  async balanceOf(address: Uint8Array): Promise<bigint> {
    checkAddress('address', address);
    return this.#state.find(address)?.wei ?? 0n;
  }

  async deploy(program: Program, message: DeployMessage): Promise<DeployResult> {
    checkDeployMessage(message);
    const { deployer, value, input, gasLimit } = message;
    if (!(program instanceof GuestProgram) || program.backend !== this.#machine.name) {
      throw new EngineError('wrong-backend', `a program of ${program.backend} cannot run on ${this.#machine.name}`);
    }
    const module = this.#moduleOf(program);
    let address = deployer;
    const outcome = this.#transact(deployer, gasLimit, (executor) => {
      const created = executor.createFromOutside(module, deployer, value, input, gasLimit);
      address = created.address;
      return created;
    });
    return { address, outcome };
  }

  async call(message: CallMessage): Promise<Outcome> {
    return this.#call(message);
  }

  async callMany(messages: readonly CallMessage[]): Promise<readonly Outcome[]> {
    return messages.map((message) => this.#call(message));
  }

  async loadBatch(messages: readonly CallMessage[]): Promise<Batch> {
    messages.forEach(checkCallMessage);
    if (this.#state instanceof KernelState) return new KernelBatch(this.#batchWorld(this.#state), messages);
    const run = async (): Promise<BatchSummary> => {
      const tally = new BatchTally();
      for (const message of messages) tally.add(this.#call(message));
      return tally.summary();
    };
    return { callCount: messages.length, run };
  }

  async storageOf(address: Uint8Array): Promise<readonly StorageEntry[]> {
    checkAddress('address', address);
    const account = this.#state.find(address);
    return account === undefined ? [] : this.#state.storageEntries(account);
  }

  async stateDigest(): Promise<string> {
    return this.#state.digest();
  }

  async snapshot(): Promise<number> {
    return this.#state.snapshot();
  }

  async restore(snapshot: number): Promise<void> {
    if (!this.#state.restore(snapshot)) throw new EngineError('bad-argument', `there is no snapshot ${snapshot}`);
  }

  async close(): Promise<void> {
    this.#modules.clear();
  }

  #batchWorld(state: KernelState): BatchWorld {
    return {
      state,
      block: () => this.#block,
      moduleOf: ({ codeHash }) => (codeHash === undefined ? undefined : this.#modules.get(codeHash)),
      contextOf: ({ caller, to, value, input }) => {
        const message = { caller, self: to, value, input, isStatic: false, depth: 0 };
        return this.#executor(caller).outermostContext(message, state.account(to).codeHash ?? '');
      },
      call: (message, isExact) => this.#call(message, isExact),
    };
  }

  #executor(origin: Uint8Array): Executor {
    const transaction = { block: this.#block, origin, gasPrice: this.#block.baseFee };
    return new Executor(this.#state, this.#schedule, transaction, this.#modules, this.#machine.isMetered);
  }

  /** A program's module as this world runs it. */
  #moduleOf({ module }: GuestProgram): GuestModule {
    const known = this.#modules.get(module.moduleHash);
    if (known !== undefined) return known;
    const here = module.inWorld?.(this.#state) ?? module;
    this.#modules.set(module.moduleHash, here);
    return here;
  }

  #call(call: CallMessage, isExact = false): Outcome {
    checkCallMessage(call);
    const { caller, to, value, input, gasLimit } = call;
    const message = { caller, self: to, value, input, isStatic: false, depth: 0 };
    return this.#transact(caller, gasLimit, (executor) => executor.callFromOutside(message, gasLimit, isExact));
  }

  /** One call from outside, start to end. A host failure leaves the state as it was. */
  #transact(origin: Uint8Array, gasLimit: bigint, execute: (executor: Executor) => Execution): Outcome {
    const checkpoint = this.#state.checkpoint();
    try {
      const execution = execute(this.#executor(origin));
      const events = this.#state.endTransaction();
      const { status, output, gasUsed } = execution;
      if (status === 'success') return { status, output, events, gasUsed };
      if (status === 'revert') return { status, output, gasUsed };
      return { status, code: execution.trapCode as TrapCode, gasUsed: this.#machine.isMetered ? gasLimit : 0n };
    } catch (error) {
      this.#state.revert(checkpoint);
      this.#state.endTransaction();
      throw error;
    }
  }
}
