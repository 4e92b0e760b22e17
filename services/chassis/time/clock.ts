// Imported, because a global is looked up each time.
import { performance } from 'node:perf_hooks';
import type { Alarm } from './alarm.ts';
import { AlarmWheel } from './alarm-wheel.ts';

/** Time, injected: it passes by itself in production, and on command in a test. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Milliseconds since some fixed moment; never runs backwards. */
  elapsed(): number;
  /** Calls back once after that many milliseconds, but at most 24 days; the returned function cancels it. */
  after(milliseconds: number, callback: () => void): () => void;
  /** Rings an alarm at its moment or a few milliseconds later: for waits that are nearly always cancelled. */
  set(alarm: Alarm): void;
  /** Unsets an alarm, if it is set. */
  unset(alarm: Alarm): void;
}

/** Node's timers fire at once if asked for more. */
const LONGEST_MS = 2 ** 31 - 1;

class SystemClock implements Clock {
  readonly #alarms = new AlarmWheel(this);

  now(): number {
    return Date.now();
  }

  elapsed(): number {
    return performance.now();
  }

  after(milliseconds: number, callback: () => void): () => void {
    const timer = setTimeout(callback, Math.min(milliseconds, LONGEST_MS));
    return () => clearTimeout(timer);
  }

  set(alarm: Alarm): void {
    this.#alarms.set(alarm);
  }

  unset(alarm: Alarm): void {
    this.#alarms.unset(alarm);
  }
}

/** The machine's own clock; make one per process, because its alarms share a timer. */
export const systemClock = (): Clock => new SystemClock();
