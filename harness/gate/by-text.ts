/** By code units, whatever the locale is. */
export function byText(left: string, right: string): number {
  return left < right ? -1 : Number(left > right);
}

/** Each once. */
export function sortedOnce(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)].toSorted(byText);
}
