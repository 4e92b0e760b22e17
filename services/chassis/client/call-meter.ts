import { CallError } from '../call-error.ts';
import type { Outcome } from '../policy/outcome.ts';
import type { Runtime } from '../runtime.ts';

/** A call that has ended, as a meter sees it. */
export interface MeteredCall {
  /** Attempts it was made of. */
  readonly attempts: number;
  /** What the last of them says about the service. */
  readonly outcome: Outcome;
}

/** Takes down how the calls of one operation end, as rate, errors and duration. */
export interface CallMeter {
  succeeded(began: number, call: MeteredCall): void;
  /** Whether the dependency is to blame. */
  failed(error: unknown, began: number, call: MeteredCall): boolean;
  /** A fallback has answered. */
  degraded(): void;
}

/** Makes the meter of one operation. */
export function callMeter(dependency: string, operation: string, { clock, metrics }: Runtime): CallMeter {
  const duration = (outcome: string) => metrics.histogram('call.duration', { dependency, operation, outcome });
  const durations = { success: duration('success'), failure: duration('failure'), neutral: duration('neutral') };
  const failures = metrics.counter('call.failures', { dependency, operation });
  const retries = metrics.counter('call.retries', { dependency });
  const degraded = metrics.counter('call.degraded', { dependency });
  const rejected = (reason: string) => metrics.counter('call.rejected', { dependency, reason });
  const rejections = { 'cut-off': rejected('cut-off'), crowded: rejected('crowded') };
  const ended = (outcome: Outcome, began: number, attempts: number): void => {
    durations[outcome].record(clock.elapsed() - began);
    if (attempts > 1) retries.add(attempts - 1);
  };
  return {
    succeeded: (began, { attempts }) => ended('success', began, attempts),
    failed(error, began, { attempts, outcome }) {
      const kind = failureKind(error);
      if (kind === 'cut-off' || kind === 'crowded') {
        rejections[kind].add();
        return false;
      }
      ended(outcome, began, attempts);
      if (outcome === 'failure') failures.add();
      return outcome === 'failure';
    },
    degraded: () => degraded.add(),
  };
}

/** What kind of failure an error is; `other` if it is none of a call. */
export const failureKind = (error: unknown): string => (error instanceof CallError ? error.failure.kind : 'other');
