import { appendFileSync, existsSync, readFileSync, renameSync, statSync } from 'node:fs';
import type { Denial } from './denial.ts';

const KEPT_IN_MEMORY = 200;
const KEPT_BYTES = 1_000_000;

/** Which denials are meant. */
export interface DenialSelection {
  /** How many. @default 200 */
  readonly count?: number | undefined;
  /** Those of earlier runs as well. @default false */
  readonly earlier?: boolean | undefined;
}

/** The denials of a twin: the latest in memory, more of them in a bounded file, where the next run finds them. */
export class Denials {
  readonly #file: string;
  readonly #listeners = new Set<(denial: Denial) => void>();
  readonly #earlier: readonly Denial[];
  #recent: Denial[] = [];

  constructor(file: string) {
    this.#file = file;
    this.#earlier = existsSync(file) ? readRecent(file) : [];
  }

  /** The latest, oldest first. */
  latest({ count = KEPT_IN_MEMORY, earlier = false }: DenialSelection = {}): readonly Denial[] {
    const all = earlier ? [...this.#earlier, ...this.#recent] : this.#recent;
    return all.slice(Math.max(all.length - count, 0));
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
