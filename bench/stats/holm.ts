/**
 * Holm's adjustment of p-values that are judged together: with each adjusted one held against 5 %, the chance that any
 * true null hypothesis among them is rejected is at most 5 %, however they depend on each other. Holm, Scandinavian
 * Journal of Statistics 6 (1979).
 *
 * @returns the adjusted p-values, in the order given.
 */
export function holmAdjusted(pValues: readonly number[]): readonly number[] {
  const order = [...pValues.keys()].sort((a, b) => (pValues[a] as number) - (pValues[b] as number));
  const adjusted = new Array<number>(pValues.length);
  let largest = 0;
  for (const [rank, at] of order.entries()) {
    largest = Math.max(largest, Math.min(1, (pValues.length - rank) * (pValues[at] as number)));
    adjusted[at] = largest;
  }
  return adjusted;
}
