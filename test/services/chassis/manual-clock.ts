import type { Alarm } from '../../../services/chassis/time/alarm.ts';
import type { Clock } from '../../../services/chassis/time/clock.ts';

/** A clock that stands still until it is told to go on. */
export class ManualClock implements Clock {
  #elapsed = 0;
  #timers: { at: number; callback: () => void }[] = [];
  readonly #alarms = new Set<Alarm>();

  now(): number {
    return Date.UTC(2026, 0, 1) + this.#elapsed;
  }

  elapsed(): number {
    return this.#elapsed;
  }

  after(milliseconds: number, callback: () => void): () => void {
    const timer = { at: this.#elapsed + milliseconds, callback };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  set(alarm: Alarm): void {
    this.#alarms.add(alarm);
  }

  unset(alarm: Alarm): void {
    this.#alarms.delete(alarm);
  }

  /** Timers and alarms that are set. */
  get pending(): number {
    return this.#timers.length + this.#alarms.size;
  }

  /** Lets time pass, and everything happen that was waiting for it. */
  advance(milliseconds: number): void {
    this.#elapsed += milliseconds;
    const due = this.#timers.filter(({ at }) => at <= this.#elapsed);
    this.#timers = this.#timers.filter(({ at }) => at > this.#elapsed);
    for (const { callback } of due) callback();
    // A set leaves out what is taken back while it is gone through.
    for (const alarm of this.#alarms) {
      if (alarm.at > this.#elapsed) continue;
      this.unset(alarm);
      alarm.ring();
    }
  }
}
