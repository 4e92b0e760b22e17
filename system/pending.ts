import { ResolveError } from '../assembly/intrinsics.ts';

/** Values computed when first asked for, each once; values that wait for each other are an error that names the cycle. */
export class Pending {
  readonly #known = new Map<string, unknown>();
  readonly #waiting: string[] = [];

  /** The value of this key. */
  once<T>(key: string, compute: () => T): T {
    if (this.#known.has(key)) return this.#known.get(key) as T;
    const start = this.#waiting.indexOf(key);
    if (start >= 0) {
      const round = [...this.#waiting.slice(start), key].join(' → ');
      throw new ResolveError(`values wait for each other: ${round}; make one of them a plain value`);
    }
    this.#waiting.push(key);
    try {
      const value = compute();
      this.#known.set(key, value);
      return value;
    } finally {
      this.#waiting.pop();
    }
  }
}
