import type { AttemptTimeout } from '../policy/attempt-timeout.ts';
import type { Breaker } from '../policy/breaker.ts';
import type { Bulkhead } from '../policy/bulkhead.ts';
import type { RetryBudget } from '../policy/retry-budget.ts';

/** What stands between a caller and one service it calls. Each has a no-op: `noBreaker`, `noRetry`. */
export interface CallPolicies {
  readonly bulkhead: Bulkhead;
  readonly breaker: Breaker;
  readonly retry: RetryBudget;
  readonly timeout: AttemptTimeout;
}
