import type { KernelAccount } from './kernel-accounts.ts';
import type { OddEntry } from './kernel-digest.ts';

/** What an account was like outside the kernel. */
interface Fields {
  readonly wei: bigint;
  readonly nonce: bigint;
  readonly codeHash: string | undefined;
}

interface Snapshot {
  /** In the kernel's history. */
  readonly place: number;
  /** What has changed since, up to the next snapshot, as it was. */
  readonly fields: Map<KernelAccount, Fields>;
  /** By account id and key. */
  readonly odd: Map<string, OddEntry>;
  readonly modules: string[];
}

/** What it takes to go back to a snapshot outside the kernel: all that has changed since, as it was. */
export class KernelSnapshots {
  readonly #snapshots: Snapshot[] = [];

  /** Index of a new snapshot, at that place in the kernel's history. */
  take(place: number): number {
    return this.#snapshots.push({ place, fields: new Map(), odd: new Map(), modules: [] }) - 1;
  }

  placeOf(index: number): number | undefined {
    return this.#snapshots[index]?.place;
  }

  /** Drops a snapshot and all later ones, and returns them, the youngest first. */
  dropFrom(index: number): readonly Snapshot[] {
    return this.#snapshots.splice(index).reverse();
  }

  /** Before any of them changes. */
  keepFields(account: KernelAccount): void {
    const saved = this.#snapshots.at(-1)?.fields;
    if (saved === undefined || saved.has(account)) return;
    const { wei, nonce, codeHash } = account;
    saved.set(account, { wei, nonce, codeHash });
  }

  /** Before the entry changes. */
  keepOdd(account: KernelAccount, key: string): void {
    const saved = this.#snapshots.at(-1)?.odd;
    const id = account.id + key;
    if (saved !== undefined && !saved.has(id)) saved.set(id, { account, key, value: account.odd.get(key) });
  }

  /** Before the module becomes known. */
  keepModule(hash: string): void {
    this.#snapshots.at(-1)?.modules.push(hash);
  }

  forget(account: KernelAccount): void {
    for (const { fields } of this.#snapshots) fields.delete(account);
  }
}
