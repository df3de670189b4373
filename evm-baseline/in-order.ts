/** Runs asynchronous work piece after piece, in the order in which it was handed in, whatever becomes of each. */
export class InOrder {
  #last: Promise<unknown> = Promise.resolve();

  run<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work);
    this.#last = result.catch(() => undefined);
    return result;
  }

  /** When all that was handed in has run. */
  async idle(): Promise<void> {
    await this.#last;
  }
}
