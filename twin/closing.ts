/** Closes what was opened in the opposite order, even if opening fails half-way or closing one of them fails. */
export class Closing {
  readonly #open: (() => unknown)[] = [];
  #closed: Promise<void> | undefined;

  /**
   * Remembers how to close what was just opened, and returns it. If the end came in the midst of opening, it is closed
   * at once and this throws, so that nothing more is opened.
   */
  after<T>(opened: T, close: (opened: T) => unknown): T {
    this.#open.push(() => close(opened));
    if (this.#closed) {
      this.close().catch(() => {});
      throw new Error('it was stopped while it was starting');
    }
    return opened;
  }

  /** Resolves when everything is closed; rejects with the first failure after trying the rest. */
  close(): Promise<void> {
    this.#closed = (this.#closed ?? Promise.resolve()).catch(() => {}).then(() => this.#closeAll());
    return this.#closed;
  }

  async #closeAll(): Promise<void> {
    const failures: unknown[] = [];
    for (let close = this.#open.pop(); close; close = this.#open.pop()) {
      try {
        await close();
      } catch (failure) {
        failures.push(failure);
      }
    }
    if (failures.length > 0) throw failures[0];
  }
}
