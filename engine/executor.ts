import { EMPTY, fromHex, toHex } from './bytes.ts';
import { create2Address, createAddress } from './contract-address.ts';
import type {
  ChildCall,
  ChildCreate,
  ChildResult,
  ContractCalls,
  Execution,
  Frame,
  FrameContext,
  Message,
  PreparedCall,
  Transaction,
} from './frame.ts';
import { GuestTrap, InexactTrap } from './guest-exit.ts';
import type { Budget, EntryName, GuestModule, GuestRun } from './machine.ts';
import { TrapCode } from './outcome.ts';
import { MOST_UNMETERED_GAS, runPrecompile } from './precompiles/run.ts';
import { precompileAt } from './precompiles/table.ts';
import type { Schedule } from './schedule.ts';
import type { Account, WorldState } from './state/world-state.ts';

type CallOfChild = Pick<ChildCall, 'kind' | 'value' | 'input'>;

/** The message of a call that one contract makes to another. Its input stays where the call has it until it is read. */
class ChildMessage implements Message {
  readonly caller: Uint8Array;
  readonly self: Uint8Array;
  readonly value: bigint;
  readonly isStatic: boolean;
  readonly depth: number;
  readonly #call: CallOfChild;

  constructor(own: Message, call: CallOfChild, to: Account) {
    const isDelegate = call.kind === 'delegate';
    this.caller = isDelegate ? own.caller : own.self;
    this.self = isDelegate ? own.self : to.address;
    this.value = isDelegate ? own.value : call.value;
    this.isStatic = own.isStatic || call.kind === 'static';
    this.depth = own.depth + 1;
    this.#call = call;
  }

  get input(): Uint8Array {
    return this.#call.input;
  }
}

/**
 * Message calls and creations, as the EVM defines them: value moves first, a child that fails takes back only what it
 * did itself, and a call that cannot start (too deep, not enough balance) fails without using gas.
 * Yellow Paper, sections 7 and 8; EIP-150 for the gas given to children.
 */
export class Executor implements ContractCalls {
  readonly #state: WorldState;
  readonly #schedule: Schedule;
  readonly #transaction: Transaction;
  readonly #modules: Pick<ReadonlyMap<string, GuestModule>, 'get'>;
  readonly #isMetered: boolean;
  /** Accounts of the calls and creations that run, the innermost one last. A delegate call is none of its account's. */
  readonly #running: Account[] = [];
  /** How many times over `exact` of each module is taken: 1 and more while what trapped is run again, with all that it calls. */
  #exactness = 0;
  /** Whether a frame inside the outermost one has been run again. */
  #hasRunAgain = false;
  /** Whether a trap came about that an exact run cannot tell: then all runs again on the reference. */
  #needsReference = false;

  constructor(
    state: WorldState,
    schedule: Schedule,
    transaction: Transaction,
    modules: Pick<ReadonlyMap<string, GuestModule>, 'get'>,
    isMetered: boolean,
  ) {
    this.#state = state;
    this.#schedule = schedule;
    this.#transaction = transaction;
    this.#modules = modules;
    this.#isMetered = isMetered;
  }

  /** The outermost call. With `isExact` it is not tried on quick modules first: see `#runFrame`. */
  callFromOutside(message: Message, gasLimit: bigint, isExact: boolean): Execution {
    this.#exactness = isExact ? 1 : 0;
    return this.#call(message, this.#state.account(message.self), 'call', this.#outerBudget(gasLimit));
  }

  /** What the outermost frame of a call is about, for a machine that runs it by itself. */
  outermostContext(message: Message, moduleHash: string): FrameContext {
    const account = this.#state.account(message.self);
    this.#running.push(account);
    return this.#contextOf(message, account, moduleHash);
  }

