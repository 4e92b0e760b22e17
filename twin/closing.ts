/** What was opened, closed in the opposite order: also where opening fails half-way, also where closing one fails. */
export class Closing {
  readonly #open: (() => unknown)[] = [];
  #closed: Promise<void> | undefined;

  /**
   * Remembers how to close what was just opened, and hands it back. What is opened after the end, because the end came
   * in the midst of opening, is closed at once, and no more is opened.
   */
  after<T>(opened: T, close: (opened: T) => unknown): T {
    this.#open.push(() => close(opened));
    if (this.#closed) {
      this.close().catch(() => {});
      throw new Error('it was stopped while it was starting');
    }
    return opened;
  }

  /** Resolves when all that was opened is closed; rejects with the first failure, having tried the rest. */
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
