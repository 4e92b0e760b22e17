const BUCKETS = 10;

/** Successes and failures within a window, forgotten a tenth of it at a time. */
export class RollingWindow {
  readonly #succeeded = new Uint32Array(BUCKETS);
  readonly #failed = new Uint32Array(BUCKETS);
  #bucket = 0;
  #bucketEnd = 0;
  #bucketMs = 0;
  #successes = 0;
  #failures = 0;

  /** Forgets what is too old. A different width starts over. */
  advance(now: number, windowMs: number): void {
    const bucketMs = windowMs / BUCKETS;
    if (now < this.#bucketEnd && bucketMs === this.#bucketMs) return;
    const passed = Math.floor((now - this.#bucketEnd) / bucketMs) + 1;
    if (bucketMs !== this.#bucketMs || passed >= BUCKETS) {
      this.clear();
      this.#bucketMs = bucketMs;
      this.#bucketEnd = now + bucketMs;
      return;
    }
    for (let turn = 0; turn < passed; turn++) {
      this.#bucket = (this.#bucket + 1) % BUCKETS;
      this.#successes -= this.#succeeded[this.#bucket]!;
      this.#failures -= this.#failed[this.#bucket]!;
      this.#succeeded[this.#bucket] = 0;
      this.#failed[this.#bucket] = 0;
    }
    this.#bucketEnd += passed * bucketMs;
  }

  /** Counts one, at the time of the last advance. */
  success(): void {
    this.#succeeded[this.#bucket]!++;
    this.#successes++;
  }

  /** Counts one, at the time of the last advance. */
  failure(): void {
    this.#failed[this.#bucket]!++;
    this.#failures++;
  }

  /** Calls in the window. */
  get calls(): number {
    return this.#successes + this.#failures;
  }

  /** Share of them that failed, from 0 to 1. */
  get failureRate(): number {
    return this.calls === 0 ? 0 : this.#failures / this.calls;
  }

  clear(): void {
    this.#succeeded.fill(0);
    this.#failed.fill(0);
    this.#successes = 0;
    this.#failures = 0;
  }
}
