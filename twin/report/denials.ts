import { appendFileSync, existsSync, readFileSync, renameSync, statSync } from 'node:fs';
import type { Denial } from './denial.ts';

const KEPT_IN_MEMORY = 200;
const KEPT_BYTES = 1_000_000;

/** All denials of a twin: the latest in memory, more of them in a bounded file. */
export class Denials {
  readonly #file: string;
  readonly #listeners = new Set<(denial: Denial) => void>();
  #recent: Denial[];

  constructor(file: string) {
    this.#file = file;
    this.#recent = existsSync(file) ? readRecent(file) : [];
  }

  /** The latest, oldest first. */
  latest(count: number = KEPT_IN_MEMORY): readonly Denial[] {
    return this.#recent.slice(Math.max(this.#recent.length - count, 0));
  }

  record(denial: Denial): void {
    this.#recent = [...this.#recent.slice(1 - KEPT_IN_MEMORY), denial];
    if (existsSync(this.#file) && statSync(this.#file).size > KEPT_BYTES) renameSync(this.#file, `${this.#file}.1`);
    appendFileSync(this.#file, `${JSON.stringify(denial)}\n`);
    for (const listener of this.#listeners) listener(denial);
  }

  /** Calls back at each new denial. Returns the way to stop listening. */
  watch(listener: (denial: Denial) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

/** Skips a line that a crash cut short. */
function readRecent(file: string): Denial[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .slice(-KEPT_IN_MEMORY - 1)
    .flatMap((line) => {
      try {
        return [JSON.parse(line) as Denial];
      } catch {
        return [];
      }
    });
}
