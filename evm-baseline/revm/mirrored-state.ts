import { toHex } from '../../engine/bytes.ts';
import { keccak256 } from '../../engine/kernel/keccak.ts';
import { PlainState } from '../../engine/state/plain-state.ts';
import type { StorageEntry } from '../../engine/state/storage-entry.ts';
import { keyOfBytes } from '../../engine/state/storage-key.ts';
import type { Account, WorldState } from '../../engine/state/world-state.ts';
import { quantity, request } from './chain.ts';
import { BLOCKHASH, hasOpcode, PREVRANDAO } from './opcode-use.ts';
import type { AccountChange } from './trace.ts';

/**
 * What the chain holds, in the engine's own state: a chain can neither list its slots nor tell its accounts. Every change goes
 * to both.
 */
export class MirroredState {
  readonly #state: WorldState = new PlainState();
  readonly #addresses = new Map<string, Uint8Array>();
  /** By code hash. Only grows, so that reverting an account's code hash is enough. */
  readonly #codes = new Map<string, Uint8Array>();

  /** By instruction: addresses (hex) whose code may run it, or once might. */
  readonly #users: ReadonlyMap<number, Set<string>> = new Map([BLOCKHASH, PREVRANDAO].map((code) => [code, new Set()]));

  usersOf(opcode: number): ReadonlySet<string> {
    return this.#users.get(opcode) ?? new Set();
  }

  account(address: Uint8Array): Account {
    return this.#state.account(address);
  }

  /** Makes the changes here, and returns the requests that make them on the chain; none for what is that way already. */
  apply(changes: readonly AccountChange[]): readonly string[] {
    const requests: string[] = [];
    for (const { address, wei, nonce, code, slots } of changes) {
      const account = this.#state.account(address);
      this.#addresses.set(account.id, account.address);
      const on = toHex(address);
      if (wei !== undefined && wei !== account.wei) {
        this.#state.setWei(account, wei);
        requests.push(request('hardhat_setBalance', on, quantity(wei)));
      }
      if (nonce !== undefined && nonce !== account.nonce) {
        this.#state.setNonce(account, nonce);
        requests.push(request('hardhat_setNonce', on, quantity(nonce)));
      }
      if (code !== undefined && code.length > 0) {
        const hash = toHex(keccak256(code));
        this.#codes.set(hash, code);
        for (const [opcode, users] of this.#users) if (hasOpcode(code, opcode)) users.add(on);
        this.#state.setCodeHash(account, hash);
        requests.push(request('hardhat_setCode', on, toHex(code)));
      }
      for (const { key, value } of slots) {
        this.#state.putStorage(account, keyOfBytes(key), value.length === 0 ? undefined : value);
        requests.push(slotRequest(on, key, value));
      }
    }
    this.#state.endTransaction();
    return requests;
  }

  /** The requests that make a chain without accounts hold all of this. */
  everything(): readonly string[] {
    return [...this.#addresses.values()].flatMap((address) => {
      const { wei, nonce, codeHash } = this.#state.account(address);
      const code = codeHash === undefined ? undefined : this.#codes.get(codeHash);
      const on = toHex(address);
      return [
        request('hardhat_setBalance', on, quantity(wei)),
        request('hardhat_setNonce', on, quantity(nonce)),
        ...(code === undefined ? [] : [request('hardhat_setCode', on, toHex(code))]),
        ...this.storageEntries(address).map(({ key, value }) => slotRequest(on, key, value)),
      ];
    });
  }

  storageEntries(address: Uint8Array): readonly StorageEntry[] {
    return this.#state.storageEntries(this.#state.account(address));
  }

  digest(): string {
    return this.#state.digest();
  }

  snapshot(): number {
    return this.#state.snapshot();
  }

  restore(snapshot: number): boolean {
    return this.#state.restore(snapshot);
  }
}

function slotRequest(on: string, key: Uint8Array, value: Uint8Array): string {
  const padded = value.length === 0 ? new Uint8Array(32) : value;
  return request('hardhat_setStorageAt', on, toHex(key).replace(/^0x0*(?=.)/, '0x'), toHex(padded));
}
