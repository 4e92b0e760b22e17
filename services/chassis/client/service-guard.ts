import { createAttemptTimeout } from '../policy/attempt-timeout.ts';
import { createGuard, type Failure, type Guard } from '../policy/guard.ts';
import type { Runtime } from '../runtime.ts';
import type { CallPolicies } from './call-policies.ts';
import { SharedPolicies } from './shared-policies.ts';

export interface ServiceGuardProps {
  readonly service: string;
  /** Longest a call may take, and an attempt unless the config says otherwise. */
  readonly timeoutMs: number;
  /** What an error of an attempt means. */
  readonly classify: (error: unknown) => Failure;
  readonly policies: Partial<CallPolicies> | undefined;
}

/** One client's guard over the policies that all clients of a service share; disposing of it leaves them. */
export function serviceGuard(props: ServiceGuardProps, runtime: Runtime): Guard & Disposable {
  const { service, timeoutMs, classify, policies: own = {} } = props;
  if (!(timeoutMs > 0)) {
    throw new Error(`client of ${service}: timeoutMs must be more than 0 milliseconds, got ${timeoutMs}`);
  }
  const shared = SharedPolicies.join(service, own, runtime);
  const timeout = own.timeout ?? createAttemptTimeout(shared.settings.attempt, timeoutMs);
  const guard = createGuard({ ...shared.policies, timeout, service, classify, clock: runtime.clock });
  let left = false;
  return Object.assign(guard, {
    [Symbol.dispose]() {
      if (!left) shared.leave();
      left = true;
    },
  });
}
