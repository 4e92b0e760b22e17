import { type Span, type SpanOptions, SpanStatusCode } from '@opentelemetry/api';
import type { Context } from '../context.ts';
import { errorMessage } from '../error-message.ts';

/** Says on a span that what it stands for failed. Spans of failures are told even where their trace is not sampled. */
export function failSpan(span: Span, error: unknown): void {
  const message = errorMessage(error);
  span.setStatus({ code: SpanStatusCode.ERROR, message });
  span.recordException(error instanceof Error ? error : message);
}

/**
 * Does one thing for a request, such as asking a database, within a span of its own, which is also the active one for
 * libraries that look for it. What it throws is told on the span.
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
