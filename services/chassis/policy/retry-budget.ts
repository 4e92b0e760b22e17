import { type Static, Type } from 'typebox';
import type { Live } from '../config/live.ts';
import type { Random } from '../random.ts';

/** Settings of a retry budget. */
export const RetrySettings = Type.Object(
  {
    /** Most attempts per call. */
    attempts: Type.Integer({ minimum: 1 }),
    /** Retries that each call earns, to be spent by any call. */
    perCall: Type.Number({ minimum: 0, maximum: 1 }),
    /** Retries available at the start. */
    reserve: Type.Integer({ minimum: 0 }),
    /** Most retries that can be saved up. */
    saved: Type.Integer({ minimum: 0 }),
    /** Longest wait before the second attempt; it doubles with each further one. */
    delayMs: Type.Number({ minimum: 0 }),
    longestDelayMs: Type.Number({ minimum: 0 }),
  },
  { additionalProperties: false },
);

export type RetrySettings = Static<typeof RetrySettings>;

/**
 * At most a tenth more calls, and one retry per call: even if all callers spend their savings at once, a recovered
 * dependency gets at most twice the usual load. The savings cover the calls that were under way at an instance that
 * died: with two instances, half of what a bulkhead lets through.
 */
export const retryDefaults: RetrySettings = {
  attempts: 2,
  perCall: 0.1,
  reserve: 10,
  saved: 64,
  delayMs: 25,
  longestDelayMs: 1_000,
};

/** Limits retries to a share of all calls, not to a number per call, so that they never become the load. */
export interface RetryBudget {
  /** Called for each call, which earns its share. */
  earn(): void;
  /**
   * Spends one retry. Returns the milliseconds to wait before attempt `count`; undefined if no retry is left or it
   * would not fit into the rest of the call's time.
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

/** Counts in whole thousandths, so that ten tenths are exactly one. */
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
    // Anywhere from zero to the longest, so that calls that failed together do not come back together.
    const wait = retryAfterMs + this.#random() * Math.min(longestDelayMs, delayMs * 2 ** (count - 1));
    if (wait >= leftMs) return undefined;
    this.#saved -= ONE;
    return wait;
  }
}

/** Allows one attempt per call. */
export const noRetry: RetryBudget = { earn() {}, spend: () => undefined };
