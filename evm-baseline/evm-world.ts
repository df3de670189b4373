import type { EVMInterface, EVMResult, EVMRunCallOpts } from '@ethereumjs/evm';
import { Account, Address, bytesToHex, bytesToUnprefixedHex, createAddressFromString } from '@ethereumjs/util';
import type { Batch, BatchSummary, Program } from '../engine/backend.ts';
import { BatchTally } from '../engine/batch-tally.ts';
import type { BlockContext, FullCallMessage, FullDeployMessage } from '../engine/context.ts';
import { createAddress } from '../engine/contract-address.ts';
import { EngineError } from '../engine/errors.ts';
import { isStackOverflow } from '../engine/native-stack.ts';
import { type Outcome, TrapCode } from '../engine/outcome.ts';
import type { StorageEntry } from '../engine/state/storage-entry.ts';
import type { Deployment, UnguardedWorld } from '../engine/unguarded-backend.ts';
import { boundedOutcome } from './bounded-outcome.ts';
import { creationData } from './evm-program.ts';
import type { EvmSetup } from './evm-setup.ts';
import type { EvmState } from './evm-state.ts';
import { outcomeOf } from './outcome-map.ts';

const EMPTY: Uint8Array = new Uint8Array(0);

/** A call in the form @ethereumjs takes. */
type Transaction = EVMRunCallOpts & { readonly caller: Address; readonly value: bigint; readonly gasLimit: bigint };

/**
 * A world on @ethereumjs, to be asked for one thing at a time: it yields between instructions. Every call from outside is a transaction of its own: it starts with the accounts and slots
 * warm that a transaction starts with, and ends as one ends.
 */
export class EvmWorld implements UnguardedWorld {
  readonly #setup: EvmSetup;
  readonly #state: EvmState;
  #block: BlockContext;
  #evm: EVMInterface;

  private constructor(setup: EvmSetup, state: EvmState, block: BlockContext, evm: EVMInterface) {
    this.#setup = setup;
    this.#state = state;
    this.#block = block;
    this.#evm = evm;
  }

  static async create(setup: EvmSetup, block: BlockContext): Promise<EvmWorld> {
    const state = setup.createState();
    return new EvmWorld(setup, state, block, await setup.createEvm(state, block.chainId));
  }

