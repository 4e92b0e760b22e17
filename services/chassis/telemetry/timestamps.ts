/**
 * Writes times as ISO 8601: 2026-01-01T00:00:00.000Z. Most of the text stays the same for a second, so it is cached.
 */
export class Timestamps {
  #second = Number.NaN;
  #text = '';

  /** The text of `now`, in milliseconds since 1970. */
  at(now: number): string {
    const second = Math.floor(now / 1000);
    if (second !== this.#second) {
      this.#second = second;
      this.#text = new Date(second * 1000).toISOString().slice(0, 20);
    }
    return this.#text + ENDINGS[Math.floor(now - second * 1000)]!;
  }
}

const ENDINGS: readonly string[] = Array.from({ length: 1_000 }, (_, ms) => `${String(ms).padStart(3, '0')}Z`);
