import type { Clock } from '../../time/clock.ts';
import type { Admission } from './admission.ts';
import { ConcurrencyLimit } from './concurrency-limit.ts';

const PERIOD_MS = 50;
/** How late the event loop may be: that is how long a request waits before it is looked at. */
const TARGET_MS = 100;
/**
 * How long it must stay late: one long pause is not overload, and a process that was suspended should not refuse the
 * first requests after it resumes.
 */
const PATIENCE_MS = 1_000;
/** With fewer answers a period says nothing. */
const FEW_ANSWERS = 20;
/** How much worse it has to be before critical requests are turned away too. */
const CRITICAL = 4;

/**
 * Turns requests away while the service cannot keep up. Evidence is an event loop that is late for a whole second, or a
 * period in which most requests used up the service's own time limit; without either it accepts everything. While
 * requests come it looks twenty times a second, by a timer whose own lateness is the measure; otherwise it does
 * nothing.
 */
export class LoadShedder implements Admission {
  readonly retryAfterMs = 1_000;
  readonly #clock: Clock;
  readonly #limit = new ConcurrencyLimit();
  #looking = false;
  #dueAt = 0;
  /** Since when every look has found it late. */
  #lateSince: number | undefined;
  #asked = false;
  #inFlight = 0;
  #most = 0;
  #answers = 0;
  #lateAnswers = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Requests that may be worked on at once. */
  get limit(): number {
    return this.#limit.value;
  }

  admits(critical: boolean, now: number): boolean {
    if (!this.#looking) this.#begin(now);
    this.#asked = true;
    const margin = critical ? CRITICAL : 1;
    if (this.#inFlight >= this.#limit.value * margin) return false;
    const lateness = now - this.#dueAt;
    if (lateness <= TARGET_MS) return true;
    // Not left to the looks: in a turn that brings hundreds of requests there is none until all have entered.
    this.#lateSince ??= now;
    return lateness <= TARGET_MS * margin || !this.#standing(now);
  }

  entered(): void {
    this.#inFlight += 1;
    if (this.#inFlight > this.#most) this.#most = this.#inFlight;
  }

  left(late: boolean): void {
    this.#inFlight -= 1;
    this.#answers += 1;
    if (late) this.#lateAnswers += 1;
  }

  #standing(now: number): boolean {
    return this.#lateSince !== undefined && now - this.#lateSince > PATIENCE_MS;
  }

  #begin(now: number): void {
    this.#lateSince = undefined;
    this.#lookLater(now);
  }

  #lookLater(now: number): void {
    this.#dueAt = now + PERIOD_MS;
    this.#looking = true;
    this.#clock.after(PERIOD_MS, () => this.#look());
  }

  #look(): void {
    const now = this.#clock.elapsed();
    if (now - this.#dueAt <= TARGET_MS) this.#lateSince = undefined;
    else this.#lateSince ??= now;
    const ranOut = this.#answers >= FEW_ANSWERS && this.#lateAnswers * 2 > this.#answers;
    this.#limit.adjust(ranOut || this.#standing(now), this.#most);
    this.#most = this.#inFlight;
    this.#answers = 0;
    this.#lateAnswers = 0;
    if (this.#asked || this.#inFlight > 0) this.#lookLater(now);
    else this.#looking = false;
    this.#asked = false;
  }
}
