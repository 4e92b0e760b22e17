import { type AttemptTimeout, createAttemptTimeout } from '../policy/attempt-timeout.ts';
import { type Breaker, createBreaker } from '../policy/breaker.ts';
import { type Bulkhead, createBulkhead } from '../policy/bulkhead.ts';
import { createRetryBudget, type RetryBudget } from '../policy/retry-budget.ts';
import type { Runtime } from '../runtime.ts';
import type { LiveCallPolicySettings } from './call-policy-settings.ts';

/** What stands between a caller and one service it calls. Each has a no-op: `noBreaker`, `noRetry`. */
export interface CallPolicies {
  readonly bulkhead: Bulkhead;
  readonly breaker: Breaker;
  readonly retry: RetryBudget;
  readonly timeout: AttemptTimeout;
}

/** The policies of one dependency: those given, and for the others the default. */
export function callPolicies(
  service: string,
  settings: LiveCallPolicySettings,
  { clock, random }: Runtime,
  own: Partial<CallPolicies> = {},
): CallPolicies {
  return {
    bulkhead: createBulkhead({ service, settings: settings.bulkhead }),
    breaker: createBreaker({ service, clock, random, settings: settings.breaker }),
    retry: createRetryBudget({ random, settings: settings.retry }),
    timeout: createAttemptTimeout(settings.attempt),
    ...own,
  };
}
