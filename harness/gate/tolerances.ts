import type { SizeName } from './lock-file.ts';
import { ownField } from './own-field.ts';
import { parseTolerance, type Tolerance } from './tolerance.ts';

/** How much what may change, of one contract. */
export interface Tolerances {
  /** Of gas, by entry point; `*` is for those that are not named. Default `exact`. */
  readonly gas: Readonly<Record<string, Tolerance>>;
  readonly sizes: Readonly<Partial<Record<SizeName, Tolerance>>>;
}

/**
 * That code grows or shrinks is told and does not fail. Compressors of different versions of Node come to a few bytes more
 * or less, so that a little is not even told.
 */
const defaultSizes: Readonly<Record<SizeName, Tolerance>> = {
  bytes: parseTolerance('any'),
  compressed: parseTolerance('pass -1%..+1%, any'),
  pages: parseTolerance('exact'),
};

const exact = parseTolerance('exact');

/** A name without parameters is for every overload. */
export function toleranceOf({ gas }: Tolerances, entry: string): Tolerance {
  return ownField(gas, entry) ?? ownField(gas, entry.replace(/\(.*$/, '')) ?? ownField(gas, '*') ?? exact;
}

export function sizeTolerance({ sizes }: Tolerances, size: SizeName): Tolerance {
  return ownField(sizes as Readonly<Record<string, Tolerance>>, size) ?? defaultSizes[size];
}

/** Names that no entry point has. */
export function unknownEntries({ gas }: Tolerances, entries: readonly string[]): readonly string[] {
  return Object.keys(gas).filter(
    (name) => name !== '*' && !entries.some((entry) => entry === name || entry.replace(/\(.*$/, '') === name),
  );
}
