/** An i32 as a sum of multiples of unknown numbers and a constant, modulo 2^32. */
export interface LinearForm {
  readonly add: number;
  /** Pairs of an unknown and how many times it is in the sum, never 0; unknowns rise. */
  readonly terms: readonly (readonly [unknown: number, times: number])[];
}

/** Longer sums are taken for unknown. */
const MAX_TERMS = 4;

export function constantForm(value: number): LinearForm {
  return { add: value | 0, terms: [] };
}

export function unknownForm(unknown: number): LinearForm {
  return { add: 0, terms: [[unknown, 1]] };
}

/** left + times * right; `undefined` if that is too long. */
export function sumOf(left: LinearForm, right: LinearForm, times: 1 | -1): LinearForm | undefined {
  const terms: (readonly [number, number])[] = [];
  let at = 0;
  for (const [unknown, count] of right.terms) {
    let term = left.terms[at];
    for (; term !== undefined && term[0] < unknown; term = left.terms[at]) {
      terms.push(term);
      at += 1;
    }
    const own = term?.[0] === unknown ? term[1] : 0;
    if (term?.[0] === unknown) at += 1;
    const total = (own + times * count) | 0;
    if (total !== 0) terms.push([unknown, total]);
  }
  terms.push(...left.terms.slice(at));
  if (terms.length > MAX_TERMS) return undefined;
  return { add: (left.add + times * right.add) | 0, terms };
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
