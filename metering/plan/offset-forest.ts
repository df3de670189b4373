/**
 * Sets of nodes whose numbers are known relative to each other: a union-find with offsets. No number may be below the
 * node's floor where it is known absolutely, which is in the set of the node whose number is 0.
 * R. Tarjan, "Applications of path compression on balanced trees", J. ACM 26 (1979).
 */
export class OffsetForest {
  readonly #zero: number;
  readonly #above: Int32Array;
  /** The node's number minus that of the node above it. */
  readonly #offset: Float64Array;
  /** By top of a set: the least of number - floor in it, relative to the top's number. */
  readonly #least: Float64Array;

  constructor(floors: Float64Array, zero: number) {
    this.#zero = zero;
    this.#above = new Int32Array(floors.length).map((_, node) => node);
    this.#offset = new Float64Array(floors.length);
    this.#least = floors.map((floor) => -floor);
  }

  /**
   * Makes number(from) = number(to) + apart. Does nothing if the two are known relative to each other already, or if a
   * number would be below its floor.
   */
  join(from: number, to: number, apart: number): void {
    const fromTop = this.#top(from);
    const toTop = this.#top(to);
    if (fromTop === toTop) return;
    const between = apart + this.#offsetOf(to) - this.#offsetOf(from);
    const least = Math.min(this.#least[toTop] ?? 0, (this.#least[fromTop] ?? 0) + between);
    const zeroTop = this.#top(this.#zero);
    const ofZero = this.#offsetOf(this.#zero) + (zeroTop === fromTop ? between : 0);
    if ((zeroTop === fromTop || zeroTop === toTop) && least < ofZero) return;
    this.#above[fromTop] = toTop;
    this.#offset[fromTop] = between;
    this.#least[toTop] = least;
  }

  /** number(left) - number(right), if it is known. */
  difference(left: number, right: number): number | undefined {
    if (this.#top(left) !== this.#top(right)) return undefined;
    return this.#offsetOf(left) - this.#offsetOf(right);
  }

  /** The number, in a set that is not known absolutely the least one with all above their floors. */
  numberOf(node: number): number {
    const top = this.#top(node);
    return this.difference(node, this.#zero) ?? this.#offsetOf(node) - (this.#least[top] ?? 0);
  }

  /** The top of the node's set, which the node then stands directly below. */
  #top(node: number): number {
    let top = node;
    let offset = 0;
    for (let above = this.#above[top] ?? top; above !== top; above = this.#above[top] ?? top) {
      offset += this.#offset[top] ?? 0;
      top = above;
    }
    for (let at = node; at !== top; ) {
      const above = this.#above[at] ?? top;
      const below = this.#offset[at] ?? 0;
      this.#above[at] = top;
      this.#offset[at] = offset;
      offset -= below;
      at = above;
    }
    return top;
  }

  /** Relative to the top, which the node has just been put below. */
  #offsetOf(node: number): number {
    return this.#above[node] === node ? 0 : (this.#offset[node] ?? 0);
  }
}
