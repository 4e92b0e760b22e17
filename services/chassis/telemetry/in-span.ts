import { type Span, type SpanOptions, SpanStatusCode } from '@opentelemetry/api';
import type { Context } from '../context.ts';
import { errorMessage } from '../error-message.ts';

/** Marks a span as failed. Failed spans are exported even if their trace is not sampled. */
export function failSpan(span: Span, error: unknown): void {
  const message = errorMessage(error);
  span.setStatus({ code: SpanStatusCode.ERROR, message });
  span.recordException(error instanceof Error ? error : message);
}

/**
 * Runs one step of a request, such as a database query, in its own span, which is also the active one for libraries
 * that look for it. An error is recorded on the span.
 */
export async function inSpan<T>(
  context: Context,
  name: string,
  work: (step: Context) => Promise<T>,
  options?: SpanOptions,
): Promise<T> {
  const step = context.step(name, options);
  try {
    return await step.run(() => work(step));
  } catch (error) {
    failSpan(step.span, error);
    throw error;
  } finally {
    step.span.end();
  }
}
