import { type BreakerState, createBreaker } from '../policy/breaker.ts';
import { createBulkhead } from '../policy/bulkhead.ts';
import { createRetryBudget } from '../policy/retry-budget.ts';
import type { Runtime } from '../runtime.ts';
import type { CallPolicies } from './call-policies.ts';
import { type LiveCallPolicySettings, liveCallPolicySettings } from './call-policy-settings.ts';
import type { Dependency } from './dependencies.ts';
import { observePolicies } from './observe-policies.ts';

/** The policies that belong to a dependency rather than to one of its callers. */
type Shared = Omit<CallPolicies, 'timeout'>;

/** What all clients of one service share: one breaker, bulkhead and retry budget per dependency. */
export class SharedPolicies implements Dependency {
  readonly service: string;
  readonly policies: Shared;
  readonly settings: LiveCallPolicySettings;
  readonly #runtime: Runtime;
  readonly #own: Partial<Shared>;
  readonly #forget: readonly (() => void)[];
  #users = 0;

  private constructor(service: string, own: Partial<Shared>, runtime: Runtime) {
    const { clock, random } = runtime;
    const settings = liveCallPolicySettings(service, runtime);
    this.service = service;
    this.settings = settings;
    this.policies = {
      bulkhead: own.bulkhead ?? createBulkhead({ service, settings: settings.bulkhead }),
      breaker: own.breaker ?? createBreaker({ service, clock, random, settings: settings.breaker }),
      retry: own.retry ?? createRetryBudget({ random, settings: settings.retry }),
    };
    this.#own = own;
    this.#runtime = runtime;
    this.#forget = [observePolicies(this, this.policies.breaker, runtime), runtime.dependencies.add(this)];
  }

  /** The policies of this service: its first client makes them, later ones cannot bring others. */
  static join(service: string, own: Partial<Shared>, runtime: Runtime): SharedPolicies {
    const known = runtime.dependencies.of(service);
    const shared = known instanceof SharedPolicies ? known : new SharedPolicies(service, own, runtime);
    for (const name of ['bulkhead', 'breaker', 'retry'] as const) {
      if (shared.#own[name] === own[name]) continue;
      throw new Error(
        `client of ${service}: got a ${name} that another client of ${service} does not have; they share their ` +
          'policies, so pass the same to both or to neither',
      );
    }
    shared.#users += 1;
    return shared;
  }

  /** When the last client leaves, they are gone from metrics and `/breakers`. */
  leave(): void {
    this.#users -= 1;
    if (this.#users > 0) return;
    for (const forget of this.#forget) forget();
    this.settings.close();
  }

  breaker(): BreakerState['kind'] {
    const { state } = this.policies.breaker;
    // Half-open once its time is over, although only the next call changes the state: waiting for that would be for
    // ever.
    return state.kind === 'open' && state.until <= this.#runtime.clock.elapsed() ? 'half-open' : state.kind;
  }

  load(): { readonly inFlight: number; readonly waiting: number } {
    const { inFlight, waiting } = this.policies.bulkhead;
    return { inFlight, waiting };
  }
}