  /** The outermost creation: of a module, at the address that the deployer's nonce gives. The nonce rises whatever happens. */
  createFromOutside(
    module: GuestModule,
    deployer: Uint8Array,
    value: bigint,
    input: Uint8Array,
    gasLimit: bigint,
  ): Execution & { readonly address: Uint8Array } {
    const address = this.#takeCreateAddress(this.#state.account(deployer));
    const message: Message = { caller: deployer, self: address, value, input, isStatic: false, depth: 0 };
    return { ...this.#create(module, message, this.#outerBudget(gasLimit)), address };
  }

  call(from: Frame, call: ChildCall): ChildResult {
    const budget = this.#childBudget(from, call.gas, call.stipend);
    const execution = this.#callChild(from, call, this.#state.account(call.to), budget);
    return this.#settle(from, budget, execution, undefined);
  }

  callPrepared(from: Frame, call: PreparedCall): Execution {
    return this.#callChild(from, call, call.account, call);
  }

  create(from: Frame, { moduleHash, input, value, salt, gas }: ChildCreate): ChildResult {
    const own = from.message;
    if (own.isStatic) throw new GuestTrap(TrapCode.StaticCallViolation);
    const budget = this.#childBudget(from, gas, 0n);
    const fail = (code: TrapCode): ChildResult => this.#settle(from, budget, failedToStart(code, budget), undefined);
    const module = this.#knownModule(toHex(moduleHash).slice(2));
    if (module === undefined) return fail(TrapCode.CreateFailed);
    const depth = own.depth + 1;
    if (depth > this.#schedule.callDepth) return fail(TrapCode.CallDepthExceeded);
    if (from.account.wei < value) return fail(TrapCode.InsufficientBalance);
    const nonceAddress = this.#takeCreateAddress(from.account);
    const address = salt === undefined ? nonceAddress : create2Address(own.self, salt, moduleHash, input);
    const message: Message = { caller: own.self, self: address, value, input, isStatic: false, depth };
    return this.#settle(from, budget, this.#create(module, message, budget), address);
  }

  codeAt(address: Uint8Array): Uint8Array {
    return this.#moduleOf(this.#state.find(address))?.bytes ?? EMPTY;
  }

  codeHashAt(address: Uint8Array): Uint8Array | undefined {
    const codeHash = this.#state.find(address)?.codeHash;
    return codeHash === undefined ? undefined : fromHex(`0x${codeHash}`);
  }

  setCode(from: Frame, moduleHash: Uint8Array): boolean {
    const hash = toHex(moduleHash).slice(2);
    if (this.#knownModule(hash) === undefined) return false;
    this.#state.setCodeHash(from.account, hash);
    return true;
  }

  isReentrant(frame: Frame): boolean {
    return this.#running.indexOf(frame.account) < this.#running.lastIndexOf(frame.account);
  }

  #moduleOf(account: Account | undefined): GuestModule | undefined {
    return account?.codeHash === undefined ? undefined : this.#modules.get(account.codeHash);
  }

  /** Only what is in the state counts, not what some call that failed has brought along. */
  #knownModule(hash: string): GuestModule | undefined {
    return this.#state.knowsModule(hash) ? this.#modules.get(hash) : undefined;
  }

  #outerBudget(gas: bigint): Budget {
    return { gas, stackWords: this.#schedule.limits.stackWords };
  }

  #childBudget(from: Frame, wanted: bigint, stipend: bigint): Budget {
    const left = from.gas.left();
    const most = left - left / 64n;
    return { gas: (wanted < most ? wanted : most) + stipend, stackWords: from.gas.stackWordsLeft() };
  }

