import type { Span } from '@opentelemetry/api';
import type { Failure } from '../policy/guard.ts';
import type { Runtime } from '../runtime.ts';
import { failSpan } from '../telemetry/in-span.ts';
import { CallError } from './call-error.ts';

/** Takes down how the calls of one operation end: on their spans, and as rate, errors and duration. */
export interface CallMeter {
  succeeded(began: number, attempts: number): void;
  failed(error: unknown, began: number, attempts: number, span: Span): void;
  /** A fallback has answered. */
  degraded(): void;
}

/** Makes the meter of one operation. */
export function callMeter(
  dependency: string,
  operation: string,
  classify: (error: unknown) => Failure,
  { clock, metrics }: Runtime,
): CallMeter {
  const duration = (outcome: string) => metrics.histogram('call.duration', { dependency, operation, outcome });
  const durations = { success: duration('success'), failure: duration('failure'), neutral: duration('neutral') };
  const failures = metrics.counter('call.failures', { dependency, operation });
  const retries = metrics.counter('call.retries', { dependency });
  const degraded = metrics.counter('call.degraded', { dependency });
  const rejected = (reason: string) => metrics.counter('call.rejected', { dependency, reason });
  const rejections = { 'cut-off': rejected('cut-off'), crowded: rejected('crowded') };
  const ended = (outcome: keyof typeof durations, began: number, attempts: number): void => {
    durations[outcome].record(clock.elapsed() - began);
    if (attempts > 1) retries.add(attempts - 1);
  };
  return {
    succeeded: (began, attempts) => ended('success', began, attempts),
    failed(error, began, attempts, span) {
      const kind = error instanceof CallError ? error.failure.kind : 'other';
      span.setAttribute('error.type', kind);
      if (kind === 'cut-off' || kind === 'crowded') {
        rejections[kind].add();
        return;
      }
      const { outcome } = classify(error);
      ended(outcome, began, attempts);
      if (outcome !== 'failure') return;
      failures.add();
      failSpan(span, error);
    },
    degraded: () => degraded.add(),
  };
}
