import type { PlaceNumber } from './place.ts';

/** The end of the function, as the target of an edge. */
export const EXIT = -1;

/** The edges between the basic blocks of a function, in columns: a module of a megabyte has a million of them. */
export interface Edges {
  readonly count: number;
  /** By edge: index of a block. They never fall. */
  readonly from: readonly number[];
  /** By edge: index of a block, or `EXIT`. */
  readonly to: readonly number[];
  /** By edge. `NO_PLACE` for the labels of a `br_table`, and for a `br_if` that carries a value. */
  readonly place: readonly PlaceNumber[];
  /** By block, and one more for the end: its first edge. */
  readonly firstOf: Int32Array;
}
