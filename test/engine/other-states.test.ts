import assert from 'node:assert/strict';
import type { World } from '../../engine/backend.ts';
import { guestBackend } from '../../engine/guest-backend.ts';
import type { Machine } from '../../engine/machine.ts';
import type { Event, Outcome } from '../../engine/outcome.ts';
import { referenceMachine } from '../../engine/reference/reference-machine.ts';
import { defaultSchedule } from '../../engine/schedules.ts';
import { digestAccounts } from '../../engine/state/digest.ts';
import { KernelState } from '../../engine/state/kernel-state.ts';
import { PlainState } from '../../engine/state/plain-state.ts';
import type { StorageEntry } from '../../engine/state/storage-entry.ts';
import { bytesOfKey, compareKeys, keyOfBytes, putOrDelete } from '../../engine/state/storage-key.ts';
import type { Account, Checkpoint, WorldState } from '../../engine/state/world-state.ts';
import { wasmMachine } from '../../engine/wasm/wasm-machine.ts';
import { bundledWorld } from '../support/bundled-world.ts';
import { ALICE } from '../support/guest-world.ts';

interface StoredAccount {
  readonly wei: bigint;
  readonly nonce: bigint;
  readonly codeHash: string | undefined;
  readonly slots: Map<string, Uint8Array>;
}

interface LoadedAccount extends Account {
  wei: bigint;
  nonce: bigint;
  codeHash: string | undefined;
  /** Those that were asked for. */
  readonly slots: Map<string, Uint8Array | undefined>;
}

/**
 * A state as a database would make one: accounts and slots are read when they are asked for, written when a transaction ends,
 * and then forgotten.
 */
class StoredState implements WorldState {
  readonly kernelBacked: undefined;
  slotReads = 0;
  #stored = new Map<string, StoredAccount>();
  readonly #modules = new Set<string>();
  readonly #loaded = new Map<string, LoadedAccount>();
  readonly #transient = new Map<string, Uint8Array>();
  readonly #events: Event[] = [];
  readonly #undo: (() => void)[] = [];
  readonly #snapshots: Map<string, StoredAccount>[] = [];

  account(address: Uint8Array): LoadedAccount {
    const id = keyOfBytes(address);
    let account = this.#loaded.get(id);
    if (account === undefined) {
      const { wei = 0n, nonce = 0n, codeHash } = this.#stored.get(id) ?? {};
      account = { address: address.slice(), id, wei, nonce, codeHash, slots: new Map() };
      this.#loaded.set(id, account);
    }
    return account;
  }

  find(address: Uint8Array): LoadedAccount | undefined {
    const id = keyOfBytes(address);
    return this.#stored.has(id) || this.#loaded.has(id) ? this.account(address) : undefined;
  }

  checkpoint(): Checkpoint {
    return this.#undo.length;
  }

