import type { Value } from './symbolic-value.ts';

/** The operand stack, and the names of the unknown numbers that come up on it and in locals. */
export class SymbolicStack {
  readonly #values: Value[] = [];
  #lastUnknown = 0;

  get height(): number {
    return this.#values.length;
  }

  /** The name that the next unknown number gets. Names rise. */
  get nextName(): number {
    return this.#lastUnknown + 1;
  }

  unknown(): Value {
    this.#lastUnknown += 1;
    return { base: this.#lastUnknown, extra: 0, add: 0 };
  }

  /** `undefined` for what nothing is known of. */
  push(value: Value | undefined): void {
    this.#values.push(value ?? this.unknown());
  }

  pop(): Value {
    return this.#values.pop() ?? this.unknown();
  }

  top(): Value {
    return this.#values.at(-1) ?? this.unknown();
  }

  /** What an instruction does that nothing is known of. */
  replace(taken: number, given: number): void {
    this.cutBackTo(this.height - taken);
    this.cutBackTo(this.height + given);
  }

  /** The stack is lower already where a block ended in code that cannot be reached. */
  cutBackTo(height: number): void {
    if (this.#values.length > height) this.#values.length = height;
    while (this.#values.length < height) this.#values.push(this.unknown());
  }
}
