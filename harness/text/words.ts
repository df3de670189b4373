/** A threshold: `0.88`, `0.69`, `10`. */
export function roundNumber(value: number): string {
  return String(Number(value.toPrecision(2)));
}

/** `1 workload`, `3 workloads`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** `a`, `a and b`, `a, b and c`; after `most` of them, how many more there are. */
export function listed(names: readonly string[], most: number = 6): string {
  const shown = names.length > most ? [...names.slice(0, most - 1), `${names.length - most + 1} more`] : names;
  return shown.length < 2 ? shown.join('') : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`;
}
