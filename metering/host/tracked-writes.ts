/** Which writes are tracked: `large` those to memories of more than `MOST_PAGES_BY_BITS` pages. */
export type TrackedWrites = 'none' | 'large' | 'all';

/** `bits`: `write-tracking.ts`; `blocks`: `block-tracking.ts`. */
export type TrackingKind = 'nothing' | 'bits' | 'blocks';

/** How writes are tracked, and where. */
export type WriteTracking = BitTracking | BlockTracking;

export interface BitTracking {
  readonly kind: 'bits';
  /** Global, i64. */
  readonly dirty: number;
}

export interface BlockTracking {
  readonly kind: 'blocks';
  /** Globals: i32, number of the block that was marked last. The one before it is in the global behind. */
  readonly last: number;
  /** Function. */
  readonly touch: number;
}

/** The largest memory that is put back whole where nothing better is known. That takes a few microseconds. */
export const MOST_PAGES_BY_BITS = 4;

/** How writes to a memory are tracked. */
export function howTracked(minPages: number, writes: TrackedWrites): TrackingKind {
  if (writes === 'none') return 'nothing';
  if (minPages > MOST_PAGES_BY_BITS) return 'blocks';
  return writes === 'all' ? 'bits' : 'nothing';
}
