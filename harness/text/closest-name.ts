/** More than this many letters apart, or half of them, two names have nothing to do with each other. */
const MOST_APART = 2;

/** The name that a mistyped one is nearest to, by its edit distance (Levenshtein), or undefined if none is near. */
export function closestName(typed: string, names: readonly string[]): string | undefined {
  const apart = names.map((name) => distance(typed, name));
  const least = Math.min(...apart);
  return least <= Math.min(MOST_APART, (typed.length - 1) >> 1) ? names[apart.indexOf(least)] : undefined;
}

function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, at) => at);
  for (let i = 1; i <= from.length; i++) {
    const next = [i];
    for (let j = 1; j <= to.length; j++) {
      const replaced = (row[j - 1] as number) + (from[i - 1] === to[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] as number) + 1, (next[j - 1] as number) + 1));
    }
    row = next;
  }
  return row[to.length] as number;
}
