/**
 * The first place in which two lists differ, where each item is over all before it: found by halving.
 *
 * @returns `at` undefined if the lists are equal; the length of the shorter one if that is how the longer one begins.
 */
export function firstDifferent(
  left: readonly string[],
  right: readonly string[],
): { readonly at: number | undefined; readonly hashes: number } {
  const common = Math.min(left.length, right.length);
  let hashes = 0;
  const isEqual = (at: number): boolean => {
    hashes++;
    return left[at] === right[at];
  };
  if (common > 0 && isEqual(common - 1)) return { at: left.length === right.length ? undefined : common, hashes };
  if (common === 0) return { at: left.length === right.length ? undefined : 0, hashes };
  let [equal, different] = [-1, common - 1];
  while (different - equal > 1) {
    const middle = (equal + different) >> 1;
    if (isEqual(middle)) equal = middle;
    else different = middle;
  }
  return { at: different, hashes };
}
