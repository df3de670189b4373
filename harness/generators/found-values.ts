import { bytesToBigint } from '../../engine/bytes.ts';
import type { Outcome } from '../../engine/outcome.ts';
import type { StorageEntry } from '../../engine/state/storage-entry.ts';

/** What chance would not come to, found in code or in what calls left behind. Each list without doubles, in the order found. */
export interface FoundValues {
  /** Above those that chance finds by itself, and below 2^128. */
  readonly integers: readonly bigint[];
  /** Those of them that are in the code in all its forms: limits, mostly, and not places in it. Default none. */
  readonly limits?: readonly bigint[];
  /** 256-bit. */
  readonly words: readonly bigint[];
  /** 32-bit: of methods and errors, and other numbers of that size. */
  readonly selectors: readonly number[];
}

export const nothingFound: FoundValues = { integers: [], words: [], selectors: [] };

/** Of each kind, so that none is drawn so seldom that it does not matter. */
const MOST_FROM_CODE = 64;
const MOST_SEEN = 48;
const SMALLEST = 17n;

/** Sorts numbers by what they may be. */
export class FoundValuesList {
  readonly #integers = new Set<bigint>();
  readonly #words = new Set<bigint>();
  readonly #selectors = new Set<number>();
  readonly #most: number;

  constructor(most: number = MOST_FROM_CODE) {
    this.#most = most;
  }

  add(value: bigint): void {
    if (value < SMALLEST) return;
    const kind = value >> 128n === 0n ? this.#integers : this.#words;
    if (kind.size < this.#most) kind.add(value);
  }

  addSelector(selector: number): void {
    if (this.#selectors.size < 2 * this.#most) this.#selectors.add(selector >>> 0);
  }

  values(): FoundValues {
    return { integers: [...this.#integers], words: [...this.#words], selectors: [...this.#selectors] };
  }
}

/** What calls left behind: results, events and storage, word by word. */
export class SeenValues {
  readonly #list = new FoundValuesList(MOST_SEEN);

  see(outcome: Outcome, storage: readonly StorageEntry[]): void {
    if (outcome.status !== 'success') return;
    this.#addWords(outcome.output);
    for (const { topics, data } of outcome.events) {
      for (const topic of topics.slice(1)) this.#addWords(topic);
      this.#addWords(data);
    }
    for (const { value } of storage) this.#addWords(value);
  }

  values(): FoundValues {
    return this.#list.values();
  }

  #addWords(bytes: Uint8Array): void {
    for (let at = 0; at + 32 <= bytes.length; at += 32) this.#list.add(bytesToBigint(bytes.subarray(at, at + 32)));
  }
}

export function bothFound(some: FoundValues, others: FoundValues): FoundValues {
  const union = <T>(a: readonly T[], b: readonly T[]): readonly T[] => [...new Set([...a, ...b])];
  return {
    integers: union(some.integers, others.integers),
    limits: union(some.limits ?? [], others.limits ?? []),
    words: union(some.words, others.words),
    selectors: union(some.selectors, others.selectors),
  };
}
