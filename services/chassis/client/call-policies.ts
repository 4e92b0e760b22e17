import type { AttemptTimeout } from '../policy/attempt-timeout.ts';
import type { Breaker } from '../policy/breaker.ts';
import type { Bulkhead } from '../policy/bulkhead.ts';
import type { RetryBudget } from '../policy/retry-budget.ts';

/** The policies between a caller and one service it calls. Each has a no-op. */
export interface CallPolicies {
  /** How many calls may be under way; `noBulkhead` has room for all. */
  readonly bulkhead: Bulkhead;
  /** Whether calls are made at all; `noBreaker` lets everything through. */
  readonly breaker: Breaker;
  /** Whether and when a call is retried; `noRetry` allows one attempt per call. */
  readonly retry: RetryBudget;
  /** How long an attempt may take; `noAttemptTimeout` gives it all the time there is. */
  readonly timeout: AttemptTimeout;
}
