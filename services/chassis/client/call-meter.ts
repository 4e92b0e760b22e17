import { CallError } from '../call-error.ts';
import type { Outcome } from '../policy/outcome.ts';
import type { Runtime } from '../runtime.ts';
import type { Log } from '../telemetry/log.ts';
import type { Counter } from '../telemetry/metrics.ts';

/** A call that has ended, as a meter sees it. */
export interface MeteredCall {
  /** Attempts it took. */
  readonly attempts: number;
  /** What the last of them says about the service. */
  readonly outcome: Outcome;
}

/** Records how the calls of one operation end: rate, errors and duration. */
export interface CallMeter {
  succeeded(began: number, call: MeteredCall): void;
  /** Returns whether the dependency is to blame. */
  failed(error: unknown, began: number, call: MeteredCall): boolean;
  /** Counts an answer by a fallback; logs a warning once a minute for each kind of reason. */
  degraded(why: unknown, log: Log): void;
}

/** How long after a warning a fallback for the same reason gets no other. */
const NEWS_MS = 60_000;

/** Makes the meter of one operation. */
export function callMeter(dependency: string, operation: string, { clock, metrics }: Runtime): CallMeter {
  const duration = (outcome: string) => metrics.histogram('call.duration', { dependency, operation, outcome });
  const durations = { success: duration('success'), failure: duration('failure'), neutral: duration('neutral') };
  const failures = metrics.counter('call.failures', { dependency, operation });
  const retries = metrics.counter('call.retries', { dependency });
  const degradations = new Map<string, { readonly counter: Counter; newsAt: number }>();
  const firstFor = (reason: string) => {
    const first = { counter: metrics.counter('call.degraded', { dependency, reason }), newsAt: clock.elapsed() };
    degradations.set(reason, first);
    return first;
  };
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
    degraded(why, log) {
      const reason = failureKind(why);
      const known = degradations.get(reason) ?? firstFor(reason);
      known.counter.add();
      const isNews = clock.elapsed() >= known.newsAt;
      if (isNews) known.newsAt = clock.elapsed() + NEWS_MS;
      const write = isNews ? log.warn : log.debug;
      write.call(log, `${dependency} ${operation}: a fallback answers`, { reason, error: why });
    },
  };
}

/** The kind of failure of an error; `other` if it is not a `CallError`. */
export const failureKind = (error: unknown): string => (error instanceof CallError ? error.failure.kind : 'other');