  async setBlock(block: BlockContext): Promise<void> {
    if (block.chainId !== this.#block.chainId) this.#evm = await this.#setup.createEvm(this.#state, block.chainId);
    this.#block = block;
  }

  async setBalance(address: Uint8Array, wei: bigint): Promise<void> {
    await this.#transact(() => this.#changeAccount(new Address(address), { balance: wei }));
  }

  async balanceOf(address: Uint8Array): Promise<bigint> {
    return (await this.#account(new Address(address))).balance;
  }

  /** The deployer's nonce rises whatever the outcome. The output of a success is empty: its code is no output. */
  async deploy(program: Program, message: FullDeployMessage): Promise<Deployment> {
    const { deployer, value, input, gasLimit } = message;
    const data = creationData(program, input);
    const caller = new Address(deployer.slice());
    const { nonce } = await this.#account(caller);
    const address = createAddress(deployer, nonce);
    const outcome = await this.#execute({ caller, value, data, gasLimit });
    return { address, outcome, hasCode: (await this.#account(new Address(address))).isContract() };
  }

  call(message: FullCallMessage): Promise<Outcome> {
    return this.#execute(transactionOf(message));
  }

  async callMany(messages: readonly FullCallMessage[]): Promise<readonly Outcome[]> {
    const outcomes: Outcome[] = [];
    for (const message of messages) outcomes.push(await this.#execute(transactionOf(message)));
    return outcomes;
  }

  async loadBatch(messages: readonly FullCallMessage[]): Promise<Batch> {
    const transactions = messages.map(transactionOf);
    const run = async (): Promise<BatchSummary> => {
      const tally = new BatchTally();
      for (const transaction of transactions) tally.add(await this.#execute(transaction));
      return tally.summary();
    };
    return { callCount: messages.length, run };
  }

  async storageOf(address: Uint8Array): Promise<readonly StorageEntry[]> {
    return this.#state.storageEntries(address);
  }

  stateDigest(): Promise<string> {
    return this.#state.digest();
  }

  snapshot(): Promise<number> {
    return this.#state.snapshot();
  }

  async restore(snapshot: number): Promise<void> {
    if (!(await this.#state.restore(snapshot)))
      throw new EngineError('bad-argument', `there is no snapshot ${snapshot}`);
  }

  async close(): Promise<void> {}

  /** One call from outside, start to end. */
  #execute(transaction: Transaction): Promise<Outcome> {
    return this.#transact(async () => {
      const refusal = await this.#cannotPay(transaction);
      if (refusal !== undefined) return refusal;
      const outcome = await this.#run(transaction);
      const bounded = boundedOutcome(outcome, transaction.gasLimit);
      if (bounded !== outcome && outcome.status === 'success') await this.#takeBack(transaction);
      return bounded;
    });
  }

  /** Between the borders that @ethereumjs' own `runTx` draws. A host failure leaves the state as it was. */
  async #transact<T>(work: () => Promise<T>): Promise<T> {
    const { journal } = this.#evm;
    try {
      await journal.checkpoint();
      const result = await work();
      // Removes what is empty in the sense of EIP-161.
      await journal.cleanup();
      await journal.commit();
      journal.cleanJournal();
      return result;
    } catch (cause) {
      await this.#state.abandon();
      // The EVM object is stuck inside the frame that failed.
      this.#evm = await this.#setup.createEvm(this.#state, this.#block.chainId);
      if (cause instanceof EngineError) throw cause;
      const code = isStackOverflow(cause) ? 'host-stack' : cause instanceof RangeError ? 'host-memory' : 'internal';
      throw new EngineError(code, '@ethereumjs failed', { cause });
    }
  }

  /** @ethereumjs throws here while it creates; a transaction would not be let in at all. */
  async #cannotPay({ caller, to, value, gasLimit }: Transaction): Promise<Outcome | undefined> {
    const { balance, nonce } = await this.#account(caller);
    if (balance >= value) return undefined;
    if (to === undefined) await this.#changeAccount(caller, { nonce: nonce + 1n });
    return { status: 'trap', code: TrapCode.InsufficientBalance, gasUsed: gasLimit };
  }

  /** Leaves of the open transaction what a trap leaves. */
  async #takeBack({ caller, to }: Transaction): Promise<void> {
    await this.#evm.journal.revert();
    await this.#evm.journal.checkpoint();
    if (to === undefined) await this.#changeAccount(caller, { nonce: (await this.#account(caller)).nonce + 1n });
  }

  async #account(address: Address): Promise<Account> {
    return (await this.#state.getAccount(address)) ?? new Account();
  }

  async #changeAccount(address: Address, fields: Partial<Pick<Account, 'nonce' | 'balance'>>): Promise<void> {
    await this.#evm.journal.putAccount(address, Object.assign(await this.#account(address), fields));
  }

  async #run(transaction: Transaction): Promise<Outcome> {
    this.#warm(transaction);
    const result = await this.#evm.runCall({
      ...transaction,
      block: { header: headerOf(this.#block) },
      gasPrice: this.#block.baseFee,
      // Only creations count here, on all machines, so that contracts get the same addresses.
      skipNonceIncrement: transaction.to !== undefined,
    });
    await this.#destroy(result);
    const { to, gasLimit } = transaction;
    const isPrecompile = to !== undefined && this.#evm.precompiles.has(bytesToUnprefixedHex(to.bytes));
    const outcome = outcomeOf(result.execResult, gasLimit, isPrecompile);
    return to === undefined && outcome.status === 'success' ? { ...outcome, output: EMPTY } : outcome;
  }

  /** What is warm when a transaction starts: EIP-2929 and, for the coinbase, EIP-3651. */
  #warm({ caller, to }: Transaction): void {
    const { journal, precompiles } = this.#evm;
    for (const address of precompiles.keys()) journal.addAlwaysWarmAddress(address);
    journal.addAlwaysWarmAddress(caller.toString());
    journal.addAlwaysWarmAddress(bytesToHex(this.#block.coinbase));
    if (to !== undefined) journal.addAlwaysWarmAddress(to.toString());
  }

  /** EIP-6780: only a contract that was created in the same transaction goes. */
  async #destroy({ execResult: { selfdestruct, createdAddresses } }: EVMResult): Promise<void> {
    for (const address of selfdestruct?.keys() ?? []) {
      if (createdAddresses?.has(address)) await this.#evm.journal.deleteAccount(createAddressFromString(address));
    }
  }
}

function transactionOf(message: FullCallMessage): Transaction {
  const { caller, to, value, input, gasLimit } = message;
  return { caller: new Address(caller.slice()), to: new Address(to.slice()), value, data: input.slice(), gasLimit };
}

function headerOf(block: BlockContext): NonNullable<EVMRunCallOpts['block']>['header'] {
  return {
    number: block.number,
    coinbase: new Address(block.coinbase),
    timestamp: block.timestamp,
    difficulty: 0n,
    prevRandao: new Uint8Array(32),
    gasLimit: block.gasLimit,
    baseFeePerGas: block.baseFee,
    slotNumber: 0n,
    getBlobGasPrice: () => 1n,
  };
}
