const LEAST = 8;
const MOST = 65_536;
const LESS = 0.8;
const MORE = 1.1;

/**
 * How many requests may be worked on at once. Far beyond need until there is evidence of too many; then, period by
 * period, four fifths of what was tried until it fits, and a tenth more after each period that did.
 */
export class ConcurrencyLimit {
  #value = MOST;

  get value(): number {
    return this.#value;
  }

  /** Called once a period. @param most how many were worked on at once in it */
  adjust(overloaded: boolean, most: number): void {
    this.#value = overloaded
      ? Math.max(LEAST, Math.floor(Math.min(this.#value, most) * LESS))
      : Math.min(MOST, Math.ceil(this.#value * MORE));
  }
}
