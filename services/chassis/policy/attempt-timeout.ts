import { type Static, Type } from 'typebox';
import type { Live } from '../config/live.ts';
import type { Deadline } from '../deadline.ts';

/** What can be set of the time an attempt gets. */
export const AttemptSettings = Type.Object({
  /** Longest an attempt may take; what is left of the call's time holds if it is less. */
  timeoutMs: Type.Number({ minimum: 1 }),
});

export type AttemptSettings = Static<typeof AttemptSettings>;

/** Gives each attempt a deadline of its own. */
export interface AttemptTimeout {
  /** `now` is the clock's elapsed milliseconds. */
  begin(call: Deadline, now: number): Deadline;
  /** Whether an attempt ran out of time because its caller hardly had any: that says nothing about the dependency. */
  starved(attempt: Deadline, began: number): boolean;
}

/** An attempt timeout for one dependency. */
export const createAttemptTimeout = (settings: Live<AttemptSettings>): AttemptTimeout => ({
  begin: (call, now) => call.within(settings.value.timeoutMs, now),
  starved: (attempt, began) => attempt.at - began < settings.value.timeoutMs / 2 && attempt.remaining() === 0,
});

/** Gives each attempt all the time there is. */
export const noAttemptTimeout: AttemptTimeout = {
  begin: (call, now) => call.within(call.at - now, now),
  starved: () => false,
};
