import { appendFileSync, existsSync, readFileSync, renameSync, statSync } from 'node:fs';
import type { Denial } from './denial.ts';

const KEPT_IN_MEMORY = 200;
const KEPT_BYTES = 1_000_000;

/** Every denial of a twin's life: the latest in memory, all of the recent past in a bounded file. */
export class Denials {
  readonly #file: string;
  readonly #listeners = new Set<(denial: Denial) => void>();
  #recent: Denial[];

  constructor(file: string) {
    this.#file = file;
    this.#recent = existsSync(file) ? readRecent(file) : [];
  }

  /** The latest, oldest first. */
  get recent(): readonly Denial[] {
    return this.#recent;
  }

  record(denial: Denial): void {
    this.#recent = [...this.#recent.slice(1 - KEPT_IN_MEMORY), denial];
    if (existsSync(this.#file) && statSync(this.#file).size > KEPT_BYTES) renameSync(this.#file, `${this.#file}.1`);
    appendFileSync(this.#file, `${JSON.stringify(denial)}\n`);
    for (const listener of this.#listeners) listener(denial);
  }

  /** Calls back at each denial to come. Returns the way to stop listening. */
  watch(listener: (denial: Denial) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

/** A line cut short by a crash is passed over: it is the last one, and its denial was never acted on. */
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