  /** Takes the gas that a child has used from its caller. */
  #settle(from: Frame, budget: Budget, execution: Execution, address: Uint8Array | undefined): ChildResult {
    const { status, trapCode, output } = execution;
    const gasUsed = budget.gas - execution.gasLeft;
    if (gasUsed > from.gas.left()) throw new GuestTrap(TrapCode.OutOfGas);
    from.gas.spend(gasUsed);
    return { status, trapCode, output, address: status === 'success' ? address : undefined };
  }

  #takeCreateAddress(creator: Account): Uint8Array {
    const { nonce } = creator;
    this.#state.setNonce(creator, nonce + 1n);
    return createAddress(creator.address, nonce);
  }

  #callChild(from: Frame, call: CallOfChild, to: Account, budget: Budget): Execution {
    if (from.message.isStatic && call.value > 0n) return failedToStart(TrapCode.StaticCallViolation, budget);
    return this.#call(new ChildMessage(from.message, call, to), to, call.kind, budget);
  }

  #call(message: Message, codeAccount: Account, kind: ChildCall['kind'], budget: Budget): Execution {
    if (message.depth > this.#schedule.callDepth) return failedToStart(TrapCode.CallDepthExceeded, budget);
    const checkpoint = this.#state.checkpoint();
    if (kind === 'call' && !this.#transfer(message)) return failedToStart(TrapCode.InsufficientBalance, budget);
    const module = this.#moduleOf(codeAccount);
    const execution =
      module === undefined
        ? this.#callWithoutModule(codeAccount, message, budget)
        : this.#run(module, 'call', message, budget, kind === 'delegate' ? undefined : codeAccount);
    if (execution.status !== 'success') this.#state.revert(checkpoint);
    return execution;
  }

  /** A precompile if there is one at the address, else nothing. */
  #callWithoutModule({ address }: Account, message: Message, budget: Budget): Execution {
    const precompile = precompileAt(address);
    if (precompile === undefined) return { status: 'success', trapCode: undefined, output: EMPTY, gasLeft: budget.gas };
    const { precompileCosts, payloadBytes } = this.#schedule;
    const unitsPerGas = BigInt(precompileCosts[precompile.name].unitsPerGas);
    const mostGas = this.#isMetered ? budget.gas / unitsPerGas : MOST_UNMETERED_GAS;
    const result = runPrecompile(precompile, message.input, mostGas, payloadBytes);
    if (typeof result === 'number') return trapped(result);
    const gasUsed = this.#isMetered ? result.gas * unitsPerGas : 0n;
    return { status: 'success', trapCode: undefined, output: result.output, gasLeft: budget.gas - gasUsed };
  }

  #create(module: GuestModule, message: Message, budget: Budget): Execution {
    const created = this.#state.account(message.self);
    if (created.codeHash !== undefined || created.nonce > 0n || this.#state.hasStorage(created)) {
      return trapped(TrapCode.CreateFailed);
    }
    const checkpoint = this.#state.checkpoint();
    if (!this.#transfer(message)) return failedToStart(TrapCode.InsufficientBalance, budget);
    this.#state.learnModule(module.moduleHash);
    this.#state.setNonce(created, 1n);
    const execution = this.#construct(module, message, budget);
    if (execution.status === 'success') this.#state.setCodeHash(created, module.moduleHash);
    else this.#state.revert(checkpoint);
    return execution;
  }

  /** A module without a constructor takes no constructor input. */
  #construct(module: GuestModule, message: Message, budget: Budget): Execution {
    if (module.hasEntry('deploy')) {
      const input = module.abi.deployInput?.(message.input) ?? message.input;
      return this.#run(module, 'deploy', { ...message, input }, budget, this.#state.account(message.self));
    }
    const status = message.input.length === 0 && message.value === 0n ? 'success' : 'revert';
    return { status, trapCode: undefined, output: EMPTY, gasLeft: budget.gas };
  }

  #transfer({ caller, self, value }: Message): boolean {
    if (value === 0n) return true;
    const payer = this.#state.account(caller);
    if (payer.wei < value) return false;
    this.#state.setWei(payer, payer.wei - value);
    const payee = this.#state.account(self);
    this.#state.setWei(payee, payee.wei + value);
    return true;
  }

  /** @param running The account whose own call this is; a delegate call is nobody's. */
  #run(
    module: GuestModule,
    entry: EntryName,
    message: Message,
    budget: Budget,
    running: Account | undefined,
  ): Execution {
    const account = running ?? this.#state.account(message.self);
    if (running !== undefined) this.#running.push(running);
    try {
      const { guestReturn, gasLeft } = this.#runFrame(module, entry, message, account, budget);
      return { status: guestReturn.status, trapCode: undefined, output: guestReturn.output, gasLeft };
    } catch (error) {
      if (error instanceof GuestTrap) return trapped(error.code);
      throw error;
    } finally {
      if (running !== undefined) this.#running.pop();
    }
  }

  #contextOf(message: Message, account: Account, moduleHash: string): FrameContext {
    return {
      transaction: this.#transaction,
      message,
      schedule: this.#schedule,
      state: this.#state,
      account,
      moduleHash,
      calls: this,
    };
  }

  #runOn(module: GuestModule, entry: EntryName, message: Message, account: Account, budget: Budget): GuestRun {
    return module.run(entry, budget, this.#contextOf(message, account, module.moduleHash));
  }

  /**
   * A trap that is not exact undoes what the frame did, and the frame runs again. That is done once inside the outermost frame;
   * the next such trap ends all frames up to that one, and it is that one which runs again (docs/adr/0004). So it is with the
   * first trap that an exact run cannot tell (docs/adr/0011).
   */
  #runFrame(module: GuestModule, entry: EntryName, message: Message, account: Account, budget: Budget): GuestRun {
    const exactness = this.#exactness;
    const form = exactForm(module, exactness);
    if (form.exact === undefined) return this.#runOn(form, entry, message, account, budget);
    const checkpoint = this.#state.checkpoint();
    try {
      return this.#runOn(form, entry, message, account, budget);
    } catch (error) {
      if (!(error instanceof InexactTrap)) throw error;
      const isInner = message.depth > 0;
      if (exactness > 0) this.#needsReference = true;
      if (isInner && (this.#needsReference || this.#hasRunAgain)) throw error;
      this.#hasRunAgain = isInner;
      this.#state.revert(checkpoint);
      this.#exactness = this.#needsReference ? REFERENCE_EXACTNESS : exactness + 1;
      try {
        return this.#runFrame(module, entry, message, account, budget);
      } finally {
        this.#exactness = exactness;
      }
    }
  }
}

/** The longest way to a form that throws no InexactTrap: quick, exact, reference. */
const REFERENCE_EXACTNESS = 2;

function exactForm(module: GuestModule, exactness: number): GuestModule {
  let form = module;
  for (let step = 0; step < exactness && form.exact !== undefined; step++) form = form.exact();
  return form;
}

function trapped(trapCode: TrapCode): Execution {
  return { status: 'trap', trapCode, output: EMPTY, gasLeft: 0n };
}

function failedToStart(trapCode: TrapCode, { gas }: Budget): Execution {
  return { status: 'trap', trapCode, output: EMPTY, gasLeft: gas };
}
