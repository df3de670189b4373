import { createCustomCommon, Hardfork, Mainnet } from '@ethereumjs/common';
import { createEVM, type EVM, type EVMResult, type EVMRunCallOpts } from '@ethereumjs/evm';
import { Address, bigIntToUnpaddedBytes, bytesToHex, createAddressFromString, generateAddress } from '@ethereumjs/util';
import { checkAddress, checkBlock, checkCallMessage, checkDeployMessage, checkWei } from '../engine/argument-checks.ts';
import type { Batch, BatchSummary, DeployResult, Program, World } from '../engine/backend.ts';
import { BatchTally } from '../engine/batch-tally.ts';
import { concatBytes } from '../engine/bytes.ts';
import type { BlockContext, CallMessage, DeployMessage } from '../engine/context.ts';
import { EngineError } from '../engine/errors.ts';
import { type Outcome, TrapCode } from '../engine/outcome.ts';
import type { StorageEntry } from '../engine/state/storage-entry.ts';
import { EvmProgram } from './evm-program.ts';
import { outcomeOf } from './outcome-map.ts';
import { WorldStateManager } from './world-state-manager.ts';

const EMPTY: Uint8Array = new Uint8Array(0);

export type Keccak256 = (bytes: Uint8Array) => Uint8Array;

/** A call in the form @ethereumjs takes. */
type Transaction = EVMRunCallOpts & { readonly caller: Address; readonly value: bigint; readonly gasLimit: bigint };

/**
 * A world on @ethereumjs. Every call from outside is a transaction of its own: it starts with the accounts and slots
 * warm that a transaction starts with, and ends as one ends.
 */
export class EvmWorld implements World {
  readonly #backend: string;
  readonly #keccak256: Keccak256 | undefined;
  readonly #manager: WorldStateManager;
  #block: BlockContext;
  #evm: EVM;
  /** @ethereumjs yields between instructions, so calls must be kept from running into each other. */
  #last: Promise<unknown> = Promise.resolve();

  private constructor(
    backend: string,
    keccak256: Keccak256 | undefined,
    manager: WorldStateManager,
    block: BlockContext,
    evm: EVM,
  ) {
    this.#backend = backend;
    this.#keccak256 = keccak256;
    this.#manager = manager;
    this.#block = block;
    this.#evm = evm;
  }

  static async create(backend: string, keccak256: Keccak256 | undefined, block: BlockContext): Promise<EvmWorld> {
    checkBlock(block);
    const manager = new WorldStateManager();
    return new EvmWorld(backend, keccak256, manager, block, await pragueEvm(manager, keccak256, block.chainId));
  }

