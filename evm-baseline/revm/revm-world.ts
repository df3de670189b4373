import type { Batch, Program } from '../../engine/backend.ts';
import { BatchTally } from '../../engine/batch-tally.ts';
import { equalBytes, toHex } from '../../engine/bytes.ts';
import type { BlockContext, FullCallMessage, FullDeployMessage } from '../../engine/context.ts';
import { createAddress } from '../../engine/contract-address.ts';
import { EngineError } from '../../engine/errors.ts';
import { type Outcome, TrapCode } from '../../engine/outcome.ts';
import { creationBytes } from '../../engine/payload-limits.ts';
import type { StorageEntry } from '../../engine/state/storage-entry.ts';
import type { Deployment, UnguardedWorld } from '../../engine/unguarded-backend.ts';
import { boundedOutcome } from '../bounded-outcome.ts';
import { creationData } from '../evm-program.ts';
import { type Chain, openChain, request } from './chain.ts';
import { MirroredState } from './mirrored-state.ts';
import {
  BLOCKHASH,
  hasAskedForHash,
  hasRun,
  mayHaveRun,
  type OpcodeFrame,
  PREVRANDAO,
  type StepLog,
} from './opcode-use.ts';
import { changesOf, outcomeOf, type Trace } from './trace.ts';
import { MAX_EXECUTION_GAS, newTransaction, type Transaction } from './transaction.ts';

const EMPTY: Uint8Array = new Uint8Array(0);
/** Calls sent at once as long as none changes anything. */
const MAX_GROUP = 32;

interface Snapshot {
  readonly chain: Chain;
  readonly id: unknown;
}

/**
 * A world on revm. EDR's provider tells the outcome of a transaction and what it would change, all from one run, and leaves its
 * chain as it is; so the chain stays at the block asked for, and the changes are written to it with the next request.
 */
export class RevmWorld implements UnguardedWorld {
  readonly #state = new MirroredState();
  #block: BlockContext;
  #chain: Chain;
  /** Writes that the chain has not seen yet. */
  #unsent: string[] = [];
  readonly #snapshots: Snapshot[] = [];

  private constructor(block: BlockContext, chain: Chain) {
    this.#block = block;
    this.#chain = chain;
  }

  static async create(block: BlockContext): Promise<RevmWorld> {
    return new RevmWorld(block, await openChain(block));
  }

  async setBlock(block: BlockContext): Promise<void> {
    await this.#reopen(block);
  }

  async setBalance(address: Uint8Array, wei: bigint): Promise<void> {
    this.#unsent.push(...this.#state.apply([{ address, wei, slots: [] }]));
  }

  async balanceOf(address: Uint8Array): Promise<bigint> {
    return this.#state.account(address).wei;
  }

  /** The deployer's nonce rises whatever the outcome. The output of a success is empty: its code is no output. */
  async deploy(program: Program, message: FullDeployMessage): Promise<Deployment> {
    const { deployer, value, input, gasLimit } = message;
    const data = creationData(program, input);
    const { nonce } = this.#state.account(deployer);
    const [outcome] = await this.#runAll([newTransaction(deployer, undefined, value, data, gasLimit)]);
    this.#unsent.push(...this.#state.apply([{ address: deployer, nonce: nonce + 1n, slots: [] }]));
    const address = createAddress(deployer, nonce);
    const hasCode = this.#state.account(address).codeHash !== undefined;
    return { address, outcome: outcome as Outcome, hasCode };
  }

  async call(message: FullCallMessage): Promise<Outcome> {
    return (await this.#runAll([transactionOf(message)]))[0] as Outcome;
  }

  callMany(messages: readonly FullCallMessage[]): Promise<readonly Outcome[]> {
    return this.#runAll(messages.map(transactionOf));
  }

  async loadBatch(messages: readonly FullCallMessage[]): Promise<Batch> {
    const transactions = messages.map(transactionOf);
    const run = async () => {
      const tally = new BatchTally();
      await this.#run(transactions, (outcome) => tally.add(outcome));
      return tally.summary();
    };
    return { callCount: messages.length, run };
  }

  async storageOf(address: Uint8Array): Promise<readonly StorageEntry[]> {
    return this.#state.storageEntries(address);
  }

  async stateDigest(): Promise<string> {
    return this.#state.digest();
  }

  async snapshot(): Promise<number> {
    const [id] = await this.#send([request('evm_snapshot')]);
    this.#snapshots.push({ chain: this.#chain, id });
    return this.#state.snapshot();
  }

  async restore(snapshot: number): Promise<void> {
    const saved = this.#snapshots[snapshot];
    if (saved === undefined || !this.#state.restore(snapshot)) {
      throw new EngineError('bad-argument', `there is no snapshot ${snapshot}`);
    }
    this.#unsent = [];
    this.#snapshots.length = snapshot;
    if (saved.chain !== this.#chain) await this.#reopen(this.#block);
    const back = saved.chain === this.#chain ? [request('evm_revert', saved.id)] : [];
    // Going back to a snapshot uses it up.
    const id = (await this.#send([...back, request('evm_snapshot')])).at(-1);
    this.#snapshots.push({ chain: this.#chain, id });
  }

  async close(): Promise<void> {}

  async #reopen(block: BlockContext): Promise<void> {
    this.#chain = await openChain(block);
    this.#block = block;
    this.#unsent = [...this.#state.everything()];
  }

  /** Results of the requests, which come after what the chain has yet to be told. */
  async #send(requests: readonly string[]): Promise<readonly unknown[]> {
    const writes = this.#unsent;
    const results = await this.#chain.send([...writes, ...requests]);
    this.#unsent = [];
    return results.slice(writes.length);
  }

  async #runAll(transactions: readonly Transaction[]): Promise<readonly Outcome[]> {
    const outcomes: Outcome[] = [];
    await this.#run(transactions, (outcome) => outcomes.push(outcome));
    return outcomes;
  }

