import type { Clock } from '../../twin/clock.ts';

/** Time that passes only when told to; callbacks run in their order. */
export class ManualClock implements Clock {
  #now = 0;
  readonly #waiting = new Set<{ at: number; callback: () => void }>();

  now(): number {
    return this.#now;
  }

  after(ms: number, callback: () => void): () => void {
    const wait = { at: this.#now + ms, callback };
    this.#waiting.add(wait);
    return () => this.#waiting.delete(wait);
  }

  /** How long each callback still waits. */
  get waits(): number[] {
    return [...this.#waiting].map(({ at }) => at - this.#now).sort((a, b) => a - b);
  }

  advance(ms: number): void {
    this.#now += ms;
    for (const wait of [...this.#waiting].filter(({ at }) => at <= this.#now)) {
      this.#waiting.delete(wait);
      wait.callback();
    }
  }
}
