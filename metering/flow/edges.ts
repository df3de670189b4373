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

/** Where code stands that runs exactly when an edge is taken. */
export type Place =
  /** Before this instruction. `rank` orders what stands at the same instruction. */
  | { readonly kind: 'before'; readonly index: number; readonly rank: Rank }
  /** In the second arm, to be added before this `end`, of an `if` that has none. */
  | { readonly kind: 'else'; readonly index: number }
  /** On the way of this `br_if` to its label. */
  | { readonly kind: 'taken'; readonly index: number };

/** Code for the edge that leads to the instruction's block, for all that enter the block, and for the edge out of it. */
export type Rank = 0 | 1 | 2;

/**
 * A place as one number, so that there can be one for every edge. They rise in the order in which code is written:
 * by instruction, and at one instruction by rank, then `else`, then `taken`.
 */
export type PlaceNumber = number;

/** Of an edge where no code can stand. */
export const NO_PLACE: PlaceNumber = -1;

/** Where the function begins. */
export const ENTRY: PlaceNumber = 0;

const ELSE = 3;
const TAKEN = 4;
const PLACES_PER_INSTRUCTION = 5;

export function placeBefore(index: number, rank: Rank): PlaceNumber {
  return index * PLACES_PER_INSTRUCTION + rank;
}

export function placeInElse(index: number): PlaceNumber {
  return index * PLACES_PER_INSTRUCTION + ELSE;
}

export function placeWhereTaken(index: number): PlaceNumber {
  return index * PLACES_PER_INSTRUCTION + TAKEN;
}

export function placeOf(number: PlaceNumber): Place {
  const slot = number % PLACES_PER_INSTRUCTION;
  const index = (number - slot) / PLACES_PER_INSTRUCTION;
  if (slot === ELSE) return { kind: 'else', index };
  if (slot === TAKEN) return { kind: 'taken', index };
  return { kind: 'before', index, rank: slot as Rank };
}

export function numberOf(place: Place): PlaceNumber {
  switch (place.kind) {
    case 'before':
      return placeBefore(place.index, place.rank);
    case 'else':
      return placeInElse(place.index);
    case 'taken':
      return placeWhereTaken(place.index);
  }
}
