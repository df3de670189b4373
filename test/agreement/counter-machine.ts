import type { Backend, Batch, Program, World } from '../../engine/backend.ts';
import { BatchTally } from '../../engine/batch-tally.ts';
import { bigintToBytes, bytesToBigint } from '../../engine/bytes.ts';
import type { FullCallMessage, FullDeployMessage } from '../../engine/context.ts';
import { type Event, type Outcome, TrapCode } from '../../engine/outcome.ts';
import { PlainState } from '../../engine/state/plain-state.ts';
import type { Deployment, UnguardedWorld } from '../../engine/unguarded-backend.ts';
import { guardBackend } from '../../engine/world-guard.ts';
import type { ReplayCall, Subject } from '../../harness/index.ts';

/**
 * A machine made for this test: it only knows one contract, a counter. Each flaw makes it wrong in one way, and only
 * now and then.
 */
export type Flaw =
  | 'wrong output' // when the count is above 5
  | 'events swapped' // when adding more than 2
  | 'event dropped' // when adding 3 to more than 0
  | 'missing write' // when adding 7
  | 'leftover write' // of a call that reverts
  | 'other trap code'
  | 'revert instead of trap'
  | 'lost wei' // when wei is sent
  | 'foreign account' // gets a wei with every reset
  | 'gas off by one' // when the count becomes a multiple of 4
  | 'gas varies' // from one world to the next
  | 'fails'; // the host, when adding 9

const SLOT = '\0'.repeat(32);
const FOREIGN = bigintToBytes(0xf0n, 20);
const CONTRACT = bigintToBytes(0xc0n, 20);
const word = (value: bigint) => bigintToBytes(value, 32);

/** Calls are one opcode byte and one operand byte: 0 add, 1 reset, 2 add and revert, 3 trap. */
const opcodes: Readonly<Record<string, number>> = { add: 0, reset: 1, fail: 2, crash: 3 };

export const counterSubject: Subject = {
  id: 'counter',
  code: { name: 'counter' },
  constructorArgs: ['4'],
  encode: (constructorArgs, calls) => ({
    balances: [{ address: bigintToBytes(1n, 20), wei: 1000n }],
    deployment: { from: bigintToBytes(1n, 20), value: 0n, input: Uint8Array.of(Number(constructorArgs[0])) },
    calls: calls.map(({ method, args, value, gasLimit, block }: ReplayCall) => ({
      from: bigintToBytes(1n, 20),
      value: BigInt(value ?? 0),
      input: Uint8Array.of(opcodes[method ?? ''] as number, Number(args?.[0] ?? 0)),
      ...(gasLimit !== undefined && { gasLimit: BigInt(gasLimit) }),
      ...(block !== undefined && { block }),
    })),
  }),
};

export function counterBackend(name: string, flaw?: Flaw): Backend & { readonly openWorlds: () => number } {
  let created = 0;
  let open = 0;
  const backend = guardBackend(
    {
      name,
      description: 'a counter',
      isMetered: true,
      prepare: async (code) => ({ backend: name, name: code.name }),
      createWorld: async () => {
        open++;
        return new CounterWorld(flaw, created++, () => open--);
      },
    },
    { isSynchronous: false },
  );
  return { ...backend, openWorlds: () => open };
}

class CounterWorld implements UnguardedWorld {
  readonly #state = new PlainState();
  readonly #flaw: Flaw | undefined;
  readonly #ordinal: number;
  readonly #onClose: () => void;

  constructor(flaw: Flaw | undefined, ordinal: number, onClose: () => void) {
    this.#flaw = flaw;
    this.#ordinal = ordinal;
    this.#onClose = onClose;
  }

  async setBlock(): Promise<void> {}

  async setBalance(address: Uint8Array, wei: bigint): Promise<void> {
    this.#state.setWei(this.#state.account(address), wei);
  }

  async balanceOf(address: Uint8Array): Promise<bigint> {
    return this.#state.account(address).wei;
  }

  async deploy(_program: Program, { input }: FullDeployMessage): Promise<Deployment> {
    this.#state.putStorage(this.#state.account(CONTRACT), SLOT, word(bytesToBigint(input)));
    return { address: CONTRACT, outcome: { status: 'success', output: new Uint8Array(0), events: [], gasUsed: 9n } };
  }

  async call({ caller, value, input, gasLimit }: FullCallMessage): Promise<Outcome> {
    const state = this.#state;
    const contract = state.account(CONTRACT);
    const has = (flaw: Flaw) => flaw === this.#flaw;
    const [opcode, operand] = [input[0] as number, BigInt(input[1] as number)];
    const checkpoint = state.checkpoint();
    const count = bytesToBigint(state.findStorage(contract, SLOT) ?? new Uint8Array(0));
    const payer = state.account(caller);
    state.setWei(payer, payer.wei - value);
    state.setWei(contract, contract.wei + (has('lost wei') ? 0n : value));
    if (has('fails') && operand === 9n) throw new RangeError('the host is out of everything');

    if (opcode === opcodes['crash']) {
      state.revert(checkpoint);
      if (has('revert instead of trap')) return { status: 'revert', output: input, gasUsed: 5n };
      const code = has('other trap code') ? TrapCode.MemoryOutOfBounds : TrapCode.Unreachable;
      return { status: 'trap', code, gasUsed: gasLimit };
    }
    if (opcode === opcodes['fail']) {
      if (!has('leftover write')) state.revert(checkpoint);
      else state.putStorage(contract, SLOT, word(count + operand));
      return { status: 'revert', output: word(count), gasUsed: 5n };
    }
    const next = opcode === opcodes['reset'] ? 0n : count + operand;
    if (!(has('missing write') && operand === 7n)) {
      state.putStorage(contract, SLOT, next === 0n ? undefined : word(next));
    }
    if (has('foreign account') && opcode === opcodes['reset']) {
      state.setWei(state.account(FOREIGN), state.account(FOREIGN).wei + 1n);
    }
    const event = (topic: bigint): Event => ({ address: CONTRACT, topics: [word(topic)], data: input.slice() });
    let events = [event(count), event(next)];
    if (has('events swapped') && operand > 2n) events = events.reverse();
    if (has('event dropped') && operand === 3n) events = events.slice(0, 1);
    let gasUsed = 20n + operand;
    if (has('gas off by one') && next % 4n === 0n && opcode === opcodes['add']) gasUsed++;
    if (has('gas varies')) gasUsed += BigInt(this.#ordinal);
    const output = word(has('wrong output') && next > 5n ? next + 1n : next);
    return { status: 'success', output, events, gasUsed };
  }

  async callMany(messages: readonly FullCallMessage[]): Promise<readonly Outcome[]> {
    const outcomes: Outcome[] = [];
    for (const message of messages) outcomes.push(await this.call(message));
    return outcomes;
  }

  async loadBatch(messages: readonly FullCallMessage[]): Promise<Batch> {
    const run = async () => {
      const tally = new BatchTally();
      for (const outcome of await this.callMany(messages)) tally.add(outcome);
      return tally.summary();
    };
    return { callCount: messages.length, run };
  }

  async storageOf(address: Uint8Array): ReturnType<World['storageOf']> {
    return this.#state.storageEntries(this.#state.account(address));
  }

  async stateDigest(): Promise<string> {
    return this.#state.digest();
  }

  async snapshot(): Promise<number> {
    return this.#state.snapshot();
  }

  async restore(snapshot: number): Promise<void> {
    this.#state.restore(snapshot);
  }

  async close(): Promise<void> {
    this.#onClose();
  }
}
