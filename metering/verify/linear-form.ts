/**
 * An i32 or i64 as a sum of multiples of unknown numbers of its type and a constant, modulo the type's size. Code is
 * typed (`read-module.ts`), so that a form is only ever used as what it is of.
 */
export interface LinearForm {
  /** Signed, as what multiplies an unknown. */
  readonly add: bigint;
  /** Pairs of an unknown and how many times it is in the sum, never 0; unknowns rise. */
  readonly terms: readonly (readonly [unknown: number, times: bigint])[];
}

/** Of the type. */
export type Bits = 32 | 64;

export function constantForm(bits: Bits, value: number | bigint): LinearForm {
  return { add: BigInt.asIntN(bits, BigInt(value)), terms: [] };
}

export function unknownForm(unknown: number): LinearForm {
  return { add: 0n, terms: [[unknown, 1n]] };
}

/** left + times * right */
export function sumOf(bits: Bits, left: LinearForm, right: LinearForm, times: 1n | -1n): LinearForm {
  const terms: (readonly [number, bigint])[] = [];
  let at = 0;
  for (const [unknown, count] of right.terms) {
    let term = left.terms[at];
    for (; term !== undefined && term[0] < unknown; term = left.terms[at]) {
      terms.push(term);
      at += 1;
    }
    const own = term?.[0] === unknown ? term[1] : 0n;
    if (term?.[0] === unknown) at += 1;
    const total = BigInt.asIntN(bits, own + times * count);
    if (total !== 0n) terms.push([unknown, total]);
  }
  terms.push(...left.terms.slice(at));
  return { add: BigInt.asIntN(bits, left.add + times * right.add), terms };
}

export function isConstant({ terms }: LinearForm): boolean {
  return terms.length === 0;
}

/** Whether all its unknowns are named before this one. */
export function isNamedBefore({ terms }: LinearForm, unknown: number): boolean {
  return terms.every(([name]) => name < unknown);
}

/** The same for the same sum. */
export function printForm({ add, terms }: LinearForm): string {
  return `[${[add, ...terms.map(([unknown, times]) => `${times}*u${unknown}`)].join(' + ')}]`;
}

export function isSameForm(left: LinearForm, right: LinearForm): boolean {
  return (
    left.add === right.add &&
    left.terms.length === right.terms.length &&
    left.terms.every(([unknown, times], index) => {
      const other = right.terms[index];
      return other?.[0] === unknown && other[1] === times;
    })
  );
}
