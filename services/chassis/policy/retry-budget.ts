import { type Static, Type } from 'typebox';
import type { Live } from '../config/live.ts';
import type { Random } from '../random.ts';

/** What can be set of a retry budget. */
export const RetrySettings = Type.Object(
  {
    /** Attempts a call is made of at most. */
    attempts: Type.Integer({ minimum: 1 }),
    /** Retries that each call earns, for whichever call needs them. */
    perCall: Type.Number({ minimum: 0, maximum: 1 }),
    /** Retries that are there at the start. */
    reserve: Type.Integer({ minimum: 0 }),
    /** Retries that can be saved up. */
    saved: Type.Integer({ minimum: 0 }),
    /** Longest wait before the second attempt; it doubles with each further one. */
    delayMs: Type.Number({ minimum: 0 }),
    longestDelayMs: Type.Number({ minimum: 0 }),
  },
  { additionalProperties: false },
);

export type RetrySettings = Static<typeof RetrySettings>;

/**
 * A tenth more at most, and never twice for the same call: however many callers spend their savings at once, a
 * dependency that is back gets no more than twice what it is offered. Savings make good the calls that were under way at
 * an instance that died: half of what a bulkhead lets through, where there are two.
 */
export const retryDefaults: RetrySettings = {
  attempts: 2,
  perCall: 0.1,
  reserve: 10,
  saved: 64,
  delayMs: 25,
  longestDelayMs: 1_000,
};

/** Allows retries as a part of all calls, not as a number per call, so that they never become the load. */
export interface RetryBudget {
  /** A call is made, and earns its part. */
  earn(): void;
  /**
   * Spends one retry: the milliseconds to wait before the attempt of this count, or undefined if there is none to be
   * had, or it would not fit into what is left of the call's time.
   */
  spend(count: number, leftMs: number, retryAfterMs?: number): number | undefined;
}

export interface RetryBudgetProps {
  readonly random: Random;
  /** @default - {@link retryDefaults} */
  readonly settings?: Live<RetrySettings>;
}

/** A retry budget for one dependency. */
export const createRetryBudget = (props: RetryBudgetProps): RetryBudget => new SavedRetries(props);

/** Whole numbers of thousandths: ten tenths must be one, and never a bit more. */
const ONE = 1_000;

class SavedRetries implements RetryBudget {
  readonly #random: Random;
  readonly #settings: Live<RetrySettings>;
  #saved: number;

  constructor({ random, settings = { value: retryDefaults } }: RetryBudgetProps) {
    this.#random = random;
    this.#settings = settings;
    this.#saved = settings.value.reserve * ONE;
  }

  earn(): void {
    const { perCall, reserve, saved } = this.#settings.value;
    const most = Math.max(reserve, saved) * ONE;
    if (this.#saved !== most) this.#saved = Math.min(most, this.#saved + Math.floor(perCall * ONE));
  }

  spend(count: number, leftMs: number, retryAfterMs = 0): number | undefined {
    const { attempts, delayMs, longestDelayMs } = this.#settings.value;
    if (count >= attempts || this.#saved < ONE) return undefined;
    // Anywhere from nothing to the longest: those who failed together don't come back together.
    const wait = retryAfterMs + this.#random() * Math.min(longestDelayMs, delayMs * 2 ** (count - 1));
    if (wait >= leftMs) return undefined;
    this.#saved -= ONE;
    return wait;
  }
}

/** Makes every call of one attempt. */
export const noRetry: RetryBudget = { earn() {}, spend: () => undefined };
