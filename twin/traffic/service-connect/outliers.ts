import type { Clock } from '../../clock.ts';

/** Numbers that AWS documents for the proxy of Service Connect. */
const FAILURES = 5;
const WINDOW_MS = 30_000;
const SHORTEST_MS = 30_000;
const LONGEST_MS = 300_000;

/**
 * The tasks a proxy avoids: after five failed connections within 30 seconds for 30 seconds, and for 30 more each time
 * that happens again, up to 300.
 */
export class Outliers<T extends object> {
  readonly #clock: Clock;
  readonly #known = new WeakMap<T, { failures: number[]; times: number; until: number }>();
  #lastUntil = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  failed(task: T): void {
    const now = this.#clock.now();
    const record = this.#known.get(task) ?? { failures: [], times: 0, until: 0 };
    this.#known.set(task, record);
    if (record.times > 0 && now - record.until > LONGEST_MS) record.times = 0;
    record.failures = [...record.failures.filter((at) => now - at < WINDOW_MS), now];
    if (record.failures.length < FAILURES) return;
    record.failures = [];
    record.times += 1;
    record.until = now + Math.min(record.times * SHORTEST_MS, LONGEST_MS);
    this.#lastUntil = Math.max(this.#lastUntil, record.until);
  }

  /** Those to choose from; all of them if fewer than half would be left, since then the fault is hardly the tasks'. */
  without(tasks: readonly T[]): readonly T[] {
    if (this.#lastUntil === 0) return tasks;
    const now = this.#clock.now();
    if (this.#lastUntil <= now) return tasks;
    const left = tasks.filter((task) => (this.#known.get(task)?.until ?? 0) <= now);
    return left.length * 2 >= tasks.length ? left : tasks;
  }
}