  revert(to: Checkpoint): void {
    while (this.#undo.length > to) (this.#undo.pop() as () => void)();
  }

  setWei(account: LoadedAccount, wei: bigint): void {
    const before = account.wei;
    account.wei = wei;
    this.#undo.push(() => {
      account.wei = before;
    });
  }

  setNonce(account: LoadedAccount, nonce: bigint): void {
    const before = account.nonce;
    account.nonce = nonce;
    this.#undo.push(() => {
      account.nonce = before;
    });
  }

  setCodeHash(account: LoadedAccount, codeHash: string | undefined): void {
    const before = account.codeHash;
    account.codeHash = codeHash;
    this.#undo.push(() => {
      account.codeHash = before;
    });
  }

  knowsModule(hash: string): boolean {
    return this.#modules.has(hash);
  }

  learnModule(hash: string): void {
    if (this.knowsModule(hash)) return;
    this.#modules.add(hash);
    this.#undo.push(() => this.#modules.delete(hash));
  }

  hasStorage(account: LoadedAccount): boolean {
    return this.storageEntries(account).length > 0;
  }

  findStorage(account: LoadedAccount, key: string): Uint8Array | undefined {
    if (!account.slots.has(key)) {
      this.slotReads++;
      account.slots.set(key, this.#stored.get(account.id)?.slots.get(key));
    }
    return account.slots.get(key);
  }

  putStorage(account: LoadedAccount, key: string, value: Uint8Array | undefined): void {
    const before = this.findStorage(account, key);
    account.slots.set(key, value);
    this.#undo.push(() => account.slots.set(key, before));
  }

  storageEntries({ id, slots }: LoadedAccount): readonly StorageEntry[] {
    const all = new Map(this.#stored.get(id)?.slots);
    for (const [key, value] of slots) putOrDelete(all, key, value);
    return sortedEntries(all);
  }

  findTransient(account: LoadedAccount, key: string): Uint8Array | undefined {
    return this.#transient.get(account.id + key);
  }

  putTransient(account: LoadedAccount, key: string, value: Uint8Array | undefined): void {
    const id = account.id + key;
    const before = this.#transient.get(id);
    putOrDelete(this.#transient, id, value);
    this.#undo.push(() => putOrDelete(this.#transient, id, before));
  }

  get eventCount(): number {
    return this.#events.length;
  }

  addEvent(event: Event): void {
    this.#events.push(event);
    this.#undo.push(() => this.#events.pop());
  }

  endTransaction(): readonly Event[] {
    for (const [id, { wei, nonce, codeHash, slots }] of this.#loaded) {
      const all = new Map(this.#stored.get(id)?.slots);
      for (const [key, value] of slots) putOrDelete(all, key, value);
      this.#stored.set(id, { wei, nonce, codeHash, slots: all });
    }
    this.#loaded.clear();
    this.#transient.clear();
    this.#undo.length = 0;
    return this.#events.splice(0);
  }

  snapshot(): number {
    return this.#snapshots.push(new Map(this.#stored)) - 1;
  }

  restore(index: number): boolean {
    const snapshot = this.#snapshots[index];
    if (snapshot === undefined) return false;
    this.#snapshots.length = index + 1;
    this.#stored = new Map(snapshot);
    this.#loaded.clear();
    return true;
  }

  digest(): string {
    return digestAccounts(
      [...this.#stored].map(([id, { wei, slots }]) => ({
        address: bytesOfKey(id),
        wei,
        storage: sortedEntries(slots),
      })),
    );
  }
}

function sortedEntries(slots: ReadonlyMap<string, Uint8Array>): readonly StorageEntry[] {
  const entries = [...slots].sort(([a], [b]) => compareKeys(a, b));
  return entries.map(([key, value]) => ({ key: bytesOfKey(key), value }));
}

/** A state that is somebody's own and hands on what a `KernelState` does. Counts what comes through it. */
function handingOn(state: KernelState): { readonly state: WorldState; readonly calls: Map<string, number> } {
  const calls = new Map<string, number>();
  const proxy = new Proxy<WorldState>(state, {
    getPrototypeOf: () => null,
    get: (_, name: keyof WorldState) => {
      const value = state[name];
      if (typeof value !== 'function') return value;
      return (...args: unknown[]) => {
        calls.set(name, (calls.get(name) ?? 0) + 1);
        return Reflect.apply(value, state, args);
      };
    },
  });
  assert.ok(!(proxy instanceof KernelState));
  return { state: proxy, calls };
}

const machines: Readonly<Record<string, () => Machine>> = {
  wasm: () => wasmMachine('wasm', { strategy: 'default', reusesInstances: true, usesKernel: true }),
  reference: () => referenceMachine(),
};

/** Everything that can be seen of a world that has run the workloads of a contract. */
async function play(machine: Machine, state: WorldState, id: string): Promise<unknown> {
  const backend = guestBackend(machine, defaultSchedule, () => state);
  const { world, subject, call, deployment, address } = await bundledWorld(backend, id);
  const outcomes: Outcome[] = [deployment];
  for (const { setup, calls } of subject.workloads.slice(0, 2)) {
    for (const text of [...setup, ...calls.slice(0, 20)]) outcomes.push(await call(text), await call(text, 20_000n));
  }
  const seen = async (of: World): Promise<unknown> => [await of.storageOf(address), await of.stateDigest()];
  const snapshot = await world.snapshot();
  const before = await seen(world);
  await world.setBalance(ALICE, 5n);
  const after = await seen(world);
  await world.restore(snapshot);
  assert.deepEqual(await seen(world), before);
  return { outcomes, before, after };
}

describe('a state of somebody else', () => {
  for (const [name, createMachine] of Object.entries(machines)) {
    for (const id of ['erc20', 'amm']) {
      it(`that reads from a store when it is asked has the outcomes and gas of the plain state (${id}, ${name})`, async () => {
        const stored = new StoredState();
        assert.deepEqual(await play(createMachine(), stored, id), await play(createMachine(), new PlainState(), id));
        assert.ok(stored.slotReads > 0);
      });
    }
  }

  it('runs on the kernel that it offers', async () => {
    const { state, calls } = handingOn(new KernelState(defaultSchedule));
    const machine = machines['wasm'] as () => Machine;
    assert.deepEqual(await play(machine(), state, 'erc20'), await play(machine(), new PlainState(), 'erc20'));
    assert.equal(calls.get('findStorage'), undefined);
  });
});