  /**
   * Runs one after another. Several travel together as long as none of them changes anything; what came after one that does
   * has seen an old state, and is run again.
   */
  async #run(transactions: readonly Transaction[], take: (outcome: Outcome) => void): Promise<void> {
    let groupSize = 1;
    for (let at = 0; at < transactions.length; ) {
      const wanted = transactions.slice(at, at + groupSize);
      const refused = wanted.findIndex((transaction) => this.#refusal(transaction) !== undefined);
      const group = refused === -1 ? wanted : wanted.slice(0, refused);
      if (group.length === 0) {
        take(this.#refusal(wanted[0] as Transaction) as Outcome);
        at++;
        continue;
      }
      const traces = (await this.#send(group.map(({ run }) => run))) as readonly Trace[];
      groupSize = Math.min(2 * groupSize, MAX_GROUP);
      for (const [i, trace] of traces.entries()) {
        const transaction = group[i] as Transaction;
        await this.#checkHistory(trace, transaction);
        const outcome = checkedOutcome(trace, transaction);
        const writes = outcome.status === 'success' ? await this.#commit(trace, transaction) : [];
        take(outcome);
        at++;
        if (writes.length > 0) {
          this.#unsent.push(...writes);
          groupSize = 1;
          break;
        }
      }
    }
    if (this.#unsent.length > 0) await this.#send([]);
  }

  /** Outcome of what a chain would not let in. */
  #refusal({ caller, to, value, gasLimit, dataBytes }: Transaction): Outcome | undefined {
    const trap = (code: TrapCode): Outcome => ({ status: 'trap', code, gasUsed: gasLimit });
    if (this.#state.account(caller).wei < value) return trap(TrapCode.InsufficientBalance);
    return to === undefined && dataBytes > creationBytes ? trap(TrapCode.CreateFailed) : undefined;
  }

  /** @throws EngineError `bad-argument` for a call that has seen what no block context says and EDR makes up. */
  async #checkHistory({ callTracer }: Trace, { caller, runForOpcodes, runForSteps }: Transaction): Promise<void> {
    // Block 0 has no earlier ones.
    const opcode = this.#block.number === 0n ? PREVRANDAO : BLOCKHASH;
    if (!mayHaveRun(opcode, callTracer, this.#state.usersOf(opcode))) return;
    const [run] = await this.#send([runForOpcodes()]);
    if (!hasRun(opcode, run as OpcodeFrame)) return;
    if (opcode === BLOCKHASH) {
      const [steps] = await this.#send([runForSteps()]);
      if (!hasAskedForHash(steps as StepLog, this.#block.number)) return;
    }
    const what = opcode === BLOCKHASH ? 'asks for the hash of a block' : 'asks for the randomness of block 0';
    throw new EngineError('bad-argument', `a call of ${toHex(caller)} ${what}, which EDR makes up`);
  }

  /** Keeps what the transaction has changed, and returns the requests that tell the chain. */
  async #commit(trace: Trace, transaction: Transaction): Promise<readonly string[]> {
    const { caller } = transaction;
    const changes = changesOf(trace);
    // The nonce of someone else rises only where a contract was created, and codes are left out of most traces.
    const hasCreated = changes.some(({ address, nonce }) => nonce !== undefined && !equalBytes(address, caller));
    const complete = hasCreated && transaction.to !== undefined ? await this.#changesWithCode(transaction) : changes;
    // Only creations count here, and `deploy` counts its own.
    return this.#state.apply(
      complete.map((change) =>
        change.nonce !== undefined && equalBytes(change.address, caller)
          ? { ...change, nonce: change.nonce - 1n }
          : change,
      ),
    );
  }

  async #changesWithCode({ runWithCode }: Transaction): Promise<ReturnType<typeof changesOf>> {
    const [trace] = await this.#send([runWithCode()]);
    return changesOf(trace as Trace);
  }
}

function transactionOf(message: FullCallMessage): Transaction {
  const { caller, to, value, input, gasLimit } = message;
  return newTransaction(caller, to, value, input, gasLimit);
}

/** @throws EngineError `host-memory` for a call that needs more gas than we let EDR record. */
function checkedOutcome(trace: Trace, { caller, to, gasLimit }: Transaction): Outcome {
  const outcome = outcomeOf(trace, gasLimit);
  if (to === undefined && outcome.status === 'success') return boundedOutcome({ ...outcome, output: EMPTY }, gasLimit);
  if (gasLimit > MAX_EXECUTION_GAS && outcome.status === 'trap' && outcome.code === TrapCode.OutOfGas) {
    const what = `a call of ${toHex(caller)} takes more than ${MAX_EXECUTION_GAS} gas`;
    throw new EngineError('host-memory', `${what}, and EDR keeps a record of every instruction`);
  }
  return boundedOutcome(outcome, gasLimit);
}
