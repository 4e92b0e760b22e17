import { type Static, Type } from 'typebox';
import type { Live } from '../config/live.ts';
import type { Deadline } from '../time/deadline.ts';

/** Settings of the time an attempt gets. */
export const AttemptSettings = Type.Object(
  {
    /** Longest an attempt may take, unless the call has less time left. */
    timeoutMs: Type.Optional(Type.Number({ minimum: 1 })),
  },
  { additionalProperties: false },
);

export type AttemptSettings = Static<typeof AttemptSettings>;

/** Gives each attempt a deadline of its own. Moments are the clock's elapsed milliseconds. */
export interface AttemptTimeout {
  /** The deadline of an attempt that begins now, within that of its call. */
  begin(call: Deadline, now: number): Deadline;
  /** Records that an attempt was answered, and how long that took. */
  answered(began: number, milliseconds: number): void;
  /**
   * Whether an attempt ran out of time because its caller had hardly any left, which says nothing about the dependency.
   */
  starved(attempt: Deadline, began: number): boolean;
}

/**
 * An attempt timeout for one dependency; an attempt may take `callMs`, the time of a call, unless the settings say
 * otherwise.
 */
export const createAttemptTimeout = (settings: Live<AttemptSettings>, callMs: number): AttemptTimeout =>
  new LearningTimeout(settings, callMs);

/** How long an answer counts as recent. */
const MEMORY_MS = 10_000;
/**
 * How many unanswered attempts in a row are excused as cut too short while no recent answer says how long one takes.
 */
const EXCUSED = 20;

class LearningTimeout implements AttemptTimeout {
  readonly #settings: Live<AttemptSettings>;
  readonly #callMs: number;
  /** How long answers take: a moving average. */
  #usualMs = 0;
  #answeredAt = Number.NEGATIVE_INFINITY;
  #unanswered = 0;

  constructor(settings: Live<AttemptSettings>, callMs: number) {
    this.#settings = settings;
    this.#callMs = callMs;
  }

  begin(call: Deadline, now: number): Deadline {
    return call.within(this.#longestMs, now);
  }

  answered(began: number, milliseconds: number): void {
    this.#usualMs += (milliseconds - this.#usualMs) / (began - this.#answeredAt < MEMORY_MS ? 8 : 1);
    this.#answeredAt = began + milliseconds;
    this.#unanswered = 0;
  }

  /**
   * That is, it had less than half of the attempt timeout, and less than twice what recent answers took; without recent
   * answers, the first few are excused.
   */
  starved(attempt: Deadline, began: number): boolean {
    const givenMs = attempt.at - began;
    // The callee knows this deadline, and may notice its end a moment before we do.
    const hadTimeLeft = attempt.remaining() > givenMs / 10;
    if (hadTimeLeft || givenMs >= this.#longestMs / 2) return false;
    if (began - this.#answeredAt < MEMORY_MS) return givenMs < 2 * this.#usualMs;
    this.#unanswered += 1;
    return this.#unanswered <= EXCUSED;
  }

  get #longestMs(): number {
    return this.#settings.value.timeoutMs ?? this.#callMs;
  }
}

/** Gives each attempt all the time there is. */
export const noAttemptTimeout: AttemptTimeout = {
  begin: (call, now) => call.within(call.at - now, now),
  answered() {},
  starved: () => false,
};
