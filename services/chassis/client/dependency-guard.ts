import { createGuard, type Failure, type Guard } from '../policy/guard.ts';
import type { Runtime } from '../runtime.ts';
import { type CallPolicies, callPolicies } from './call-policies.ts';
import { liveCallPolicySettings } from './call-policy-settings.ts';
import { observePolicies } from './observe-policies.ts';

export interface DependencyGuardProps {
  /** What is called, for errors, metrics, `/breakers` and `calls.<service>` in the config. */
  readonly service: string;
  /** Longest an attempt may take, unless the config says otherwise. */
  readonly timeoutMs: number;
  /** What an error of an attempt means. @default - that the dependency failed, and that another attempt may be made */
  readonly classify?: (error: unknown) => Failure;
  /** Policies of your own, or their no-ops. @default - all of them */
  readonly policies?: Partial<CallPolicies> | undefined;
}

/** The policies of one dependency; disposing of it takes them out of metrics and `/breakers`. */
export type DependencyGuard = Guard & Disposable;

/** Protects calls to what is no service of ours, a database or somebody's API, as a client protects its own calls. */
export function dependencyGuard(props: DependencyGuardProps, runtime: Runtime): DependencyGuard {
  const { service, timeoutMs, classify = itFailed } = props;
  const settings = liveCallPolicySettings(service, timeoutMs, runtime);
  const policies = callPolicies(service, settings, runtime, props.policies);
  const forget = observePolicies(service, policies, runtime);
  return Object.assign(createGuard({ ...policies, classify, clock: runtime.clock }), {
    [Symbol.dispose]() {
      forget();
      settings.close();
    },
  });
}

const itFailed = (): Failure => ({ outcome: 'failure', retry: true });