  setBlock(block: BlockContext): Promise<void> {
    return this.#inOrder(async () => {
      checkBlock(block);
      if (block.chainId !== this.#block.chainId) {
        this.#evm = await pragueEvm(this.#manager, this.#keccak256, block.chainId);
      }
      this.#block = block;
    });
  }

  setBalance(address: Uint8Array, wei: bigint): Promise<void> {
    return this.#inOrder(async () => {
      checkAddress('address', address);
      checkWei('balance', wei);
      const { state } = this.#manager;
      state.setWei(state.account(address), wei);
      this.#manager.endTransaction();
    });
  }

  balanceOf(address: Uint8Array): Promise<bigint> {
    return this.#inOrder(async () => {
      checkAddress('address', address);
      return this.#manager.state.account(address).wei;
    });
  }

  /** The deployer's nonce rises whatever the outcome. The output of a success is empty: its code is no output. */
  deploy(program: Program, message: DeployMessage): Promise<DeployResult> {
    return this.#inOrder(async () => {
      checkDeployMessage(message);
      const { deployer, value, input, gasLimit } = message;
      if (!(program instanceof EvmProgram) || program.backend !== this.#backend) {
        throw new EngineError('wrong-backend', `a program of ${program.backend} cannot run on ${this.#backend}`);
      }
      const { nonce } = this.#manager.state.account(deployer);
      const address = generateAddress(deployer, bigIntToUnpaddedBytes(nonce));
      const data = concatBytes([program.initcode, input]);
      const outcome = await this.#transact({ caller: new Address(deployer), value, data, gasLimit });
      return { address, outcome: outcome.status === 'success' ? { ...outcome, output: EMPTY } : outcome };
    });
  }

  call(message: CallMessage): Promise<Outcome> {
    return this.#inOrder(() => this.#transact(transactionOf(message)));
  }

  callMany(messages: readonly CallMessage[]): Promise<readonly Outcome[]> {
    return this.#inOrder(async () => {
      const outcomes: Outcome[] = [];
      for (const message of messages) outcomes.push(await this.#transact(transactionOf(message)));
      return outcomes;
    });
  }

  async loadBatch(messages: readonly CallMessage[]): Promise<Batch> {
    const transactions = messages.map(transactionOf);
    const run = async (): Promise<BatchSummary> => {
      const tally = new BatchTally();
      for (const transaction of transactions) tally.add(await this.#transact(transaction));
      return tally.summary();
    };
    return { callCount: messages.length, run: () => this.#inOrder(run) };
  }

  storageOf(address: Uint8Array): Promise<readonly StorageEntry[]> {
    return this.#inOrder(async () => {
      checkAddress('address', address);
      const { state } = this.#manager;
      return state.storageEntries(state.account(address));
    });
  }

  stateDigest(): Promise<string> {
    return this.#inOrder(async () => this.#manager.state.digest());
  }

  snapshot(): Promise<number> {
    return this.#inOrder(async () => this.#manager.state.snapshot());
  }

  restore(snapshot: number): Promise<void> {
    return this.#inOrder(async () => {
      if (!this.#manager.state.restore(snapshot))
        throw new EngineError('bad-argument', `there is no snapshot ${snapshot}`);
    });
  }

  async close(): Promise<void> {
    await this.#last;
  }

  #inOrder<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work);
    this.#last = result.catch(() => undefined);
    return result;
  }

  /** One call from outside, start to end. A host failure leaves the state as it was. */
  async #transact(transaction: Transaction): Promise<Outcome> {
    const { state } = this.#manager;
    const checkpoint = state.checkpoint();
    try {
      const outcome = this.#cannotPay(transaction) ?? (await this.#run(transaction));
      this.#manager.endTransaction();
      return outcome;
    } catch (cause) {
      state.revert(checkpoint);
      this.#manager.endTransaction();
      // The EVM object is stuck inside the frame that failed.
      this.#evm = await pragueEvm(this.#manager, this.#keccak256, this.#block.chainId);
      if (cause instanceof EngineError) throw cause;
      const isOutOfMemory = cause instanceof RangeError;
      throw new EngineError(isOutOfMemory ? 'host-memory' : 'internal', '@ethereumjs failed', { cause });
    }
  }

  /** @ethereumjs throws here while it creates; a transaction would not be let in at all. */
  #cannotPay({ caller, to, value, gasLimit }: Transaction): Outcome | undefined {
    const { state } = this.#manager;
    const payer = state.account(caller.bytes);
    if (payer.wei >= value) return undefined;
    if (to === undefined) state.setNonce(payer, payer.nonce + 1n);
    return { status: 'trap', code: TrapCode.InsufficientBalance, gasUsed: gasLimit };
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
    this.#evm.journal.cleanJournal();
    return outcomeOf(result.execResult, transaction.gasLimit);
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
      if (createdAddresses?.has(address)) await this.#manager.deleteAccount(createAddressFromString(address));
    }
  }
}

function pragueEvm(stateManager: WorldStateManager, keccak256: Keccak256 | undefined, chainId: bigint): Promise<EVM> {
  const customCrypto = keccak256 === undefined ? {} : { keccak256 };
  const options = { hardfork: Hardfork.Prague, customCrypto };
  return createEVM({ common: createCustomCommon({ chainId: String(chainId) }, Mainnet, options), stateManager });
}

function transactionOf(message: CallMessage): Transaction {
  checkCallMessage(message);
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
