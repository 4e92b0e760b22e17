import { type Static, Type } from 'typebox';
import type { Live } from '../config/live.ts';
import { live } from '../config/live-value.ts';
import { AttemptSettings } from '../policy/attempt-timeout.ts';
import { BreakerSettings, breakerDefaults } from '../policy/breaker.ts';
import { BulkheadSettings, bulkheadDefaults } from '../policy/bulkhead.ts';
import { RetrySettings, retryDefaults } from '../policy/retry-budget.ts';
import type { Runtime } from '../runtime.ts';

/** Settings of the calls to one service, changeable at run time: `calls.<service>` in the config. */
export const CallPolicySettings = Type.Object(
  { bulkhead: BulkheadSettings, breaker: BreakerSettings, retry: RetrySettings, attempt: AttemptSettings },
  { additionalProperties: false },
);

export type CallPolicySettings = Static<typeof CallPolicySettings>;

/** The settings of calls to one service as they are now. */
export type LiveCallPolicySettings = { readonly [Name in keyof CallPolicySettings]: Live<CallPolicySettings[Name]> } & {
  /** Stops following the config. */
  close(): void;
};

const defaults: CallPolicySettings = {
  bulkhead: bulkheadDefaults,
  breaker: breakerDefaults,
  retry: retryDefaults,
  attempt: {},
};

/** Follows the settings of calls to this service. */
export function liveCallPolicySettings(service: string, { config, log }: Runtime): LiveCallPolicySettings {
  const all = live(config, `calls.${service}`, CallPolicySettings, defaults, log);
  const part = <K extends keyof CallPolicySettings>(name: K): Live<CallPolicySettings[K]> => ({
    get value() {
      return all.value[name];
    },
  });
  return {
    bulkhead: part('bulkhead'),
    breaker: part('breaker'),
    retry: part('retry'),
    attempt: part('attempt'),
    close: () => all.close(),
  };
}
