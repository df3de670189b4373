/** Most that a pool keeps. */
export interface PoolLimits {
  readonly instances: number;
  /** Of linear memory that was written to, in all. */
  readonly residentBytes: number;
}

/** One idle instance in the order of the pool. It is held by its shelf alone, so that a world that nobody holds can go. */
interface Place {
  readonly shelf: WeakRef<Shelf<unknown>>;
  readonly residentBytes: number;
  older: Place | undefined;
  younger: Place | undefined;
}

/**
 * Idle instances of all modules and worlds, the least recently used of which go when there are too many: each takes 8 to
 * 10 GiB of address space, of which a process has 128 TiB, and the memory that its runs have written to. Only time depends
 * on what is in here.
 */
export class InstancePool {
  readonly #limits: PoolLimits;
  #oldest: Place | undefined;
  #youngest: Place | undefined;
  #count = 0;
  #residentBytes = 0;

  constructor(limits: PoolLimits) {
    this.#limits = limits;
  }

  get count(): number {
    return this.#count;
  }

  get residentBytes(): number {
    return this.#residentBytes;
  }

  /** The youngest place. Undefined for an instance for which there could never be room. */
  add(shelf: WeakRef<Shelf<unknown>>, residentBytes: number): Place | undefined {
    if (residentBytes > this.#limits.residentBytes || this.#limits.instances === 0) return undefined;
    const place: Place = { shelf, residentBytes, older: this.#youngest, younger: undefined };
    if (this.#youngest === undefined) this.#oldest = place;
    else this.#youngest.younger = place;
    this.#youngest = place;
    this.#count++;
    this.#residentBytes += residentBytes;
    return place;
  }

  remove(place: Place): void {
    const { older, younger } = place;
    if (older === undefined) this.#oldest = younger;
    else older.younger = younger;
    if (younger === undefined) this.#youngest = older;
    else younger.older = older;
    this.#count--;
    this.#residentBytes -= place.residentBytes;
  }

  /** Drops the oldest until all fit. */
  trim(): void {
    while (this.#count > this.#limits.instances || this.#residentBytes > this.#limits.residentBytes) {
      const oldest = this.#oldest as Place;
      this.remove(oldest);
      oldest.shelf.deref()?.forgetOldest();
    }
  }
}

/** The idle instances of one module in one world. */
export class Shelf<Instance> {
  readonly #pool: InstancePool;
  readonly #self: WeakRef<Shelf<unknown>> = new WeakRef(this);
  /** The youngest last, as in the pool. */
  readonly #instances: Instance[] = [];
  readonly #places: Place[] = [];

  constructor(pool: InstancePool) {
    this.#pool = pool;
  }

  /** The one that was used last, which is the likeliest to be in the processor's caches. */
  take(): Instance | undefined {
    const place = this.#places.pop();
    if (place !== undefined) this.#pool.remove(place);
    return this.#instances.pop();
  }

  put(instance: Instance, residentBytes: number): void {
    const place = this.#pool.add(this.#self, residentBytes);
    if (place === undefined) return;
    this.#instances.push(instance);
    this.#places.push(place);
    this.#pool.trim();
  }

  /** For the pool, which has removed the place. */
  forgetOldest(): void {
    this.#instances.shift();
    this.#places.shift();
  }
}

/** That of this process (of each thread, where there are several). */
export const instancePool: InstancePool = new InstancePool({ instances: 256, residentBytes: 64 << 20 });
