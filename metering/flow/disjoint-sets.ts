/** Sets of the numbers below a size, at first each its own (R. Tarjan, J. ACM 22, 1975, without ranks). */
export class DisjointSets {
  readonly #above: Int32Array;

  constructor(size: number) {
    this.#above = Int32Array.from({ length: size }, (_, number) => number);
  }

  /** The number that stands for the set of this one. */
  topOf(number: number): number {
    const above = this.#above;
    let top = number;
    while (above[top] !== top) top = above[top] ?? top;
    for (let at = number; at !== top; ) {
      const next = above[at] ?? top;
      above[at] = top;
      at = next;
    }
    return top;
  }

  /** The top of the second set then stands for both. */
  join(number: number, other: number): void {
    this.#above[this.topOf(number)] = this.topOf(other);
  }
}
