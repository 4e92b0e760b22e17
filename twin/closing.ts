/** What was opened, closed in the opposite order: also where opening fails half-way, also where closing one fails. */
export class Closing {
  readonly #open: (() => unknown)[] = [];

  /** Remembers how to close what was just opened, and hands it back. */
  after<T>(opened: T, close: (opened: T) => unknown): T {
    this.#open.push(() => close(opened));
    return opened;
  }

  async close(): Promise<void> {
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
